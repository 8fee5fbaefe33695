// The sound of a shared screen: heard by everybody but the one who shares, recorded, in a track, and in a mix made of tracks.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';

import { until } from '../support/deadline.mjs';
import { hear } from '../support/hearing.mjs';
import { LightClients } from '../support/light_clients.mjs';
import { packet_times, probe, sound_at } from '../support/media_file.mjs';
import { default_binary, slowness, source_root, TesseraServer } from '../support/server.mjs';
import { Signalling } from '../support/signalling.mjs';
import { tones_heard } from '../support/spectrum.mjs';

const voice = 440, film = 1500, rooms = '/api/v1/rooms/film';
const tones = [voice, film];
let server, clients;

before(async () => {
  server = await TesseraServer.start();
  clients = LightClients.start();
});

after(async () => {
  await clients?.stop();
  await server?.stop();
});

const mix = (target, output) => promisify(execFile)(default_binary, ['recording', 'mix', target, '--recordings', server.recordings,
  '--layouts', join(source_root, 'layouts'), '--json', '--force', '-o', output], { maxBuffer: 1 << 24 });

test('the sound of a shared screen is heard by all but the sharer, follows mute and hold, and is in every file', { timeout: 240_000 * slowness }, async () => {
  const enter = (name, options) => clients.join({ url: server.url, room: 'film', name, video: { color: '#30a040' }, ...options });
  const ann = await enter('Ann', { audio: { frequency: voice, shape: 'steady', amplitude: 0.2 } });
  const ben = await enter('Ben', { audio: { shape: 'silence' } });
  const screen = await enter('Ben', { resume: ben.resume, endpoint: 'screen', video: { color: '#c0b020' },
    audio: { frequency: film, shape: 'steady', amplitude: 0.2 } });
  const hears = (peer, frequency, yes, what = '') => until(`${frequency} Hz ${yes ? 'is' : 'is not'} heard ${what}`,
    async () => (yes ? (await hear(peer))(frequency) > -25 : (await hear(peer))(frequency) < -60), { timeout: 20_000 * slowness });
  const change = async (body) =>
    assert.equal((await server.request('PATCH', `${rooms}/participants/${ben.participant}`, body)).status, 200);

  await hears(ann, film, true);
  const level = await hear(ben);
  assert.ok(level(film) < -60, `the sharer hears the screen at ${level(film)} dB`);
  assert.ok(level(voice) > -25, `the sharer hears the other at ${level(voice)} dB`);
  assert.deepEqual((await server.room('film')).speakers, [ann.participant], 'a film is no speaker');

  const { status, body: { id } } = await server.request('POST', `${rooms}/recordings`, { tracks: true });
  assert.equal(status, 201);
  const recorded = async () => (await server.room('film')).recordings.find((r) => r.id === id).durationMs;
  const passes = async (ms) => {
    const from = await recorded();
    await until(`${ms} ms more are recorded`, async () => (await recorded()) >= from + ms, { timeout: ms + 30_000 * slowness });
    return recorded();
  };
  const heard_until = await passes(3000);

  // The person's own switch is the microphone's.
  const socket = await Signalling.open(server.url);
  await socket.request('join', { room: 'film', name: 'Ben', resume: ben.resume });
  await socket.request('state', { audio: false });
  await until('the switch is off', async () => (await server.room('film')).participants.find((p) => p.name === 'Ben').audio === false);
  await hears(ann, film, true, 'with the microphone off');
  await socket.request('state', { audio: true });

  await change({ muted: true });
  await hears(ann, film, false, 'when an operator has muted the sharer');
  const muted_from = await recorded();
  const muted_until = await passes(3000);
  await change({ muted: false });
  await hears(ann, film, true, 'again');
  await change({ held: true });
  await hears(ann, film, false, 'on hold');
  await change({ held: false });
  await hears(ann, film, true, 'after the hold');
  const again = await passes(3000);

  await server.request('PATCH', `/api/v1/recordings/${id}`, { state: 'stopped' });
  const manifest = await until('the recording is ready', async () => {
    const found = await server.get(`/api/v1/recordings/${id}`);
    assert.notEqual(found.state, 'failed', JSON.stringify(found));
    return found.state === 'ready' && found.tracks?.every((track) => 'indexed' in track) && found;
  }, { timeout: 30_000 * slowness });
  await socket.request('close', { endpoint: 'screen' });
  await hears(ann, film, false, 'when nothing is shared any more');
  for (const peer of [screen, ben, ann]) await peer.leave({ rude: true });
  socket.close();

  const folder = join(server.recordings, 'film', readdirSync(join(server.recordings, 'film'))[0]);
  const mixed = join(server.folder, 'film.mp4');
  await mix(id, mixed);
  for (const path of [join(folder, 'recording.mp4'), mixed]) {
    const heard_at = async (ms) => tones_heard(await sound_at(path, ms / 1000, 1), 48000, tones).heard;
    assert.deepEqual(await heard_at(heard_until - 1500), tones, path);
    assert.deepEqual(await heard_at((muted_from + muted_until) / 2 - 500), [voice], `${path}, muted`);
    assert.deepEqual(await heard_at(again - 1500), tones, `${path}, in the end`);
  }
  const tracks = manifest.tracks.filter((t) => t.participant === ben.participant && t.kind === 'screen');
  assert.ok(tracks.length > 0 && tracks.every((t) => t.codecs === 'vp8+opus'), JSON.stringify(tracks));
  const path = join(folder, tracks[0].file);
  assert.equal((await probe(path)).audio.codec, 'opus');
  assert.deepEqual(tones_heard(await sound_at(path, 1, 1), 48000, tones).heard, [film]);
  const times = (await Promise.all(tracks.map((t) => packet_times(join(folder, t.file), 'a')))).flat().map((s) => s * 1000);
  assert.deepEqual(times.filter((ms) => ms > muted_from && ms < muted_until), [], `packets while muted, ${muted_from} to ${muted_until} ms`);
});
