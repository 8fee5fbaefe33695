// What can be done to a recording while it runs: pause, formats, parts, going on after a crash, an empty room.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { until } from '../support/deadline.mjs';
import { LightClients } from '../support/light_clients.mjs';
import { check_lips, record_lips } from '../support/lips.mjs';
import { counters, packet_times, probe, sound_at } from '../support/media_file.mjs';
import { total } from '../support/metrics.mjs';
import { ids_by_name, tile_of } from '../support/placements.mjs';
import { Pressure } from '../support/pressure.mjs';
import { Signalling } from '../support/signalling.mjs';
import { slowness, TesseraServer } from '../support/server.mjs';
import { tones_heard } from '../support/spectrum.mjs';

let server, clients;

before(async () => {
  server = await TesseraServer.start({ config: { recording: { continueSeconds: 20 }, room: { idleSeconds: 1 } } });
  clients = LightClients.start();
});

after(async () => {
  await clients?.stop();
  await server?.stop();
});

const speaker = (room, name = 'Ann') => ({ url: server.url, room, name, audio: { frequency: 440, shape: 'steady' } });

/** Starts one and waits until it runs: its id. */
async function record(room, options = {}) {
  const { status, body } = await server.request('POST', `/api/v1/rooms/${room}/recordings`, options);
  assert.equal(status, 201, JSON.stringify(body));
  await until('the recording runs', async () => (await server.room(room)).recordings.some((r) => r.id === body.id && r.state === 'recording'));
  return body.id;
}

async function set_state(id, state) {
  const asked = Date.now();
  const { status, body } = await server.request('PATCH', `/api/v1/recordings/${id}`, { state });
  assert.ok(status === 200 || status === 202, `${status} ${JSON.stringify(body)}`);
  return { asked, answered: Date.now(), body };
}

async function ready(id) {
  return until('the recording is ready', async () => {
    const found = await server.get(`/api/v1/recordings/${id}`);
    assert.notEqual(found.state, 'failed', JSON.stringify(found));
    return found.state === 'ready' && found;
  }, { timeout: 30_000 * slowness });
}

async function download(id, name, part = 1) {
  const file = await fetch(`${server.url}/api/v1/recordings/${id}/file${part > 1 ? `?part=${part}` : ''}`);
  assert.equal(file.status, 200);
  const path = join(server.folder, name);
  writeFileSync(path, Buffer.from(await file.arrayBuffer()));
  return path;
}

const seconds = (ms) => (ms / 1000).toFixed(3);
const wait = (what, ms) => {
  const start = Date.now();
  return until(what, () => Date.now() - start >= ms, { timeout: ms + 5000 });
};

test('ten pauses: one file without a gap, and the gaps in the manifest are those that were asked for', { timeout: 120_000 * slowness }, async () => {
  const room = 'pauses';
  const peer = await clients.join(speaker(room));
  await peer.receives_frames(30);
  const pressure = new Pressure();
  const id = await record(room);
  const asked = [];
  for (let i = 0; i < 10; i++) {
    await wait('some is recorded', 500 + 70 * i);
    const pause = await set_state(id, 'paused');
    assert.equal(pause.body.state, 'paused');
    await wait('the pause', 400 + 50 * i);
    const resume = await set_state(id, 'recording');
    assert.equal(resume.body.state, 'recording');
    asked.push([pause, resume]);
  }
  await wait('the last stretch', 500);
  const stop = await set_state(id, 'stopped');
  const longest_step = pressure.host_limit(50 * slowness) / 1000;
  const recording = await ready(id);
  const path = await download(id, 'pauses.mp4');

  assert.equal(recording.gaps.length, 10, JSON.stringify(recording.gaps));
  const off = recording.gaps.map(({ from, to }, i) => {
    // Each took place between its question and its answer.
    const [pause, resume] = asked[i], gap = Date.parse(to) - Date.parse(from);
    return gap - Math.min(Math.max(gap, resume.asked - pause.answered), resume.answered - pause.asked);
  });
  console.log(`gaps less what was asked for, ms: ${off.join(' ')}`);
  for (const ms of off) assert.ok(Math.abs(ms) <= 50 * slowness, `${ms} ms`);
  recording.gaps.forEach(({ from, atMs, reason }, i) => {
    assert.equal(reason, 'paused');
    assert.ok(Math.abs(Date.parse(from) - asked[i][0].asked) <= 50 * slowness + (asked[i][0].answered - asked[i][0].asked), `gap ${i} begins at ${from}`);
    assert.ok(i === 0 || atMs > recording.gaps[i - 1].atMs);
  });
  const paused = recording.gaps.reduce((sum, { from, to }) => sum + Date.parse(to) - Date.parse(from), 0);
  const wall = stop.asked - Date.parse(recording.startedAt) - paused, way = stop.answered - stop.asked;
  const { duration, video, audio } = await probe(path);
  console.log(`clock less pauses ${seconds(wall)} to ${seconds(wall + way)} s, file ${duration} s, video ${video.duration} s, audio ${audio.duration} s`);
  for (const length of [duration, video.duration, audio.duration])
    assert.ok(length * 1000 >= wall - 50 * slowness && length * 1000 <= wall + way + 50 * slowness, `${length} s of ${seconds(wall)} s`);
  const times = await packet_times(path, 'v');
  const steps = times.slice(1).map((t, i) => t - times[i]);
  assert.ok(Math.max(...steps) < longest_step && Math.min(...steps) > 0.02, `${Math.min(...steps)} … ${Math.max(...steps)} s between pictures`);
  assert.deepEqual(tones_heard(await sound_at(path, 0, duration), 48000, [440, 700]).heard, [440]);
  await peer.leave();
});

test('a flash and a beep stay together through pauses, and the file lasts as long as the clock says', { timeout: 120_000 * slowness }, async () => {
  const lips = await record_lips({ server, clients, room: 'lips', seconds: 16, pauses: 3 });
  assert.equal(lips.recording.gaps.length, 3);
  check_lips(lips, 16);
});

test('every format is made, and an H.264 recording adds no video encode to a room that encodes it', { timeout: 180_000 * slowness }, async () => {
  const expected = {
    mp4: ['h264', 'aac', /mp4/], 'mp4-opus': ['h264', 'opus', /mp4/], m4a: [undefined, 'aac', /m4a/],
    opus: [undefined, 'opus', /ogg/], wav: [undefined, 'pcm_s16le', /wav/], webm: ['vp8', 'opus', /webm/],
  };
  const room = 'formats';
  const peer = await clients.join({ ...speaker(room), codec: 'VP8 H264' });  // as browsers offer; it gets H.264
  await peer.receives_frames(30);
  const codecs = async () => (await server.room(room)).encoders.map((e) => e.codec).sort();
  assert.deepEqual(await codecs(), ['h264']);
  for (const [format, [video_codec, audio_codec, container]] of Object.entries(expected)) {
    const id = await record(room, { format, name: `As ${format}` });
    assert.equal(total(await server.metrics(), 'tessera_room_recordings', { room }), 1);
    if (video_codec !== 'vp8') assert.deepEqual(await codecs(), ['h264'], 'no encoder more');
    await wait('two seconds', 2000);
    await set_state(id, 'stopped');
    const recording = await ready(id);
    assert.equal(recording.format, format);
    assert.equal(recording.name, `As ${format}`);
    const path = await download(id, `format-${format}`);
    const about = await probe(path);
    assert.match(about.format, container, format);
    assert.deepEqual([about.video?.codec, about.audio.codec], [video_codec, audio_codec], format);
    assert.ok(about.duration > 1.7 && about.duration < 4 * slowness, `${format} lasts ${about.duration} s`);
    assert.deepEqual(tones_heard(await sound_at(path, 0.2, 1), 48000, [440, 700]).heard, [440], format);
  }
  const refused = await server.request('POST', `/api/v1/rooms/${room}/recordings`, { format: 'mp3', splitMs: -4 });
  assert.equal(refused.status, 400);
  assert.match(refused.body.detail, /format.*mp4-opus.*splitMs/s);
  await peer.leave();
});

test('a long recording is split at key frames; a shortest one ends by itself', { timeout: 120_000 * slowness }, async () => {
  const room = 'parts';
  const peer = await clients.join(speaker(room));
  await peer.receives_frames(30);
  const pressure = new Pressure();
  const id = await record(room, { splitMs: 2000 });
  const { layout, participants } = await server.room(room);
  const tile = tile_of(layout, ids_by_name({ participants })[speaker(room).name]);
  await wait('seven seconds', 7000);
  const host = pressure.host_limit(1);
  await set_state(id, 'stopped');
  const recording = await ready(id);
  assert.ok(recording.parts.length >= 3, JSON.stringify(recording.parts));
  let total_ms = 0;
  const numbers = [];  // of the sender's frames, as they are seen in each part
  for (const part of recording.parts) {
    const path = join(server.recordings, room, recording.startedAt && (await folder_of(room)), part.file);
    const { video, audio } = await probe(path);
    assert.ok(Math.abs(video.duration - audio.duration) < 0.05, `${part.file}: ${video.duration} and ${audio.duration}`);
    total_ms += video.duration * 1000;
    numbers.push((await counters(path, tile)).map((frame) => frame.number));
    assert.ok(numbers.at(-1).length > 5, `${part.file}: only ${numbers.at(-1).length} frames whose number can be read`);
  }
  // No frame is lost or doubled between two parts: the numbers go on. One may be off, as where the sender's clock meets the canvas's;
  // a sender whose machine is taken away sends in jumps.
  const joints = numbers.slice(1).map((list, i) => list[0] - numbers[i].at(-1));
  assert.ok(joints.every((n) => n >= 0 && n <= 2 * host), `steps from part to part: ${joints}`);
  assert.ok(host > 1 || joints.filter((n) => n !== 1).length <= 1, `steps from part to part: ${joints}`);
  const wall = Date.parse(recording.endedAt) - Date.parse(recording.startedAt);
  assert.ok(Math.abs(total_ms - wall) <= 50 * slowness, `${total_ms} ms in the parts, ${wall} ms by the clock`);

  const short = await record(room, { maxDurationMs: 1500 });
  const ended = await ready(short);
  assert.equal(ended.endReason, 'max-duration');
  assert.ok(Math.abs(ended.durationMs - 1500) <= 60, `${ended.durationMs} ms`);
  await peer.leave();
});

/** The folder of the oldest recording of a room. */
async function folder_of(room) {
  const { readdirSync } = await import('node:fs');
  return readdirSync(join(server.recordings, room)).sort()[0];
}

test('the room’s process dies: the recording goes on in the next one, and a pause stays a pause', { timeout: 120_000 * slowness }, async () => {
  const room = 'phoenix';
  const peer = await clients.join(speaker(room));
  await peer.receives_frames(30);
  const id = await record(room, { name: 'Phoenix' });
  await wait('three seconds', 3000);
  const killed = Date.now();
  process.kill(await server.room_pid(room), 'SIGKILL');
  await until('the peer is told', async () => (await peer.stats()).bye);
  await peer.leave({ rude: true });

  const back = await clients.join(speaker(room));
  await until('the recording goes on', async () => (await server.room(room)).recordings.some((r) => r.id === id && r.state === 'recording' && r.part === 2));
  const resumed = Date.now();
  await wait('two seconds more', 2000);
  const paused = await set_state(id, 'paused');
  await wait('the pause', 500);
  process.kill(await server.room_pid(room), 'SIGKILL');
  await until('the peer is told', async () => (await back.stats()).bye);
  await back.leave({ rude: true });
  const again = await clients.join(speaker(room));
  await until('the recording is there, paused', async () => (await server.room(room)).recordings.some((r) => r.id === id && r.state === 'paused'));
  await set_state(id, 'recording');
  await until('it goes on', async () => (await server.room(room)).recordings.some((r) => r.id === id && r.part === 3));
  await wait('two seconds more', 2000);
  await set_state(id, 'stopped');
  const recording = await ready(id);
  assert.equal(recording.recovered, true);
  assert.equal(recording.name, 'Phoenix');
  assert.deepEqual(recording.parts.map((p) => p.n), [1, 2, 3]);
  const [first, second, third] = recording.parts;
  console.log(`parts: ${recording.parts.map((p) => p.durationMs).join(', ')} ms; gaps: ${JSON.stringify(recording.gaps)}`);
  assert.ok(first.durationMs >= killed - Date.parse(recording.startedAt) - 1000, 'all but the last second');
  assert.ok(second.durationMs >= paused.asked - resumed - 1000 && third.durationMs >= 1500);
  assert.equal(recording.gaps.length, 2);
  assert.equal(recording.gaps[0].reason, 'crash');
  assert.ok(Math.abs(Date.parse(recording.gaps[1].from) - paused.asked) <= 100 * slowness, `paused at ${paused.asked}, ${JSON.stringify(recording.gaps[1])}`);
  assert.equal((await server.get(`/api/v1/recordings?room=${room}`)).recordings.length, 1, 'it is one recording');
  await again.leave();
});

test('nobody comes back: what there is, is finished; stopping does not wait for it', { timeout: 120_000 * slowness }, async () => {
  const room = 'deserted';
  const peer = await clients.join(speaker(room));
  await peer.receives_frames(30);
  const id = await record(room);
  await wait('two seconds', 2000);
  process.kill(await server.room_pid(room), 'SIGKILL');
  await until('the room is gone', async () => (await server.request('GET', `/api/v1/rooms/${room}`)).status === 404);
  await peer.leave({ rude: true });
  assert.notEqual((await server.get(`/api/v1/recordings/${id}`)).state, 'ready', 'it waits');
  await set_state(id, 'stopped');
  const recording = await ready(id);
  assert.equal(recording.recovered, true);
  assert.equal((await server.request('PATCH', `/api/v1/recordings/${id}`, { state: 'recording' })).status, 409);
});

test('everybody leaves: the recording goes on, and so it does when somebody blinks', { timeout: 120_000 * slowness }, async () => {
  const room = 'left', pressure = new Pressure();
  const peer = await clients.join(speaker(room));
  await peer.receives_frames(30);
  const id = await record(room);
  await peer.leave();
  await wait('longer than an empty room stays open', 3000);
  const [running] = (await server.room(room)).recordings;
  assert.deepEqual([running.id, running.state], [id, 'recording']);
  const back = await clients.join(speaker(room));
  await back.receives_frames(30);
  const limit = pressure.host_limit(100);
  await set_state(id, 'stopped');
  const recording = await ready(id);
  assert.ok(recording.durationMs > 3000);
  const times = await packet_times(await download(id, 'left.mp4'), 'v');
  const longest = Math.max(...times.slice(1).map((t, i) => t - times[i]));
  assert.ok(longest <= limit / 1000, `a gap of ${longest} s; ${pressure}`);
  await back.leave();
  await until('an empty room closes when nothing is recorded', async () => (await server.request('GET', `/api/v1/rooms/${room}`)).status === 404);
});
