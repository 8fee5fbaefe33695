// Holds the state and tells the views. Updates of one turn are drawn together; a microtask and not an animation
// frame, because those stop in a hidden tab.

import { initialState, reduce } from './state.js';

export class Store {
  #state = initialState;
  #listeners = new Set();
  #pending = false;

  get state() {
    return this.#state;
  }

  dispatch(action) {
    const before = this.#state;
    this.#state = reduce(before, { now: Date.now(), ...action });
    if (this.#state !== before && !this.#pending) {
      this.#pending = true;
      queueMicrotask(() => {
        this.#pending = false;
        for (const listener of this.#listeners) listener(this.#state);
      });
    }
  }

  subscribe(listener) {
    this.#listeners.add(listener);
    listener(this.#state);
    return () => this.#listeners.delete(listener);
  }
}
