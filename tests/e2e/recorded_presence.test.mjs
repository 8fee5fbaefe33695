// Who was on hold, or a viewer for a while, is in no file of a recording for that time, and in no mix made of it.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';

import { until } from '../support/deadline.mjs';
import { LightClients } from '../support/light_clients.mjs';
import { packet_times, picture_at, sound_at } from '../support/media_file.mjs';
import { color_distance, parse_color } from '../support/pixels.mjs';
import { ids_by_name } from '../support/placements.mjs';
import { default_binary, slowness, source_root, TesseraServer } from '../support/server.mjs';
import { tones_heard } from '../support/spectrum.mjs';

const people = [
  { name: 'Ann', color: '#c03030', tone: 440 },
  { name: 'Ben', color: '#30a040', tone: 587 },
  { name: 'Cleo', color: '#3050c0', tone: 784 },
];
const tones = people.map((p) => p.tone);
const screen = { name: 'screen', color: '#c0b020' };
let server, clients;

before(async () => {
  server = await TesseraServer.start();
  clients = LightClients.start();
});

after(async () => {
  await clients?.stop();
  await server?.stop();
});

/** The room `name` with these people in it, and a recording with tracks once `first` was done. */
async function recorded_room(room, first = async () => {}, who = people) {
  const peers = [];
  for (const person of who)
    peers.push(await clients.join({ url: server.url, room, name: person.name,
      video: { color: person.color }, audio: { frequency: person.tone, shape: 'steady' } }));
  await peers[0].receives_frames(60);
  const ids = ids_by_name(await server.room(room));
  const change = async (name, changes) => {
    const { status, body } = await server.request('PATCH', `/api/v1/rooms/${room}/participants/${ids[name]}`, changes);
    assert.equal(status, 200, JSON.stringify(body));
  };
  await first(change, peers);
  const { status, body: { id } } = await server.request('POST', `/api/v1/rooms/${room}/recordings`, { tracks: true });
  assert.equal(status, 201);
  const recorded = async () => (await server.room(room)).recordings.find((r) => r.id === id).durationMs;
  return {
    ids,
    change,
    /** So much more recorded time has gone by. */
    async passes(ms) {
      const from = await recorded();
      await until(`${ms} ms more are recorded`, async () => (await recorded()) >= from + ms, { timeout: ms + 30_000 * slowness });
    },
    async finish() {
      await server.request('PATCH', `/api/v1/recordings/${id}`, { state: 'stopped' });
      const manifest = await until('the recording is ready', async () => {
        const found = await server.get(`/api/v1/recordings/${id}`);
        assert.notEqual(found.state, 'failed', JSON.stringify(found));
        return found.state === 'ready' && found.tracks?.every((track) => 'indexed' in track) && found;
      }, { timeout: 30_000 * slowness });
      for (const peer of peers) await peer.leave();
      const parent = join(server.recordings, room);
      const folder = join(parent, readdirSync(parent).find((name) => JSON.parse(readFileSync(join(parent, name, 'recording.json'), 'utf8')).id === id));
      const lines = readFileSync(join(folder, 'timeline.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line));
      const mix = join(server.folder, `${room}.mp4`);
      await promisify(execFile)(default_binary, ['recording', 'mix', id, '--recordings', server.recordings,
        '--layouts', join(source_root, 'layouts'), '--json', '--force', '-o', mix], { maxBuffer: 1 << 24 });
      return { manifest, lines, folder, files: { recording: join(folder, 'recording.mp4'), mix } };
    },
  };
}

/** Whose colour covers more than a fiftieth of the picture. */
async function seen_at(path, time) {
  const picture = await picture_at(path, time);
  return [...people, screen].filter(({ color }) => {
    const wanted = parse_color(color);
    let like = 0;
    for (let at = 0; at < picture.data.length; at += 4)
      if (color_distance([picture.data[at], picture.data[at + 1], picture.data[at + 2]], wanted) <= 40) like++;
    return like > picture.data.length / 4 / 50;
  }).map((p) => p.name);
}

async function heard_at(path, time, seconds) {
  const { heard } = tones_heard(await sound_at(path, time, seconds), 48000, tones);
  return people.filter((p) => heard.includes(p.tone)).map((p) => p.name);
}

test('a tone and a picture of somebody on hold, and of somebody demoted, are in no file and in no mix', { timeout: 240_000 * slowness }, async () => {
  const room = await recorded_room('hold');
  await room.passes(3000);
  await room.change('Ben', { held: true });
  await room.change('Cleo', { role: 'viewer' });
  await room.passes(5000);
  await room.change('Ben', { held: false });
  await room.change('Cleo', { role: 'speaker' });
  await room.passes(6000);
  const { manifest, lines, folder, files } = await room.finish();

  const line = (type, name, nth = 0) => lines.filter((l) => l.type === type && l.id === room.ids[name])[nth];
  const away = {
    Ben: [line('held', 'Ben').ms, line('unheld', 'Ben').ms],
    Cleo: [line('role', 'Cleo', 0).ms, line('role', 'Cleo', 1).ms],
  };
  console.log(`away, ms: ${JSON.stringify(away)}`);
  for (const [name, [from, to]] of Object.entries(away)) {
    assert.ok(to - from >= 4000, `${name}: ${from} to ${to} ms`);
    const tracks = manifest.tracks.filter((t) => t.participant === room.ids[name]);
    assert.ok(tracks.length > 0, `${name} has a track`);
    for (const stream of ['a', 'v']) {
      const times = (await Promise.all(tracks.map((t) => packet_times(join(folder, t.file), stream)))).flat().map((s) => s * 1000);
      const inside = times.filter((ms) => ms > from + 20 && ms < to - 20);
      assert.deepEqual(inside, [], `${name}, ${stream}: packets at these ms, between ${from} and ${to}`);
      assert.ok(times.some((ms) => ms <= from) && times.some((ms) => ms >= to), `${name}, ${stream}: before and after`);
    }
  }
  const from = Math.max(away.Ben[0], away.Cleo[0]) / 1000, to = Math.min(away.Ben[1], away.Cleo[1]) / 1000;
  for (const [what, path] of Object.entries(files)) {
    assert.deepEqual(await heard_at(path, Math.min(away.Ben[0], away.Cleo[0]) / 1000 - 1.5, 1), ['Ann', 'Ben', 'Cleo'], `${what}, before`);
    for (let at = from + 0.3; at + 0.8 < to; at += 0.8)
      assert.deepEqual(await heard_at(path, at, 0.8), ['Ann'], `${what}, sound at ${at} s`);
    assert.deepEqual(await seen_at(path, from - 1), ['Ann', 'Ben', 'Cleo'], `${what}, before`);
    for (let at = from + 1; at < to - 0.2; at += 1)
      assert.deepEqual(await seen_at(path, at), ['Ann'], `${what}, picture at ${at} s`);
    const last = Math.max(away.Ben[1], away.Cleo[1]) / 1000 + 4;
    assert.deepEqual(await heard_at(path, last, 1), ['Ann', 'Ben', 'Cleo'], `${what}, afterwards`);
    assert.deepEqual(await seen_at(path, last), ['Ann', 'Ben', 'Cleo'], `${what}, afterwards`);
  }
});

test('somebody on hold since before the recording began is in none of its files', { timeout: 180_000 * slowness }, async () => {
  const room = await recorded_room('waiting', (change) => change('Ben', { held: true }));
  await room.passes(5000);
  const { manifest, lines, files } = await room.finish();
  assert.deepEqual(manifest.tracks.filter((t) => t.participant === room.ids.Ben), []);
  const mine = lines.filter((l) => l.id === room.ids.Ben).map((l) => l.type);
  assert.deepEqual(mine.slice(0, 2), ['participant-joined', 'held']);
  for (const [what, path] of Object.entries(files)) {
    assert.deepEqual(await heard_at(path, 1, 3), ['Ann', 'Cleo'], what);
    assert.deepEqual(await seen_at(path, 3), ['Ann', 'Cleo'], what);
  }
});

test('a screen of somebody on hold is in no file and in no mix', { timeout: 240_000 * slowness }, async () => {
  const room = await recorded_room('screen', async (change, peers) => {
    const shares = await clients.join({ url: server.url, room: 'screen', name: 'Ben', resume: peers[1].resume, endpoint: 'screen',
      video: { color: screen.color }, audio: null });
    peers.push(shares);
    await until('the screen is in the picture', async () => (await server.room('screen')).layout.placements.some((p) => p.kind === 'screen'));
  }, people.slice(0, 2));
  await room.passes(3000);
  await room.change('Ben', { held: true });
  await room.passes(4000);
  await room.change('Ben', { held: false });
  await room.passes(5000);
  const { manifest, lines, folder, files } = await room.finish();
  const [from, to] = ['held', 'unheld'].map((type) => lines.find((l) => l.type === type && l.id === room.ids.Ben).ms);
  const tracks = manifest.tracks.filter((t) => t.participant === room.ids.Ben && t.kind === 'screen');
  const times = (await Promise.all(tracks.map((t) => packet_times(join(folder, t.file), 'v')))).flat().map((s) => s * 1000);
  assert.deepEqual(times.filter((ms) => ms > from + 20 && ms < to - 20), [], `packets at these ms, between ${from} and ${to}`);
  assert.ok(times.some((ms) => ms <= from) && times.some((ms) => ms >= to), 'before and after');
  for (const [what, path] of Object.entries(files)) {
    for (const at of [from / 1000 - 1, to / 1000 + 4])
      assert.ok((await seen_at(path, at)).includes('screen'), `${what} at ${at} s`);
    for (let at = from / 1000 + 1; at < to / 1000 - 0.2; at += 1)
      assert.deepEqual(await seen_at(path, at), ['Ann'], `${what} at ${at} s`);
  }
});
