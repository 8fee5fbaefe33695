#!/usr/bin/env node
// What a room of voices costs a participant, beside Janus's AudioBridge under the same load in the same run. Figures,
// never a pass or fail.
//
//   node tests/bench/audio/audio_bench.mjs [--address IP] [--binary FILE] [--participants 10,50,200] [--talkers 3] [--all] [--seconds N] [--no-janus] [--json FILE]
import { fork } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { pause, until, within } from '../../support/deadline.mjs';
import { cpu_seconds, machine_cpu, thread_cpu } from '../../support/proc.mjs';
import { default_binary, TesseraServer } from '../../support/server.mjs';
import { Signalling } from '../../support/signalling.mjs';
import { select } from '../../support/metrics.mjs';
import { Janus } from './janus.mjs';

const { values } = parseArgs({
  options: {
    address: { type: 'string', default: '127.0.0.1' }, // Janus needs one of an interface that is not loopback
    binary: { type: 'string', default: default_binary },
    participants: { type: 'string', default: '10,50,200' },
    talkers: { type: 'string', default: '3' },
    all: { type: 'boolean', default: false }, // a row in which everybody talks
    seconds: { type: 'string', default: '10' },
    'no-janus': { type: 'boolean', default: false },
    json: { type: 'string' },
  },
});
const seconds = Number(values.seconds);

const { address } = values;

/** Peers in a process of their own. */
class Peers {
  #next = 1;
  #waiting = new Map();
  #child = fork(fileURLToPath(new URL('./audio_host.mjs', import.meta.url)), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });

  constructor() {
    this.#child.on('message', ({ id, result, error }) => {
      const { resolve: done, reject } = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error === undefined) done(result);
      else reject(new Error(error));
    });
  }
  get pid() {
    return this.#child.pid;
  }
  call(method, args = {}) {
    const id = this.#next++;
    const answer = new Promise((done, reject) => this.#waiting.set(id, { resolve: done, reject }));
    this.#child.send({ id, method, args });
    return within(30_000, method, answer);
  }
  async stop() {
    const child = this.#child;
    child.disconnect();
    await until('the peers end', () => child.exitCode !== null || child.signalCode !== null).catch(() => child.kill('SIGKILL'));
  }
}

/** The two sides: pids that count, how to join, what to look at inside. */
async function start_tessera() {
  const server = await TesseraServer.start({ binary: resolve(values.binary), args: ['--log-level', 'warn', '--ice-address', address],
    config: { room: { maxParticipants: 1000 } } });
  const sockets = [];
  return {
    async join(name, sdp, on_candidate) {
      const socket = await Signalling.open(server.url);
      sockets.push(socket);
      socket.on_event((e) => e.type === 'candidate' && e.candidate && on_candidate(e.candidate));
      await socket.request('join', { room: 'voices', name });
      return (await socket.request('offer', { endpoint: 'main', sdp })).sdp;
    },
    async pids() {
      return [server.pid, await server.room_pid('voices')];
    },
    async inside() {
      const metrics = await server.metrics();
      const stages = Object.fromEntries(select(metrics, 'tessera_stage_cpu_seconds_total').map((s) => [s.labels.stage, s.value]));
      const encoders = select(metrics, 'tessera_room_opus_encoders')[0]?.value;
      const threads = {};
      for (const { name, cpu_ns } of thread_cpu(await server.room_pid('voices'))) {
        const key = name.replace(/\d+/g, '#');
        threads[key] = (threads[key] ?? 0) + cpu_ns / 1e9;
      }
      return { bridge: threads.bridge, encoders, stages, threads };
    },
    async stop() {
      for (const socket of sockets) socket.close();
      await server.stop();
    },
  };
}

async function start_janus() {
  const janus = await Janus.start({ address });
  return { join: (name, sdp) => janus.join(name, sdp), pids: async () => [janus.pid], inside: async () => ({}), stop: () => janus.stop() };
}

async function measure(side, { participants, talkers, levels }) {
  const peers = new Peers();
  const server = await side();
  try {
    for (let i = 0; i < participants; i++) {
      const talks = i < talkers;
      const sound = talks ? { frequency: 300 + 20 * (i % 100), shape: 'speech', amplitude: 0.2 } : { shape: 'silence' };
      const key = `p${i}`;
      const sdp = await peers.call('offer', { key, sound, level: levels ? (talks ? 20 : 127) : null, address });
      const on_candidate = (candidate) => void peers.call('candidate', { key, candidate }).catch(() => {}); // late ones, at the end
      await peers.call('answer', { key, sdp: await server.join(key, sdp, on_candidate) });
    }
    const pids = await server.pids();
    const sample = async () => ({ at: performance.now(), server: pids.reduce((sum, pid) => sum + cpu_seconds(pid), 0), clients: cpu_seconds(peers.pid),
      counters: await peers.call('counters'), machine: machine_cpu(), inside: await server.inside() });
    await pause(4000); // what joining set off has passed
    const before = await sample();
    await pause(seconds * 1000); // the window that is measured
    const after = await sample();
    const span = (after.at - before.at) / 1000;
    const rate = (key) => Math.min(...after.counters.map((c, i) => (c[key] - before.counters[i][key]) / span));
    const difference = (a, b) => Object.fromEntries(Object.entries(a ?? {}).map(([k, v]) => [k, (v - (b?.[k] ?? 0)) / span]).filter(([, v]) => v > 0.0005).sort((x, y) => y[1] - x[1]));
    const busy = (after.machine.total - before.machine.total - (after.machine.idle - before.machine.idle)) / span;
    const cores = (after.server - before.server) / span, clients = (after.clients - before.clients) / span;
    return {
      participants, talkers, levels, cores, per_participant: cores / participants, clients, others: busy - cores - clients,
      bridge: after.inside.bridge === undefined ? null : (after.inside.bridge - before.inside.bridge) / span,
      encoders: after.inside.encoders ?? null,
      received: rate('received'), sent: rate('sent'),
      stages: difference(after.inside.stages, before.inside.stages), threads: difference(after.inside.threads, before.inside.threads),
    };
  } finally {
    await server.stop();
    await peers.stop();
  }
}

if (address.startsWith('127.') && !values['no-janus']) {
  console.error('Janus ignores loopback: `./dev bench voices` makes a network of its own for both; or use --no-janus');
  process.exit(2);
}
const rows = [], failures = [];
const counts = values.participants.split(',').map(Number);
const loads = counts.flatMap((participants) => [
  { participants, talkers: Number(values.talkers), levels: true },
  { participants, talkers: Number(values.talkers), levels: false },
  ...(values.all ? [{ participants, talkers: participants, levels: true }] : []),
]);
for (const load of loads)
  for (const [name, side] of [['tessera', start_tessera], ...(values['no-janus'] ? [] : [['janus', start_janus]])]) {
    console.error(`measuring: ${name}, ${load.participants} participants, ${load.talkers} talk, ${load.levels ? 'with' : 'without'} ssrc-audio-level …`);
    // What this machine is too small for is a line too, and the others are measured all the same.
    try {
      rows.push({ server: name, ...(await measure(side, load)) });
    } catch (error) {
      failures.push(`${name}, ${load.participants} participants, ${load.levels ? 'with' : 'without'} levels: not measured (${error.message})`);
    }
  }

const head = ['server', 'participants', 'talk', 'levels', 'cores', 'mcore each', 'of Janus', 'bridge thread', 'encoders', 'sent/s', 'received/s', 'clients', 'others'];
const lines = rows.map((r) => {
  const janus = rows.find((o) => o.server === 'janus' && o.participants === r.participants && o.talkers === r.talkers && o.levels === r.levels);
  return [r.server, r.participants, r.talkers, r.levels ? 'yes' : 'no', r.cores.toFixed(3), (r.per_participant * 1000).toFixed(2),
    r.server === 'tessera' && janus ? (r.per_participant / janus.per_participant).toFixed(2) : '–', r.bridge === null ? '–' : r.bridge.toFixed(3), r.encoders ?? '–',
    r.sent.toFixed(1), r.received.toFixed(1), r.clients.toFixed(2), r.others.toFixed(2)].map(String);
});
const widths = head.map((_, i) => Math.max(...[head, ...lines].map((line) => line[i].length)));
console.log(`\n${cpus()[0].model}, ${cpus().length} cores; sound alone, DTLS-SRTP, 48 kHz Opus of 20 ms, every participant sends and receives\n`);
console.log([head, ...lines].map((line) => line.map((cell, i) => cell.padStart(widths[i])).join('  ')).join('\n'));
for (const failure of failures) console.log(failure);
if (values.json) writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`);
process.exit(0);
