// The WebSocket side of the protocol (docs/api.md), for peers that live in Node.
import WebSocket from 'ws';

import { within } from './deadline.mjs';

/** An error reply of the server: `code`, `status`, and the whole `message`. */
export class SignallingError extends Error {
  constructor(reply) {
    super(`${reply.code}: ${reply.detail ?? reply.title ?? ''}`);
    Object.assign(this, { code: reply.code, status: reply.status, reply });
  }
}

export class Signalling {
  #socket;
  #next_id = 1;
  #waiting = new Map();
  #listeners = new Set();
  /** Everything that was not a reply, in order. */
  events = [];
  closed = false;

  /** Connects to the server at `url` (http://…). */
  static async open(url, { headers } = {}) {
    const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/ws`, { headers });
    const client = new Signalling(socket);
    await within(5000, 'WebSocket opens', new Promise((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    }));
    return client;
  }

  constructor(socket) {
    this.#socket = socket;
    socket.on('message', (data) => this.#receive(JSON.parse(data.toString())));
    socket.on('close', (code) => {
      this.closed = true;
      this.close_code = code;
      for (const { reject } of this.#waiting.values()) reject(new Error(`WebSocket closed (${code})`));
      this.#waiting.clear();
    });
    socket.on('error', () => {}); // 'close' follows
  }

  #receive(message) {
    const waiting = message.id !== undefined && this.#waiting.get(message.id);
    if (waiting) {
      this.#waiting.delete(message.id);
      if (message.type === 'error') waiting.reject(new SignallingError(message));
      else waiting.resolve(message);
      return;
    }
    this.events.push(message);
    for (const listener of [...this.#listeners]) listener(message);
  }

  /** Sends a request and returns its reply; throws SignallingError. */
  request(type, fields = {}, timeout = 10_000) {
    const id = this.#next_id++;
    const reply = new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    this.#socket.send(JSON.stringify({ type, id, ...fields }));
    return within(timeout, `reply to ${type}`, reply);
  }

  /** Sends text (or bytes) as it is. */
  send_raw(data) {
    this.#socket.send(data);
  }

  /** Calls `listener` with every later event; returns how to stop that. */
  on_event(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The first event, past or future, of a type that `matches`. */
  event(type, matches = () => true, timeout = 10_000) {
    const fits = (e) => e.type === type && matches(e);
    const past = this.events.find(fits);
    if (past) return Promise.resolve(past);
    let stop;
    const future = new Promise((resolve) => {
      stop = this.on_event((e) => fits(e) && resolve(e));
    });
    return within(timeout, `event ${type}`, future).finally(() => stop());
  }

  close(code) {
    this.#socket.close(code);
  }

  /** Drops the connection without a word, as a lost network would. */
  terminate() {
    this.#socket.terminate();
  }
}
