// Several files played as one: a position counts over all parts, and the next part follows by itself.
// Events: `time` (position or state changed), `part`, `problem` (detail: text).

import { partAt } from './library-model.js';

const RETRIES = 2;
const HAVE_METADATA = 1;      // HTMLMediaElement.HAVE_METADATA

export class MultipartPlayer extends EventTarget {
  #parts;
  #addressOf;
  #part = null;
  #wanted = null;        // where to go once the part's length is known, ms in it
  #retries = 0;
  #playing = false;      // what the person wants; a change of part must not stop it

  /** `addressOf(part, renew)` resolves to the address of a part's file. */
  constructor({ video, parts, addressOf }) {
    super();
    this.video = video;
    this.#parts = parts;
    this.#addressOf = addressOf;
    for (const name of ['timeupdate', 'play', 'pause', 'seeking', 'seeked', 'waiting', 'playing', 'volumechange', 'ratechange'])
      video.addEventListener(name, () => this.#tell('time'));
    video.addEventListener('loadedmetadata', () => this.#arrive());
    video.addEventListener('ended', () => this.#onEnded());
    video.addEventListener('error', () => this.#onError());
    video.addEventListener('playing', () => { this.#retries = 0; });
  }

  get part() {
    return this.#part;
  }

  /** Milliseconds over all parts. */
  get position() {
    if (!this.#part) return 0;
    return this.#part.start + (this.#wanted ?? this.video.currentTime * 1000);
  }

  get duration() {
    const last = this.#parts.at(-1);
    return last.start + last.duration;
  }

  get paused() {
    return !this.#playing;
  }

  async load(position = 0) {
    await this.#open(partAt(this.#parts, position), position);
  }

  async seek(position) {
    const to = Math.min(Math.max(0, position), Math.max(0, this.duration - 50));
    const part = partAt(this.#parts, to);
    if (part !== this.#part) {
      await this.#open(part, to);
    } else if (this.video.readyState >= HAVE_METADATA) {
      this.video.currentTime = (to - part.start) / 1000;
    } else {
      this.#wanted = to - part.start;
    }
    this.#tell('time');
  }

  async play() {
    // At the end, play means from the beginning.
    if (this.position >= this.duration - 100) await this.seek(0);
    this.#playing = true;
    await this.#run();
  }

  pause() {
    this.#playing = false;
    this.video.pause();
    this.#tell('time');
  }

  toggle() {
    if (this.paused) this.play();
    else this.pause();
  }

  close() {
    this.#playing = false;
    this.#part = null;
    this.video.pause();
    this.video.removeAttribute('src');
    this.video.load();
  }

  async #open(part, position, renew = false) {
    this.#part = part;
    this.#wanted = Math.max(0, position - part.start);
    this.#tell('part');
    try {
      const address = await this.#addressOf(part, renew);
      if (this.#part !== part) return;       // somebody has gone elsewhere meanwhile
      this.video.src = address;
    } catch (error) {
      this.#tell('problem', error.message);
    }
  }

  #arrive() {
    if (this.#wanted !== null) this.video.currentTime = this.#wanted / 1000;
    this.#wanted = null;
    if (this.#playing) this.#run();
    this.#tell('time');
  }

  async #run() {
    try {
      await this.video.play();
    } catch (error) {
      if (error.name === 'AbortError') return;      // a new part is on its way
      this.#playing = false;
    }
    this.#tell('time');
  }

  #onEnded() {
    const next = this.#parts[this.#parts.indexOf(this.#part) + 1];
    if (next) {
      this.#open(next, next.start);
      return;
    }
    this.#playing = false;
    this.#tell('time');
  }

  // The grant in the address may have expired, or the server was away: come back where we were.
  #onError() {
    if (!this.#part) return;
    if (this.#retries >= RETRIES) {
      this.#playing = false;
      this.#tell('problem', 'This recording cannot be played here. Download it instead.');
      return;
    }
    this.#retries += 1;
    this.#open(this.#part, this.position, true);
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
