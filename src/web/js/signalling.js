// One WebSocket with numbered requests. Knows nothing of rooms: the session decides what to say, and when to come back.

import { RequestError, decode, encode } from './messages.js';

const REQUEST_TIMEOUT = 20_000;
const OPEN_TIMEOUT = 8_000;

/** Events: `message` (detail: {type, data}), `close` (the socket is gone, not by our wish). */
export class Signalling extends EventTarget {
  #url;
  #Socket;
  #timeout;
  #socket = null;
  #nextId = 1;
  #waiting = new Map();

  constructor({ url, Socket = globalThis.WebSocket, requestTimeout = REQUEST_TIMEOUT }) {
    super();
    this.#url = url;
    this.#Socket = Socket;
    this.#timeout = requestTimeout;
  }

  get state() {
    return ['connecting', 'open', 'closing', 'closed'][this.#socket?.readyState ?? 3];
  }

  /** A fresh socket; resolves when it is open. */
  open() {
    this.close();
    const socket = new this.#Socket(this.#url);
    this.#socket = socket;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => socket.close(), OPEN_TIMEOUT);
      let opened = false;
      socket.onopen = () => {
        opened = true;
        clearTimeout(timer);
        resolve();
      };
      socket.onmessage = (event) => this.#receive(socket, event.data);
      socket.onclose = (event) => {
        clearTimeout(timer);
        this.#abandon(socket);
        if (!opened) reject(new RequestError({ code: 'unreachable' }));
        if (opened && this.#socket === socket) {
          this.#socket = null;
          this.dispatchEvent(new CustomEvent('close', { detail: { code: event?.code ?? 0, reason: event?.reason ?? '' } }));
        }
      };
    });
  }

  /** Sends, and resolves with the fields of the reply. */
  request(type, fields = {}) {
    const socket = this.#socket;
    if (socket?.readyState !== 1) return Promise.reject(new RequestError({ code: 'disconnected' }));
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(id);
        reject(new RequestError({ code: 'timeout' }));
        // A socket that swallows a request is dead, whatever it says: closing it starts the way back.
        if (this.#socket === socket) socket.close();
      }, this.#timeout);
      this.#waiting.set(id, { socket, resolve, reject, timer });
      socket.send(encode(id, type, fields));
    });
  }

  /** For what needs no answer; a refusal is only logged. */
  send(type, fields = {}) {
    this.request(type, fields).catch((error) => {
      if (error.code !== 'disconnected') console.debug(`${type}: ${error.message}`);
    });
  }

  close() {
    const socket = this.#socket;
    this.#socket = null;
    if (!socket) return;
    this.#abandon(socket);
    socket.close();
  }

  #receive(socket, text) {
    const message = decode(text);
    if (!message || this.#socket !== socket) return;
    if (message.kind === 'event') {
      this.dispatchEvent(new CustomEvent('message', { detail: message }));
      return;
    }
    const waiting = this.#waiting.get(message.id);
    if (waiting) {
      this.#waiting.delete(message.id);
      clearTimeout(waiting.timer);
      if (message.kind === 'reply') waiting.resolve(message.data);
      else waiting.reject(new RequestError(message.error));
    } else if (message.kind === 'error') {
      this.dispatchEvent(new CustomEvent('message', { detail: { type: 'error', data: message.error } }));
    }
  }

  #abandon(socket) {
    for (const [id, waiting] of this.#waiting) {
      if (waiting.socket !== socket) continue;
      this.#waiting.delete(id);
      clearTimeout(waiting.timer);
      waiting.reject(new RequestError({ code: 'disconnected' }));
    }
  }
}
