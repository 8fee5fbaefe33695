// One received RTP stream: counted always, kept for later decoding on request.
import { H264Assembler, is_idr } from './h264_payload.mjs';
import { Vp8Assembler, is_key_frame } from './vp8_payload.mjs';

/** How frames of a codec are put together, and which of them a decoder can begin with. */
const video = { VP8: { Assembler: Vp8Assembler, is_key: is_key_frame }, H264: { Assembler: H264Assembler, is_key: is_idr } };

/** Longer pauses than this (ms) are kept one by one. */
const noted_pause = 60;

export class ReceivedStream {
  #packets = 0;
  #frames = 0;
  #bytes = 0;
  #lost = 0;
  #expected = null;
  #first_frame = null;
  #last_frame = null;
  #longest_gap = 0;
  #pauses = [];
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
      if (this.#last_frame !== null) this.#note_pause({ ms: ms - this.#last_frame, ended: ms });
      this.#last_frame = ms;
    }
    if (this.#codec === 'opus') this.#kept.push({ data: Buffer.from(packet.payload), timestamp: packet.timestamp, ms });
    if (this.#codec in video) {
      const frame = this.#assembler.push(packet);
      if (frame && (this.#kept.length || video[this.#codec].is_key(frame.data))) this.#kept.push({ ...frame, ms });
    }
  }

  #note_pause(pause) {
    this.#longest_gap = Math.max(this.#longest_gap, pause.ms);
    if (pause.ms > noted_pause) this.#pauses.push(pause);
  }

  note_reports(reports) {
    this.#reports.push(...reports.filter((r) => this.ssrc === undefined || r.ssrc === this.ssrc));
  }

  /** codec: "VP8", "H264" or "opus". */
  store(codec) {
    this.#codec = codec;
    if (codec in video) this.#assembler = new video[codec].Assembler();
    this.#kept = [];
  }

  take() {
    const kept = this.#kept, codec = this.#codec;
    this.#codec = null;
    this.#kept = [];
    return { codec, frames: kept, reports: this.#reports.filter((r) => r.ssrc === this.ssrc) };
  }

  /** Pauses count from now on. */
  forget_pauses() {
    this.#longest_gap = 0;
    this.#pauses = [];
  }

  /** longest_gap: ms between the ends of two frames since forget_pauses(); pauses: those of over 60 ms, {ms, ended}. */
  counters() {
    return { packets: this.#packets, frames: this.#frames, bytes: this.#bytes, lost: this.#lost, first_frame: this.#first_frame,
      longest_gap: this.#longest_gap, pauses: this.#pauses };
  }
}
