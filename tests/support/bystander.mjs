// Those who must not notice an attack: somebody in another room, whoever asks for /healthz, and the processes themselves.
//
//   const bystander = await Bystander.start(server);
//   await bystander.during('a flood of pings', async () => { … });   // fails when anybody noticed
//   await bystander.stop();
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

import { within } from './deadline.mjs';
import { LightClients } from './light_clients.mjs';
import { Pressure } from './pressure.mjs';
import { slowness } from './server.mjs';
import { Standstill } from './standstill.mjs';

const longest_pause = 100 * slowness;
const longest_answer = 200 * slowness;

export class Bystander {
  #server;
  #clients;
  #peer;
  #standstill;
  #health;
  #rooms;
  #headers;
  #waiting = new Map();
  #next = 1;

  /**
   * Takes a seat in a room of its own. rooms: others whose process must stay the same as well (the one that is attacked);
   * they must be open when `during` begins. token: of an admin of every room, where the server has a key.
   */
  static async start(server, { room = 'bystander', rooms = [], token } = {}) {
    const self = new Bystander();
    self.#server = server;
    self.#rooms = [room, ...rooms];
    self.#headers = token ? { authorization: `Bearer ${token}` } : {};
    try {
      self.#clients = LightClients.start();
      self.#standstill = await Standstill.start();
      self.#peer = await self.#clients.join({ url: server.url, room, name: 'bystander', token });
      await self.#peer.receives_frames(30);
      // A thread of its own: the attack keeps the test's own loop busy.
      self.#health = new Worker(new URL('./health_probe.mjs', import.meta.url), { workerData: { url: server.url } });
      self.#health.on('message', ({ id, ...figures }) => {
        self.#waiting.get(id)?.(figures);
        self.#waiting.delete(id);
      });
      await once(self.#health, 'online');
      return self;
    } catch (error) {
      await self.stop(); // or its processes keep the test from ending
      throw error;
    }
  }

  #ask(command) {
    const id = this.#next++;
    const answer = new Promise((resolve) => this.#waiting.set(id, resolve));
    this.#health.postMessage({ id, command });
    return within(60_000, `the health probe answers "${command}"`, answer);
  }

  /**
   * Runs `attack` and fails when meanwhile the bystander's picture paused for more than 100 ms, /healthz took more than
   * 200 ms or failed, or the front or a watched room was replaced. Limits grow with the pressure on the machine.
   * Returns {picture_ms, healthz_ms, probes, value}; `value` is what `attack` returned.
   */
  async during(what, attack) {
    await this.#peer.receives_frames(5);
    const pids = await this.#pids();
    await this.#peer.forget_pauses();
    const pressure = new Pressure();
    await this.#ask('begin');
    const value = await attack();
    // Frames after the attack count as well: a picture that stands still has no pause before it moves again.
    await this.#peer.receives_frames(5);
    const { longest: healthz_ms, probes, failures } = await this.#ask('end');
    const { video, bye } = await this.#peer.stats();
    const picture_ms = Math.round(this.#standstill.longest(video.pauses));
    console.log(`${what}: longest pause of a bystander's picture ${picture_ms} ms, slowest of ${probes} /healthz ${Math.round(healthz_ms)} ms; ${pressure}`);
    assert.equal(bye, undefined, `${what}: the bystander was sent away`);
    assert.deepEqual(failures, [], `${what}: /healthz failed`);
    assert.ok(probes > 0, `${what}: /healthz was asked`);
    assert.deepEqual(await this.#pids(), pids, `${what}: a process was replaced\n${this.#server.tail()}`);
    assert.ok(picture_ms <= pressure.limit(longest_pause), `${what}: the bystander's picture paused for ${picture_ms} ms`);
    assert.ok(healthz_ms <= pressure.limit(longest_answer), `${what}: /healthz took ${Math.round(healthz_ms)} ms`);
    return { picture_ms, healthz_ms, probes, value };
  }

  async #pids() {
    assert.ok(this.#server.running, `the server has ended\n${this.#server.tail()}`);
    const pids = { front: this.#server.pid };
    for (const room of this.#rooms) {
      const { status, body } = await within(30_000, `GET of the room ${room}`,
        this.#server.request('GET', `/api/v1/rooms/${room}`, undefined, this.#headers));
      assert.equal(status, 200, `GET of the room ${room}`);
      pids[room] = body.pid;
    }
    return pids;
  }

  async stop() {
    await this.#health?.terminate();
    await this.#clients?.stop();
    await this.#standstill?.stop();
  }
}
