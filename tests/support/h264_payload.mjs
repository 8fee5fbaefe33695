// H.264 in RTP (RFC 6184, packetization-mode 1): payloads to access units with start codes.
const start_code = Buffer.from([0, 0, 0, 1]);
const unit_type = { idr: 5, stap_a: 24, fu_a: 28 };

/** Whether an access unit with start codes holds an IDR slice. */
export function is_idr(frame) {
  for (let at = frame.indexOf(start_code); at >= 0; at = frame.indexOf(start_code, at + 4)) if ((frame[at + 4] & 31) === unit_type.idr) return true;
  return false;
}

/** Pieces of the byte stream in one payload. */
function pieces(payload) {
  const type = payload[0] & 31;
  if (type === unit_type.stap_a) {
    const parts = [];
    for (let at = 1; at + 2 <= payload.length; ) {
      const size = payload.readUInt16BE(at);
      parts.push(start_code, payload.subarray(at + 2, at + 2 + size));
      at += 2 + size;
    }
    return parts;
  }
  if (type !== unit_type.fu_a) return [start_code, payload];
  const first = (payload[1] & 0x80) !== 0;
  return first ? [start_code, Buffer.from([(payload[0] & 0xe0) | (payload[1] & 31)]), payload.subarray(2)] : [payload.subarray(2)];
}

/** Puts received packets of one H.264 stream together to access units; one with a gap in it is dropped and counted. */
export class H264Assembler {
  #parts = [];
  #whole = true;
  #expected = null;
  lost = 0;

  /** An access unit {data, timestamp} when this packet completes one, else null. */
  push({ sequence, timestamp, marker, payload }) {
    if (this.#expected !== null && sequence !== this.#expected) {
      const gap = (sequence - this.#expected) & 0xffff;
      if (gap > 0x8000) return null; // late or repeated
      this.lost += gap;
      this.#whole = false;
    }
    this.#expected = (sequence + 1) & 0xffff;
    if (payload.length > 1) this.#parts.push(...pieces(payload));
    if (!marker) return null;
    const frame = this.#whole && this.#parts.length ? { data: Buffer.concat(this.#parts), timestamp } : null;
    this.#parts = [];
    this.#whole = true;
    return frame;
  }
}
