// VP8 in RTP (RFC 7741): frames to payloads and back.

const largest_payload = 1150;

/** Payloads of one frame, with a 15-bit picture id. */
export function packetise_vp8(frame, picture_id) {
  const count = Math.max(1, Math.ceil(frame.length / largest_payload));
  const size = Math.ceil(frame.length / count);
  return Array.from({ length: count }, (_, i) => {
    const descriptor = Buffer.from([0x80 | (i === 0 ? 0x10 : 0), 0x80, 0x80 | ((picture_id >> 8) & 127), picture_id & 255]);
    return Buffer.concat([descriptor, frame.subarray(i * size, (i + 1) * size)]);
  });
}

/** {start, data}: whether the payload begins a frame, and its VP8 bytes. */
export function depacketise_vp8(payload) {
  let at = 1;
  if (payload[0] & 0x80) {
    const extension = payload[at++];
    if (extension & 0x80) at += payload[at] & 0x80 ? 2 : 1;
    if (extension & 0x40) at++;
    if (extension & 0x30) at++;
  }
  return { start: (payload[0] & 0x10) !== 0 && (payload[0] & 7) === 0, data: payload.subarray(at) };
}

export const is_key_frame = (frame) => frame.length > 0 && (frame[0] & 1) === 0;

/** Puts received packets of one VP8 stream together to frames; a frame with a gap in it is dropped and counted. */
export class Vp8Assembler {
  #parts = [];
  #whole = false;
  #expected = null;
  lost = 0;

  /** A frame {data, timestamp} when this packet completes one, else null. */
  push({ sequence, timestamp, marker, payload }) {
    if (payload.length === 0) return null; // padding only
    if (this.#expected !== null && sequence !== this.#expected) {
      const gap = (sequence - this.#expected) & 0xffff;
      if (gap > 0x8000) return null; // late or repeated
      this.lost += gap;
      this.#whole = false;
    }
    this.#expected = (sequence + 1) & 0xffff;
    const { start, data } = depacketise_vp8(payload);
    if (start) {
      this.#parts = [];
      this.#whole = true;
    }
    this.#parts.push(data);
    if (!marker) return null;
    const frame = this.#whole ? { data: Buffer.concat(this.#parts), timestamp } : null;
    this.#parts = [];
    this.#whole = false;
    return frame;
  }
}
