// Light peers, seen from a test: they run in a child process and are told what to do.
//
//   const clients = LightClients.start();
//   const a = await clients.join({ url, room: 'r', name: 'a' });
//   (await a.stats()).video.frames
//   await a.leave();
//   await clients.stop();
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { until, within } from './deadline.mjs';

export class LightClients {
  #child;
  #next = 1;
  #waiting = new Map();
  #next_peer = 1;

  static start() {
    return new LightClients();
  }

  constructor() {
    this.#child = fork(fileURLToPath(new URL('./light_host.mjs', import.meta.url)), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    this.#child.on('message', ({ id, result, error }) => {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error !== undefined) waiting?.reject(new Error(error));
      else waiting?.resolve(result);
    });
    this.#child.on('exit', (code, signal) => {
      for (const { reject } of this.#waiting.values()) reject(new Error(`light clients ended: ${signal ?? code}`));
      this.#waiting.clear();
    });
  }

  get pid() {
    return this.#child.pid;
  }

  call(method, peer, ...args) {
    const id = this.#next++;
    const answer = new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    this.#child.send({ id, method, peer, args });
    return within(30_000, `light client: ${method}`, answer);
  }

  /** Options as of LightPeer. Resolves when media can flow. */
  async join(options) {
    const peer = new LightClient(this, this.#next_peer++);
    Object.assign(peer, await this.call('join', peer.key, options));
    return peer;
  }

  /** Stats of every peer that is in, by key. */
  all_stats() {
    return this.call('all_stats');
  }

  async stop() {
    if (this.#child.exitCode === null && this.#child.connected) this.#child.disconnect();
    const child = this.#child;
    await until('light clients end', () => child.exitCode !== null || child.signalCode !== null).catch(() => child.kill('SIGKILL'));
  }
}

class LightClient {
  constructor(clients, key) {
    this.clients = clients;
    this.key = key;
  }
  stats() {
    return this.clients.call('stats', this.key);
  }
  store() {
    return this.clients.call('store', this.key);
  }
  /** Folder with video.ivf, audio.opus and log.json of what came since store(). */
  stored() {
    return this.clients.call('stored', this.key);
  }
  /** When what left, by place in the loop: {video: [{index, ms}], audio: [{index, ms}]}. */
  send_log() {
    return this.clients.call('send_log', this.key);
  }
  /** The longest pause of its video (stats().video.longest_gap) counts from now on. */
  forget_pauses() {
    return this.clients.call('forget_pauses', this.key);
  }
  /** Sends a little sound from each of so many sources that nobody announced. */
  invent_sources(count) {
    return this.clients.call('invent_sources', this.key, count);
  }
  /** Sends payloads as they are, in packets of this codec: see LightPeer. */
  send_payloads(codec, packets) {
    return this.clients.call('send_payloads', this.key, codec, packets);
  }
  request_key_frame() {
    return this.clients.call('request_key_frame', this.key);
  }
  leave(how = {}) {
    return this.clients.call('leave', this.key, how);
  }

  /** Waits until `count` more frames have come. */
  async receives_frames(count = 5, timeout = 30_000) {
    const before = (await this.stats()).video.frames;
    return until(`${count} frames received`, async () => (await this.stats()).video.frames >= before + count, { timeout, interval: 30 });
  }
}
