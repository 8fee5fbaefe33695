// One row of the benchmark: so many participants, all talking, with or without recording.
import { rmSync } from 'node:fs';

import { observe, pause, until } from '../support/deadline.mjs';
import { LightClients } from '../support/light_clients.mjs';
import { select } from '../support/metrics.mjs';
import { tile_of } from '../support/placements.mjs';
import { cpu_seconds, machine_cpu, thread_cpu } from '../support/proc.mjs';
import { TesseraServer } from '../support/server.mjs';
import { audio_delays, video_delays } from './delay.mjs';
import { distribution } from './statistics.mjs';

const room = 'bench';
const round = (v, digits = 3) => Number(v.toFixed(digits));
const hues = ['#c03030', '#30a040', '#3050c8', '#b08020', '#8030a0', '#2090a0', '#a05030', '#607020'];
/** As many are in the mix at once; their voices are marked, each with a pitch of its own, and louder than the rest. */
const talkers = 8;
const marker_of = (i) => 2600 + 400 * i;

const options_of = (url, i, seconds, codec) => ({
  url, room, codec, name: `Participant ${i + 1}`,
  // A frame in `seconds` slower than the canvas: over the window the first sender's frames meet its ticks at every phase.
  frame_rate: i === 0 ? 30 - 1 / seconds : 30,
  video: { color: hues[i % hues.length] },
  audio: i < talkers ? { frequency: 300 + 70 * i, shape: 'marked', amplitude: 0.3, marker: marker_of(i) } : { frequency: 300 + 20 * i, shape: 'speech', amplitude: 0.1 },
});

/** Thread CPU (cores) by name without digits, largest first. */
function by_thread(before, after, seconds) {
  const earlier = new Map(before.map((t) => [t.tid, t.cpu_ns]));
  const sums = {};
  for (const { tid, name, cpu_ns } of after) {
    const key = name.replace(/\d+/g, '#');
    sums[key] = (sums[key] ?? 0) + (cpu_ns - (earlier.get(tid) ?? 0)) / 1e9 / seconds;
  }
  return Object.fromEntries(Object.entries(sums).filter(([, v]) => v >= 0.0005).sort((a, b) => b[1] - a[1]).map(([k, v]) => [k, round(v, 4)]));
}

/** Threads of webrtcbin and what hangs on it: what they use beyond decoding and scaling is the network's. */
const of_network = /^(rtpjitterbuffer|send-(video|audio):src|queue#:src|nicesrc#:src|rtpsession-rtcp|timer)/;

/**
 * The server's stages with the network's share: jitter buffer, RTP, SRTP, RTCP, ICE and sockets run on threads of their
 * own, except that frames are decoded and scaled on the jitter buffer's. `rest`: what no stage accounts for.
 */
function with_network(stages, threads, room) {
  const theirs = Object.entries(threads).reduce((sum, [name, cpu]) => sum + (of_network.test(name) ? cpu : 0), 0);
  const network = Math.max(0, theirs - stages.decode - stages.scale);
  const counted = Object.entries(stages).reduce((sum, [name, cpu]) => sum + (name === 'network' ? network : cpu), 0);
  return { ...stages, network: round(network, 4), rest: round(room - counted, 4) };
}

async function stage_cpu(server) {
  return Object.fromEntries(select(await server.metrics(), 'tessera_stage_cpu_seconds_total').map((s) => [s.labels.stage, s.value]));
}

async function sample(server, pid, clients) {
  return { at: performance.now(), stats: await clients.all_stats(), stages: await stage_cpu(server), room: cpu_seconds(pid), serve: cpu_seconds(server.pid),
    clients: cpu_seconds(clients.pid), threads: thread_cpu(pid), machine: machine_cpu() };
}

/** Rates of every client between two samples: [{name, fps, audio}]. */
function rates(before, after) {
  return Object.entries(after.stats).map(([key, now]) => {
    const then = before.stats[key], seconds = (now.at - then.at) / 1000;
    return { name: now.name, fps: (now.video.frames - then.video.frames) / seconds, audio: (now.audio.packets - then.audio.packets) / seconds,
      bitrate: ((now.video.bytes - then.video.bytes) * 8) / seconds, lost: now.video.lost + now.audio.lost - then.video.lost - then.audio.lost,
      late: now.sent.late - then.sent.late };
  });
}

/** Waits until the rates stop changing, or the time for that is over: a server that is too slow is measured as well. */
async function warm_up(clients, seconds) {
  const started = performance.now();
  await until('rates are steady', async () => {
    const [a, b] = await observe(() => clients.all_stats(), { count: 2, interval: 1000 });
    const slowest = Math.min(...Object.keys(b).map((k) => ((b[k].video.frames - a[k].video.frames) * 1000) / (b[k].at - a[k].at)));
    const elapsed = (performance.now() - started) / 1000;
    return (elapsed >= seconds && slowest >= 29) || elapsed >= seconds * 3;
  }, { timeout: seconds * 4000 + 10_000 });
}

/** codec: what the clients offer, "VP8" or "VP8 H264" (LightPeer). */
export async function run_scenario({ binary, participants, codec, recording, seconds, warm, keep }) {
  const server = await TesseraServer.start({ binary, args: ['--log-level', 'warn'] });
  const clients = LightClients.start();
  const folders = [];
  try {
    const peers = [];
    for (let i = 0; i < participants; i++) peers.push(await clients.join(options_of(server.url, i, seconds, codec)));
    await peers[0].receives_frames(5);
    const pid = await server.room_pid(room);
    if (recording) {
      const { status, text } = await server.request('POST', `/api/v1/rooms/${room}/recordings`, {});
      if (status !== 201) throw new Error(`recording: ${status} ${text}`);
    }
    await warm_up(clients, warm);
    // One who hears the others (nobody hears themselves), unless alone.
    const watcher = peers[Math.min(1, peers.length - 1)];
    await watcher.store();
    const before = await sample(server, pid, clients);
    await pause(seconds * 1000); // the window that is measured
    const after = await sample(server, pid, clients);
    const folder = await watcher.stored();
    folders.push(folder);
    const sent = await peers[0].send_log();
    const tile = tile_of((await server.room(room)).layout, peers[0].participant);

    const span = (after.at - before.at) / 1000;
    const cores = (key) => (after[key] - before[key]) / span;
    const stages = Object.fromEntries(Object.entries(after.stages).map(([k, v]) => [k, round((v - (before.stages[k] ?? 0)) / span, 4)]));
    const threads = by_thread(before.threads, after.threads, span);
    const per_client = rates(before, after);
    const video = await video_delays(folder, sent, tile);
    const audio = [];
    for (let i = 0; i < Math.min(talkers, participants); i++)
      if (peers[i] !== watcher) audio.push(...(await audio_delays(folder, await peers[i].send_log(), marker_of(i))));
    const busy = (after.machine.total - before.machine.total - (after.machine.idle - before.machine.idle)) / span;
    const worst = (key) => Math.min(...per_client.map((c) => c[key]));
    return {
      participants, codec, recording, seconds: round(span, 1),
      cores: { total: round(cores('room') + cores('serve')), room: round(cores('room')), serve: round(cores('serve')), clients: round(cores('clients')),
        other_work: round(busy - cores('room') - cores('serve') - cores('clients')) },
      stages: with_network(stages, threads, cores('room')),
      threads,
      rates: { fps_min: round(worst('fps'), 1), audio_min: round(worst('audio'), 1), bitrate: Math.round(per_client[0].bitrate),
        lost: per_client.reduce((n, c) => n + c.lost, 0), late_sends: per_client.reduce((n, c) => n + c.late, 0) },
      reached: worst('fps') >= 29 && worst('audio') >= 49,
      video_delay: { ...distribution(video.delays), frames: video.frames, unread: video.unread },
      audio_delay: distribution(audio),
    };
  } finally {
    await clients.stop();
    await server.stop();
    if (!keep) for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  }
}
