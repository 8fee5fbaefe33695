// How long to wait before the next attempt. Pure: the caller owns the timer.
// Doubling keeps a struggling server from being hammered; the random part keeps a room full of browsers,
// which all lost their connection at the same moment, from coming back at the same moment.

const DEFAULTS = { first: 500, factor: 2, max: 10_000, spread: 0.3 };

/** Milliseconds before attempt number `attempt` (0 is the first retry). */
export function delayOf(attempt, options = {}, random = Math.random) {
  const { first, factor, max, spread } = { ...DEFAULTS, ...options };
  const plain = Math.min(max, first * factor ** Math.max(0, attempt));
  return Math.round(plain * (1 - spread / 2 + spread * random()));
}

export class Backoff {
  #attempt = 0;
  #options;
  #random;

  constructor(options = {}, random = Math.random) {
    this.#options = options;
    this.#random = random;
  }

  get attempts() {
    return this.#attempt;
  }

  next() {
    return delayOf(this.#attempt++, this.#options, this.#random);
  }

  reset() {
    this.#attempt = 0;
  }
}
