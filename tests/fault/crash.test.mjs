// Processes that are killed: what is on disk is finished, who is elsewhere notices nothing, who was there comes back.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { until } from '../support/deadline.mjs';
import { LightClients } from '../support/light_clients.mjs';
import { packet_times, probe, sound_at } from '../support/media_file.mjs';
import { alive } from '../support/proc.mjs';
import { Signalling } from '../support/signalling.mjs';
import { Pressure } from '../support/pressure.mjs';
import { slowness, TesseraServer } from '../support/server.mjs';
import { tones_heard } from '../support/spectrum.mjs';
import { Standstill } from '../support/standstill.mjs';

let server, clients, standstill;

before(async () => {
  server = await TesseraServer.start();
  clients = LightClients.start();
  standstill = await Standstill.start();
});

after(async () => {
  await clients?.stop();
  await server?.stop();
  await standstill?.stop();
});

async function record(room) {
  const { status, body } = await server.request('POST', `/api/v1/rooms/${room}/recordings`, {});
  assert.equal(status, 201, JSON.stringify(body));
  await until('the recording runs', async () => (await server.room(room)).recordings.some((r) => r.id === body.id && r.state === 'recording'));
  return { id: body.id, began: Date.now(), pressure: new Pressure() };
}

/** Waits until a recording is finished; checks that it holds all but the last second. */
async function check_recovered({ id, began, pressure }, killed) {
  const limit = pressure.host_limit(100) / 1000;
  const recording = await until('the recording is recovered', async () => {
    const found = await server.get(`/api/v1/recordings/${id}`);
    assert.notEqual(found.state, 'failed', JSON.stringify(found));
    return found.state === 'ready' && found;
  }, { timeout: 30_000 * slowness });
  assert.equal(recording.recovered, true, JSON.stringify(recording));
  const file = await fetch(`${server.url}/api/v1/recordings/${id}/file`);
  assert.equal(file.status, 200);
  const path = join(server.folder, `${killed}.mp4`);
  writeFileSync(path, Buffer.from(await file.arrayBuffer()));
  const wall = (killed - began) / 1000;
  const { duration, video, audio } = await probe(path);
  console.log(`killed after ${wall.toFixed(2)} s; the file lasts ${duration} s (video ${video.duration}, audio ${audio.duration})`);
  assert.deepEqual([video.codec, audio.codec], ['h264', 'aac']);
  for (const length of [video.duration, audio.duration])
    assert.ok(length >= wall - 1 && length <= wall + 0.2, `${length} s of ${wall} s`);
  const times = await packet_times(path, 'v');
  const longest = Math.max(...times.slice(1).map((t, i) => t - times[i]));
  assert.ok(longest <= limit, `a gap of ${longest} s; ${pressure}`);
  assert.deepEqual(tones_heard(await sound_at(path, wall / 2, 0.5), 48000, [440, 700]).heard, [440]);
}

const speaker = (room, name) => ({ url: server.url, room, name, audio: { frequency: 440, shape: 'steady' } });

test('kill -9 of a room: its recording goes on and is finished, another room goes on, its people come back', { timeout: 120_000 * slowness }, async () => {
  assert.equal((await server.request('PUT', '/api/v1/rooms/doomed', { width: 960, height: 540 })).status, 201);
  const here = await clients.join(speaker('doomed', 'Ann'));
  const there = await clients.join({ url: server.url, room: 'bystander', name: 'Bob' });
  const witness = await Signalling.open(server.url);
  await witness.request('join', { room: 'doomed', name: 'Wit' });
  await Promise.all([here.receives_frames(30), there.receives_frames(30)]);
  assert.ok((await server.request('PUT', '/api/v1/rooms/doomed/layout', { name: 'speaker' })).status < 300);
  const pid = await server.room_pid('doomed');
  const running = await record('doomed');
  await until('five seconds are recorded', () => Date.now() - running.began >= 5000);

  await there.forget_pauses();
  const pressure = new Pressure();
  const killed = Date.now();
  process.kill(pid, 'SIGKILL');
  const bye = await witness.event('bye', () => true, 5000 * slowness);
  assert.ok(bye.reason, JSON.stringify(bye));
  await until('the light peer is told too', async () => (await here.stats()).bye);
  await here.leave({ rude: true });
  const waiting = await until('it says that it waits', async () => {
    const about = await server.get(`/api/v1/recordings/${running.id}`);
    return about.interrupted && about;
  });
  assert.equal(waiting.state, 'recording');
  const refused = await server.request('PATCH', `/api/v1/recordings/${running.id}`, { state: 'paused' });
  assert.equal(refused.status, 409);
  assert.match(refused.body.detail, /goes on when the room opens again/);

  const back = await clients.join(speaker('doomed', 'Ann'));
  await back.receives_frames(30);
  assert.notEqual(await server.room_pid('doomed'), pid);
  const { layout } = await server.room('doomed');
  assert.deepEqual([layout.name, layout.choice, layout.width], ['speaker', 'operator', 960], 'the room is as it was');
  // It goes on in the new process; what the one that died had recorded is its first part.
  await until('the recording goes on', async () => (await server.room('doomed')).recordings.some((r) => r.id === running.id && r.part === 2 && r.state === 'recording'));
  assert.ok((await server.request('PATCH', `/api/v1/recordings/${running.id}`, { state: 'stopped' })).status < 300);
  assert.equal((await server.get(`/api/v1/recordings/${running.id}`)).interrupted, undefined);
  await check_recovered(running, killed);
  const { parts } = await server.get(`/api/v1/recordings/${running.id}`);
  const timeline = await server.get(`/api/v1/recordings/${running.id}/timeline`);
  assert.deepEqual(timeline.parts, parts.map(({ n, startMs, durationMs }) => ({ n, startMs, durationMs })), 'one time for both');
  assert.ok(timeline.events.filter((e) => e.part === 2).every((e) => e.position === parts[1].startMs + e.ms));

  await there.receives_frames(30);
  const { video } = await there.stats();
  const own = standstill.longest(video.pauses);
  console.log(`longest pause in the other room: ${video.longest_gap.toFixed(0)} ms; of those over 60 ms, less where the machine stood still: ${own.toFixed(0)} ms; ${pressure}`);
  assert.ok(own <= pressure.limit(100 * slowness), `${own} ms`);
  assert.equal(video.lost, 0);
  witness.close();
  await back.leave();
  await there.leave();
});

test('kill -9 of the front: no room process is left over, and its next start finishes the recording', { timeout: 120_000 * slowness }, async () => {
  const peer = await clients.join(speaker('orphaned', 'Ann'));
  await peer.receives_frames(30);
  const pid = await server.room_pid('orphaned');
  const running = await record('orphaned');
  await until('three seconds are recorded', () => Date.now() - running.began >= 3000);
  const killed = Date.now();
  await server.kill();
  await until('the room process ends by itself', () => !alive(pid), { timeout: 15_000 * slowness });
  await peer.leave({ rude: true });
  await server.run();
  await check_recovered(running, killed);
  const again = await clients.join(speaker('orphaned', 'Ann'));
  await again.receives_frames(10);
  await again.leave();
});
