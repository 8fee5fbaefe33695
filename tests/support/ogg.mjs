// Ogg (RFC 3533) with Opus in it (RFC 7845): reading the packets of a file, and writing received packets to one.

const crc_table = Array.from({ length: 256 }, (_, i) => {
  let r = i << 24;
  for (let bit = 0; bit < 8; bit++) r = r & 0x80000000 ? (r << 1) ^ 0x04c11db7 : r << 1;
  return r >>> 0;
});

function crc(page) {
  let r = 0;
  for (const byte of page) r = ((r << 8) ^ crc_table[((r >>> 24) ^ byte) & 255]) >>> 0;
  return r;
}

/** All Opus packets of an Ogg file, without the two header packets. */
export function read_opus_packets(file) {
  const packets = [];
  let partial = [];
  for (let at = 0; at + 27 <= file.length; ) {
    const segments = file[at + 26];
    let data = at + 27 + segments;
    for (let i = 0; i < segments; i++) {
      const size = file[at + 27 + i];
      partial.push(file.subarray(data, data + size));
      data += size;
      if (size < 255) {
        packets.push(Buffer.concat(partial));
        partial = [];
      }
    }
    at = data;
  }
  return packets.slice(2);
}

/** An Ogg Opus file, one packet a page. `granules[i]`: samples (48 kHz) from the start to the end of packet i. */
export function write_opus(packets, granules) {
  const head = Buffer.from('OpusHead\x01\x02\0\0\x80\xbb\0\0\0\0\0', 'latin1');
  const tags = Buffer.concat([Buffer.from('OpusTags', 'latin1'), Buffer.alloc(8)]);
  let sequence = 0;
  const page = (packet, granule, flags) => {
    const lacing = [...Array(Math.floor(packet.length / 255)).fill(255), packet.length % 255];
    const out = Buffer.alloc(27 + lacing.length + packet.length);
    out.write('OggS', 0, 'latin1');
    out[5] = flags;
    out.writeBigInt64LE(BigInt(granule), 6);
    out.writeUInt32LE(1, 14);
    out.writeUInt32LE(sequence++, 18);
    out[26] = lacing.length;
    out.set(lacing, 27);
    packet.copy(out, 27 + lacing.length);
    out.writeUInt32LE(crc(out), 22);
    return out;
  };
  const last = packets.length - 1;
  return Buffer.concat([
    page(head, 0, 2),
    page(tags, 0, 0),
    ...packets.map((packet, i) => page(packet, granules[i], i === last ? 4 : 0)),
  ]);
}
