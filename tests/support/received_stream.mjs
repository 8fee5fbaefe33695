// One received RTP stream: counted always, kept for later decoding on request.
import { Vp8Assembler, is_key_frame } from './vp8_payload.mjs';

export class ReceivedStream {
  #packets = 0;
  #frames = 0;
  #bytes = 0;
  #lost = 0;
  #expected = null;
  #first_frame = null;
  #last_frame = null;
  #longest_gap = 0;
  #codec = null;
  #assembler = null;
  #kept = [];
  #reports = [];
  ssrc;

  push(packet, ms) {
    this.ssrc = packet.ssrc;
    this.#packets++;
    this.#bytes += packet.payload.length;
    if (this.#expected !== null && packet.sequence !== this.#expected) this.#lost += (packet.sequence - this.#expected) & 0xffff;
    this.#expected = (packet.sequence + 1) & 0xffff;
    if (packet.marker) {
      this.#frames++;
      this.#first_frame ??= ms;
      if (this.#last_frame !== null) this.#longest_gap = Math.max(this.#longest_gap, ms - this.#last_frame);
      this.#last_frame = ms;
    }
    if (this.#codec === 'opus') this.#kept.push({ data: Buffer.from(packet.payload), timestamp: packet.timestamp, ms });
    if (this.#codec === 'VP8') {
      const frame = this.#assembler.push(packet);
      if (frame && (this.#kept.length || is_key_frame(frame.data))) this.#kept.push({ ...frame, ms });
    }
  }

  note_reports(reports) {
    this.#reports.push(...reports.filter((r) => this.ssrc === undefined || r.ssrc === this.ssrc));
  }

  store(codec) {
    this.#codec = codec;
    this.#assembler = new Vp8Assembler();
    this.#kept = [];
  }

  take() {
    const kept = this.#kept;
    this.#codec = null;
    this.#kept = [];
    return { frames: kept, reports: this.#reports.filter((r) => r.ssrc === this.ssrc) };
  }

  /** Pauses count from now on. */
  forget_pauses() {
    this.#longest_gap = 0;
  }

  /** longest_gap: ms between the ends of two frames since forget_pauses(). */
  counters() {
    return { packets: this.#packets, frames: this.#frames, bytes: this.#bytes, lost: this.#lost, first_frame: this.#first_frame,
      longest_gap: this.#longest_gap };
  }
}
