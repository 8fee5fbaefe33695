// Hands the samples it is given to the page, in blocks of 20 ms or more.
class Capture extends AudioWorkletProcessor {
  #block = new Float32Array(1024);
  #filled = 0;

  process(inputs) {
    const input = inputs[0][0] ?? new Float32Array(128);
    this.#block.set(input, this.#filled);
    this.#filled += input.length;
    if (this.#filled === this.#block.length) {
      this.port.postMessage({ samples: this.#block, time: currentTime });
      this.#block = new Float32Array(1024);
      this.#filled = 0;
    }
    return true;
  }
}
registerProcessor('capture', Capture);
