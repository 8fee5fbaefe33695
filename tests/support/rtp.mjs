// RTP and RTCP (RFC 3550), as much as a light peer needs.

export const is_rtcp = (packet) => packet.length >= 8 && packet[1] >= 192 && packet[1] <= 223;

/** {payload_type, marker, sequence, timestamp, ssrc, payload} */
export function parse_rtp(packet) {
  const csrcs = packet[0] & 15;
  let start = 12 + csrcs * 4;
  if (packet[0] & 16) start += 4 + packet.readUInt16BE(start + 2) * 4;
  const padding = packet[0] & 32 ? packet[packet.length - 1] : 0;
  return {
    payload_type: packet[1] & 127,
    marker: (packet[1] & 128) !== 0,
    sequence: packet.readUInt16BE(2),
    timestamp: packet.readUInt32BE(4),
    ssrc: packet.readUInt32BE(8),
    payload: packet.subarray(start, packet.length - padding),
  };
}

/** Bytes of one-byte header extensions (RFC 8285): [{id, data}] → Buffer with the 0xBEDE header. */
export function header_extensions(elements) {
  const body = elements.flatMap(({ id, data }) => [(id << 4) | (data.length - 1), ...data]);
  while (body.length % 4) body.push(0);
  return Buffer.from([0xbe, 0xde, 0, body.length / 4, ...body]);
}

/** One RTP packet; `extension` is a Buffer from header_extensions or undefined. */
export function build_rtp({ payload_type, marker, sequence, timestamp, ssrc, extension }, ...payload) {
  const header = Buffer.allocUnsafe(12);
  header[0] = extension ? 0x90 : 0x80;
  header[1] = (marker ? 128 : 0) | payload_type;
  header.writeUInt16BE(sequence & 0xffff, 2);
  header.writeUInt32BE(timestamp >>> 0, 4);
  header.writeUInt32BE(ssrc >>> 0, 8);
  return Buffer.concat(extension ? [header, extension, ...payload] : [header, ...payload]);
}

const ntp_epoch = 2208988800; // seconds from 1900 to 1970

/** Milliseconds since 1970 → [seconds, fraction] of NTP time. */
export function ntp_of(ms) {
  const seconds = Math.floor(ms / 1000);
  return [(seconds + ntp_epoch) >>> 0, Math.floor(((ms - seconds * 1000) / 1000) * 2 ** 32) >>> 0];
}

/** A compound sender report with CNAME: at wall-clock `ms` the stream was at `timestamp`. */
export function sender_report({ ssrc, cname, ms, timestamp, packets, octets }) {
  const report = Buffer.alloc(28);
  report[0] = 0x80;
  report[1] = 200;
  report.writeUInt16BE(6, 2);
  const [seconds, fraction] = ntp_of(ms);
  [ssrc, seconds, fraction, timestamp, packets, octets].forEach((v, i) => report.writeUInt32BE(v >>> 0, 4 + i * 4));
  return Buffer.concat([report, source_description(ssrc, cname)]);
}

/** A compound receiver report without blocks: a sign of life of one who only listens. */
export function receiver_report(ssrc, cname) {
  const report = Buffer.from([0x80, 201, 0, 1, 0, 0, 0, 0]);
  report.writeUInt32BE(ssrc >>> 0, 4);
  return Buffer.concat([report, source_description(ssrc, cname)]);
}

function source_description(ssrc, cname) {
  const name = Buffer.from(cname, 'latin1');
  const size = Math.ceil((8 + 2 + name.length + 1) / 4) * 4;
  const chunk = Buffer.alloc(size);
  chunk[0] = 0x81;
  chunk[1] = 202;
  chunk.writeUInt16BE(size / 4 - 1, 2);
  chunk.writeUInt32BE(ssrc >>> 0, 4);
  chunk[8] = 1;
  chunk[9] = name.length;
  name.copy(chunk, 10);
  return chunk;
}

/** A picture loss indication (RFC 4585, 6.3.1): please send a key frame. */
export function picture_loss(sender, media) {
  const packet = Buffer.from([0x81, 206, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0]);
  packet.writeUInt32BE(sender >>> 0, 4);
  packet.writeUInt32BE(media >>> 0, 8);
  return Buffer.concat([receiver_report(sender, 'light'), packet]);
}

/**
 * What a compound RTCP packet says: {key_frame_wanted, reports: [{ssrc, ms, timestamp}], nacks: [sequence], twcc, bye}.
 */
export function parse_rtcp(packet) {
  const seen = { key_frame_wanted: false, reports: [], nacks: [], twcc: 0, bye: false };
  for (let at = 0; at + 4 <= packet.length; ) {
    const type = packet[at + 1], format = packet[at] & 31;
    const end = at + (packet.readUInt16BE(at + 2) + 1) * 4;
    if (end > packet.length) break;
    if (type === 200 && end - at >= 28) {
      const seconds = packet.readUInt32BE(at + 8) - ntp_epoch;
      const fraction = packet.readUInt32BE(at + 12) / 2 ** 32;
      seen.reports.push({ ssrc: packet.readUInt32BE(at + 4), ms: (seconds + fraction) * 1000, timestamp: packet.readUInt32BE(at + 16) });
    }
    if (type === 203) seen.bye = true;
    if (type === 205 && format === 15) seen.twcc++;
    if (type === 205 && format === 1)
      for (let i = at + 12; i + 4 <= end; i += 4) {
        const pid = packet.readUInt16BE(i), mask = packet.readUInt16BE(i + 2);
        seen.nacks.push(pid);
        for (let bit = 0; bit < 16; bit++) if (mask & (1 << bit)) seen.nacks.push((pid + bit + 1) & 0xffff);
      }
    if (type === 206 && (format === 1 || format === 4)) seen.key_frame_wanted = true;
    at = end;
  }
  return seen;
}
