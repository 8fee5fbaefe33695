// How loud a track is, 0…1, for a meter. Reads the samples; changes nothing.

export class LevelMeter {
  #context = null;
  #source = null;
  #analyser = null;
  #samples = null;
  #track = null;

  /** null lets go of the track. */
  watch(track) {
    if (track === this.#track) return;
    this.#track = track;
    this.#source?.disconnect();
    this.#source = null;
    if (!track) return;
    const Context = globalThis.AudioContext ?? globalThis.webkitAudioContext;
    if (!Context) return;
    this.#context ??= new Context();
    this.#analyser ??= this.#context.createAnalyser();
    this.#analyser.fftSize = 1024;
    this.#samples ??= new Float32Array(this.#analyser.fftSize);
    this.#source = this.#context.createMediaStreamSource(new MediaStream([track]));
    this.#source.connect(this.#analyser);
    this.#context.resume().catch(() => {});
  }

  /** -60 dBFS is 0, 0 dBFS is 1. */
  level() {
    if (!this.#source) return 0;
    this.#analyser.getFloatTimeDomainData(this.#samples);
    let sum = 0;
    for (const sample of this.#samples) sum += sample * sample;
    const decibel = 10 * Math.log10(sum / this.#samples.length + 1e-12);
    return Math.min(1, Math.max(0, (decibel + 60) / 60));
  }

  close() {
    this.watch(null);
    this.#context?.close().catch(() => {});
    this.#context = null;
    this.#analyser = null;
    this.#samples = null;
  }
}
