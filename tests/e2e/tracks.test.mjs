// Tracks of a recording, and composites made from them afterwards: read back and laid beside the mixed file.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';

import { until } from '../support/deadline.mjs';
import { LightClients } from '../support/light_clients.mjs';
import { brightness, counters, flash_onsets, offsets, packet_times, picture_at, probe, sound_at } from '../support/media_file.mjs';
import { parse_color, same_color, tile_colors } from '../support/pixels.mjs';
import { ids_by_name, tile_of } from '../support/placements.mjs';
import { Pressure } from '../support/pressure.mjs';
import { default_binary, slowness, source_root, TesseraServer } from '../support/server.mjs';
import { Signalling } from '../support/signalling.mjs';
import { tone_onsets, tones_heard } from '../support/spectrum.mjs';

const people = [
  { name: 'Ann', color: '#c03030', tone: 440 },
  { name: 'Ben', color: '#30a040', tone: 587 },
  { name: 'Cleo', color: '#3050c0', tone: 784 },
];
const tones = people.map((p) => p.tone);
let server, clients;

before(async () => {
  server = await TesseraServer.start();
  clients = LightClients.start();
});

after(async () => {
  await clients?.stop();
  await server?.stop();
});

/** Folder of a recording. */
function folder_of(id) {
  for (const room of readdirSync(server.recordings))
    for (const name of readdirSync(join(server.recordings, room))) {
      const folder = join(server.recordings, room, name);
      if (JSON.parse(readFileSync(join(folder, 'recording.json'), 'utf8')).id === id) return folder;
    }
  throw new Error(`no folder of ${id}`);
}

async function start(room, options) {
  const { status, body } = await server.request('POST', `/api/v1/rooms/${room}/recordings`, options);
  assert.equal(status, 201, JSON.stringify(body));
  await until('the recording runs', async () => (await server.room(room)).recordings.some((r) => r.id === body.id && r.state === 'recording'));
  return body.id;
}

const ready = (id) => until('the recording is ready', async () => {
  const found = await server.get(`/api/v1/recordings/${id}`);
  assert.notEqual(found.state, 'failed', JSON.stringify(found));
  // Tracks get their index after the recording itself is ready.
  return found.state === 'ready' && found.tracks?.every((track) => 'indexed' in track) && found;
}, { timeout: 30_000 * slowness });

async function stop(id) {
  const { status, body } = await server.request('PATCH', `/api/v1/recordings/${id}`, { state: 'stopped' });
  assert.ok(status === 200 || status === 202, JSON.stringify(body));
  return ready(id);
}

const join_as = (room, person, more = {}) => clients.join({ url: server.url, room, name: person.name,
  video: { color: person.color, ...more.video }, audio: { frequency: person.tone, shape: 'steady', ...more.audio } });

const mix = (target, output, ...options) => promisify(execFile)(default_binary, ['recording', 'mix', target, '--recordings', server.recordings,
  '--layouts', join(source_root, 'layouts'), '--json', '--force', '-o', output, ...options], { maxBuffer: 1 << 24 })
  .then(({ stdout }) => stdout.trim().split('\n').map((line) => JSON.parse(line)));

/** How much later (ms) each number is first seen in `mixed` than in `track`. */
function lags(mixed, track) {
  const first = new Map();
  for (const { time, number } of mixed) if (!first.has(number)) first.set(number, time);
  const seen = new Set();
  return track.flatMap(({ time, number }) => {
    if (!first.has(number) || seen.has(number)) return [];
    seen.add(number);
    return [(first.get(number) - time) * 1000];
  });
}
const show = (list) => list.map((v) => v.toFixed(0)).join(' ');
const spread = (list) => {
  const sorted = [...list].sort((a, b) => a - b);
  return { least: sorted[0], median: sorted[sorted.length >> 1], most: sorted.at(-1) };
};

test('tracks hold what each one sent, at the place where the mixed file has it; a mix made of them looks as the layout says', { timeout: 180_000 * slowness }, async () => {
  const room = 'tracks';
  const in_room = [];
  for (const person of people) in_room.push(await join_as(room, person));
  await in_room[0].receives_frames(60);
  const pressure = new Pressure();
  const id = await start(room, { tracks: true });
  const { layout, participants } = await server.room(room);
  const ids = ids_by_name({ participants });
  await in_room[0].receives_frames(30 * 7, 20_000);
  const disturbed = pressure.host_limit(1) > 1;
  const recording = await stop(id);
  for (const client of in_room) await client.leave();

  const folder = folder_of(id), mixed = join(folder, 'recording.mp4');
  assert.equal(recording.tracks.length, 3, JSON.stringify(recording.tracks));
  for (const person of people) {
    const track = recording.tracks.find((t) => t.participant === ids[person.name]);
    assert.deepEqual([track.name, track.kind, track.codecs, track.indexed], [person.name, 'main', 'vp8+opus', true], JSON.stringify(track));
    const path = join(folder, track.file);
    const { video, audio } = await probe(path);
    assert.deepEqual([video.codec, video.width, video.height, audio.codec], ['vp8', 640, 360, 'opus']);
    const picture = await picture_at(path, 3);
    const colors = tile_colors(picture, { x: 0, y: 0, w: 640, h: 360 });
    assert.ok(colors.every((c) => same_color(c, parse_color(person.color))), `${person.name}: ${JSON.stringify(colors)}`);
    assert.deepEqual(tones_heard(await sound_at(path, 2, 1), 48000, tones).heard, [person.tone], person.name);
    const late = lags(await counters(mixed, tile_of(layout, ids[person.name])), await counters(path));
    const { least, median, most } = spread(late);
    console.log(`${person.name}: a frame is seen in the mix ${median.toFixed(0)} ms after its place in the track (${least.toFixed(0)} to ${most.toFixed(0)}, ${late.length} frames)`);
    assert.ok(late.length > 100, `${person.name}: ${late.length} counters in both`);
    assert.ok(Math.abs(median) <= 40, `${person.name}: ${show(late)}`);
  }

  const lines = readFileSync(join(folder, 'timeline.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line));
  assert.equal(lines[0].type, 'part');
  assert.deepEqual(lines.filter((l) => l.type === 'participant-joined').map((l) => l.name), people.map((p) => p.name));
  assert.deepEqual(new Set(lines.filter((l) => l.type === 'track').map((l) => l.file)), new Set(recording.tracks.map((t) => t.file)));
  assert.ok(lines.some((l) => l.type === 'speakers' && l.ids.length > 0), 'somebody talks');
  assert.equal(lines.at(-1).type, 'ended');

  // The same layout again, then another one.
  const again = join(server.folder, 'again.mp4');
  const result = (await mix(id, again)).at(-1);
  console.log(`mixed ${result.seconds} s from ${result.tracks} tracks at ${result.factor.toFixed(1)} times real time`);
  for (const person of people) {
    const rect = tile_of(layout, ids[person.name]);
    const colors = tile_colors(await picture_at(again, 3), rect);
    assert.ok(colors.every((c) => same_color(c, parse_color(person.color))), `${person.name}: ${JSON.stringify(colors)}`);
    const late = lags(await counters(again, rect), await counters(mixed, rect));
    const { median } = spread(late);
    console.log(`${person.name}: the mix made afterwards is ${median.toFixed(0)} ms behind the live one`);
    assert.ok(late.length > 100 && Math.abs(median) <= 40, `${person.name}: ${show(late)}`);
  }
  // Where packets came late, sound is missing for a while, and then sped up or slowed down by half a per cent until it is in its place:
  // too far from the tone for a long window.
  let heard;
  for (let at = 2; at < (disturbed ? 5 : 2.1) && heard?.length !== tones.length; at += 0.3)
    ({ heard } = tones_heard(await sound_at(again, at, disturbed ? 0.1 : 1), 48000, tones));
  assert.deepEqual(heard, tones);

  const other = join(server.folder, 'side.mp4');
  await mix(folder, other, '--layout', 'side-by-side', '--size', '640x360', '--only', 'Ben');
  const facts = await probe(other);
  assert.deepEqual([facts.video.codec, facts.video.width, facts.video.height, facts.audio.codec], ['h264', 640, 360, 'aac']);
  assert.deepEqual(tones_heard(await sound_at(other, 2, 1), 48000, tones).heard, [587]);
  assert.ok(Math.abs(facts.duration - recording.durationMs / 1000) <= 0.1, `${facts.duration} s of ${recording.durationMs} ms`);
});

test('another layout, and somebody who drops out and comes back with another size of picture: one file goes on, and can be mixed again', { timeout: 180_000 * slowness }, async () => {
  const room = 'changes';
  const [ann, ben] = people;
  const first = await join_as(room, ann, { video: { width: 320, height: 180 } });
  const stays = await join_as(room, ben);
  await stays.receives_frames(60);
  const pressure = new Pressure();
  const id = await start(room, { tracks: true });
  /** The room as it is, and where in recorded time. */
  const now = async () => {
    const about = await server.room(room);
    return { ...about, ids: ids_by_name(about), ms: about.recordings.find((r) => r.id === id).durationMs };
  };
  await stays.receives_frames(60);
  const grid = await now();
  assert.ok((await server.request('PUT', `/api/v1/rooms/${room}/layout`, { name: 'speaker', pinned: { main: grid.ids.Ben } })).status < 300);
  await until('the other layout is shown', async () => (await now()).layout.name === 'speaker');
  await stays.receives_frames(60);
  const other = await now();
  await first.leave({ rude: true });
  const back = await join_as(room, { ...ann, name: 'Ann again' }, { video: { width: 640, height: 480 } });
  await back.receives_frames(60);
  const later = await now();
  await stays.receives_frames(30);
  const limit = pressure.host_limit(100 * slowness) / 1000;
  const recording = await stop(id);
  for (const peer of [stays, back]) await peer.leave();

  const folder = folder_of(id), path = join(folder, 'recording.mp4');
  assert.deepEqual(recording.files, ['recording.mp4']);
  const times = await packet_times(path, 'v');
  const longest = Math.max(...times.slice(1).map((time, i) => time - times[i]));
  assert.ok(longest <= limit, `${longest} s between two pictures; ${pressure}`);
  assert.deepEqual(recording.layouts.map((l) => l.name), ['grid', 'speaker']);
  for (const [moment, names] of [[grid, ['Ann', 'Ben']], [other, ['Ann', 'Ben']], [later, ['Ben', 'Ann again']]]) {
    const picture = await picture_at(path, moment.ms / 1000 - 0.5);
    for (const name of names) {
      const colors = tile_colors(picture, tile_of(moment.layout, moment.ids[name]));
      assert.ok(colors.every((c) => same_color(c, parse_color((name === 'Ben' ? ben : ann).color))), `${name} at ${moment.ms} ms: ${JSON.stringify(colors)}`);
    }
  }
  const sizes = Object.fromEntries(await Promise.all(recording.tracks.map(async ({ name, file }) => {
    const { video } = await probe(join(folder, file));
    return [name, `${video.width}x${video.height}`];
  })));
  assert.deepEqual(sizes, { Ann: '320x180', Ben: '640x360', 'Ann again': '640x480' });

  const again = join(server.folder, 'changes.mp4');
  await mix(id, again);
  for (const moment of [grid, other, later]) {
    const rect = tile_of(moment.layout, moment.ids.Ben);
    const colors = tile_colors(await picture_at(again, moment.ms / 1000 - 0.5), rect);
    assert.ok(colors.every((c) => same_color(c, parse_color(ben.color))), `mixed again, at ${moment.ms} ms: ${JSON.stringify(colors)}`);
  }
});

test('a flash and a beep stay together in a track and in a mix made of it', { timeout: 120_000 * slowness }, async () => {
  const room = 'lips';
  const sender = await clients.join({ url: server.url, room, name: 'Flash', kind: 'publisher', on_key_frame: 'wait',
    video: { color: '#202020', flash: true }, audio: { frequency: 1000, shape: 'beep', amplitude: 0.4 } });
  const viewer = await clients.join({ url: server.url, room, name: 'viewer', kind: 'viewer' });
  await viewer.receives_frames(90);
  const pressure = new Pressure();
  const id = await start(room, { tracks: true });
  const { layout, participants } = await server.room(room);
  // The sender has a key frame every ten seconds and makes none on request, so its picture may begin that late.
  await viewer.receives_frames(30 * 17, 40_000);
  const limit = pressure.host_limit(40);
  const recording = await stop(id);
  await sender.leave();
  await viewer.leave();

  const again = join(server.folder, 'lips.mp4');
  await mix(id, again);
  const even = (v) => Math.round(v / 2) * 2;
  const within = ({ x, y, w, h }) => ({ x: even(x + w * 0.3), y: even(y + h * 0.15), w: even(w * 0.4), h: even(h * 0.2) });
  const tile = within(tile_of(layout, ids_by_name({ participants }).Flash));
  const track = join(folder_of(id), recording.tracks.find((t) => t.codecs.includes('vp8')).file);
  for (const [what, path, area] of [['track', track, within({ x: 0, y: 0, w: 640, h: 360 })], ['mix', again, tile]]) {
    const { video, audio } = await probe(path);
    // sound_at gives samples from the stream's own beginning, brightness counts from the file's.
    const begins = audio.start - Math.min(video.start, audio.start);
    const beeps = tone_onsets(await sound_at(path, 0, 30), 48000, 1000).map((i) => i / 48000 + begins);
    const apart = offsets(flash_onsets(await brightness(path, area)), beeps).map((s) => s * 1000);
    console.log(`${what}: beep after flash, ms: [${show(apart)}]`);
    assert.ok(apart.length >= 5, `${what}: only ${apart.length} flashes with a beep`);
    assert.ok(apart.every((v) => Math.abs(v) <= limit), `${what}: ${show(apart)}; ${pressure}`);
  }
});

test('kill -9 of the room leaves tracks that play, and that can be mixed', { timeout: 120_000 * slowness }, async () => {
  const room = 'doomed';
  const ann = await join_as(room, people[0]);
  await ann.receives_frames(60);
  const id = await start(room, { tracks: true });
  await ann.receives_frames(30 * 5, 20_000);
  const folder = folder_of(id);
  process.kill(await server.room_pid(room), 'SIGKILL');
  await until('the light peer is told', async () => (await ann.stats()).bye);
  await ann.leave({ rude: true });
  await server.request('PATCH', `/api/v1/recordings/${id}`, { state: 'stopped' });
  const recording = await ready(id);
  assert.equal(recording.recovered, true, JSON.stringify(recording));
  assert.equal(recording.tracks.length, 1, JSON.stringify(recording.tracks));
  const [track] = recording.tracks;
  const { duration } = await probe(join(folder, track.file));
  console.log(`of ${recording.durationMs} ms the track holds ${track.startMs} to ${Math.round(duration * 1000)} ms`);
  assert.ok(duration * 1000 >= recording.durationMs - 1500, `${duration} s of ${recording.durationMs} ms`);
  assert.deepEqual(tones_heard(await sound_at(join(folder, track.file), 1, 1), 48000, tones).heard, [440]);
  const again = join(server.folder, 'doomed.mp4');
  await mix(id, again);
  assert.deepEqual(tones_heard(await sound_at(again, 2, 1), 48000, tones).heard, [440]);
});
