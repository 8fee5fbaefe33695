// What a test participant sees and hears: pictures, times of frames, sound.

// Requests of workers and worklets do not pass through the test's interception: load the text, hand over a blob.
async function module_url(name) {
  const text = await (await fetch(new URL(name, import.meta.url))).text();
  return URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
}

/** Shows the video tracks of a stream and reads them back. */
export class Viewer {
  #video = Object.assign(document.createElement('video'), { muted: true, autoplay: true, playsInline: true });
  #canvas = document.createElement('canvas');
  first_frame_at = null;

  constructor(stream) {
    this.#video.srcObject = stream;
    this.#video.style.width = '320px';
    document.body.append(this.#video);
    this.#video.requestVideoFrameCallback((now) => (this.first_frame_at = now));
    this.#video.play().catch(() => {});
  }

  get size() {
    return { width: this.#video.videoWidth, height: this.#video.videoHeight };
  }

  /** The picture that is shown now: {width, height, data} (RGBA), or null before the first frame. */
  picture() {
    const { width, height } = this.size;
    if (!width || this.first_frame_at === null) return null;
    Object.assign(this.#canvas, { width, height });
    const pen = this.#canvas.getContext('2d', { willReadFrequently: true });
    pen.drawImage(this.#video, 0, 0);
    return pen.getImageData(0, 0, width, height);
  }

  /** Calls `look(picture, now)` for every frame shown until it returns true. */
  each_picture(look) {
    return new Promise((resolve) => {
      const step = (now) => (look(this.picture(), now) ? resolve() : this.#video.requestVideoFrameCallback(step));
      this.#video.requestVideoFrameCallback(step);
    });
  }
}

/** Records when frames of a track were decoded, away from the page's main thread. */
export class FrameClock {
  #worker;
  #clone;
  #times = [];

  static async open(track) {
    const clock = new FrameClock();
    clock.#clone = track.clone();
    const processor = new MediaStreamTrackProcessor({ track: clock.#clone, maxBufferSize: 30 });
    clock.#worker = new Worker(await module_url('./frame_clock_worker.js'));
    clock.#worker.onmessage = ({ data }) => clock.#times.push(...data);
    clock.#worker.postMessage(processor.readable, [processor.readable]);
    return clock;
  }

  /** Times (ms since 1970) of the frames decoded since the last call. */
  take() {
    const times = this.#times;
    this.#times = [];
    return times;
  }

  stop() {
    this.#clone.stop();
    this.#worker.terminate();
  }
}

/** Keeps the last seconds of a stream's sound as samples of 48 kHz. */
export class Listener {
  #context = new AudioContext({ sampleRate: 48000 });
  #blocks = [];
  #kept = 0;
  #limit;

  static async open(stream, seconds = 12) {
    const listener = new Listener();
    listener.#limit = seconds * 48000;
    const context = listener.#context;
    await context.audioWorklet.addModule(await module_url('./capture_worklet.js'));
    // Chromium moves remote sound only while an element plays it.
    const element = Object.assign(new Audio(), { srcObject: stream, muted: true });
    element.play().catch(() => {});
    const node = new AudioWorkletNode(context, 'capture', { numberOfOutputs: 1, outputChannelCount: [1] });
    node.port.onmessage = ({ data }) => listener.#keep(data);
    const silence = new GainNode(context, { gain: 0 });
    new MediaStreamAudioSourceNode(context, { mediaStream: stream }).connect(node).connect(silence).connect(context.destination);
    await context.resume();
    return listener;
  }

  #keep({ samples, time }) {
    this.#blocks.push({ samples, time });
    this.#kept += samples.length;
    while (this.#kept > this.#limit) this.#kept -= this.#blocks.shift().samples.length;
  }

  /** Samples heard so far that are still kept. */
  get kept() {
    return this.#kept;
  }

  clear() {
    this.#blocks = [];
    this.#kept = 0;
  }

  /** The newest `seconds` of sound, or what there is. */
  samples(seconds) {
    const all = new Float32Array(this.#kept);
    let at = 0;
    for (const { samples } of this.#blocks) {
      all.set(samples, at);
      at += samples.length;
    }
    return all.slice(Math.max(0, all.length - seconds * 48000));
  }

  close() {
    return this.#context.close();
  }
}
