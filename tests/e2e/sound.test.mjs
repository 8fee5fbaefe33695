// What operators do with a room's sound: announcements, hold, volume, mute for all, meters; heard by those who are there.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { until } from '../support/deadline.mjs';
import { ffmpeg } from '../support/encoded_media.mjs';
import { LightClients } from '../support/light_clients.mjs';
import { sound_at } from '../support/media_file.mjs';
import { hear } from '../support/hearing.mjs';
import { decode_sound } from '../support/mixed_stream.mjs';
import { Signalling } from '../support/signalling.mjs';
import { TesseraServer } from '../support/server.mjs';
import { tone_level, tones_heard } from '../support/spectrum.mjs';

const rooms = '/api/v1/rooms/sound';
const announced = 2000, music = 3000, spoken = 2500;
let server, clients, operator, ann, bob, folder;

/** A file of one tone, as the extension says. */
const write_tone = (name, frequency, seconds) =>
  ffmpeg(['-f', 'lavfi', '-i', `aevalsrc='0.2*sin(2*PI*${frequency}*t)':s=44100:d=${seconds}`, '-ac', '2', join(folder, name)], []);

before(async () => {
  const outer = mkdtempSync(join(tmpdir(), 'tessera-announcements-'));
  folder = join(outer, 'sounds');
  mkdirSync(folder);
  await Promise.all([write_tone('news.mp3', announced, 2.5), write_tone('long.flac', announced, 60), write_tone('hold.ogg', music, 1),
    write_tone('told.wav', spoken, 2.5)]);
  writeFileSync(join(outer, 'secret.wav'), 'secret');
  symlinkSync(join(outer, 'secret.wav'), join(folder, 'link.wav'));
  server = await TesseraServer.start({
    env: { TESSERA_RECORDING_ANNOUNCE: 'true' },
    config: { paths: { announcements: folder }, announcements: { duckDb: 18, holdMusic: 'hold.ogg', recording: 'told.wav' } },
  });
  clients = LightClients.start();
  const steady = (frequency) => ({ frequency, shape: 'steady', amplitude: 0.2 });
  const peer = (name, frequency) => clients.join({ url: server.url, room: 'sound', name, video: null, audio: steady(frequency) });
  [ann, bob] = await Promise.all([peer('Ann', 440), peer('Bob', 660)]);
  operator = await Signalling.open(server.url);
  operator.seat = (await operator.request('join', { room: 'sound', name: 'Olga' })).participant;
  await until('both talk', async () => (await server.room('sound')).speakers.length === 2);
});

after(async () => {
  operator?.close();
  await clients?.stop();
  await server?.stop();
  rmSync(join(folder, '..'), { recursive: true, force: true });
});

const post = (body) => server.request('POST', `${rooms}/announcements`, body);
const change = async (peer, body) => {
  const { status, body: answer } = await server.request('PATCH', `${rooms}/participants/${peer.participant}`, body);
  assert.equal(status, 200, JSON.stringify(answer));
};
const told = (id, state) => operator.event('announcement', (e) => e.announcement.id === id && e.announcement.state === state, 15_000);

test('an announcement is heard by everybody, over turned-down voices that come back', { timeout: 60_000 }, async () => {
  const before = await hear(bob);
  const { status, body, headers } = await post({ file: 'long.flac' });
  assert.equal(status, 201, JSON.stringify(body));
  assert.equal(headers.get('location'), `${rooms}/announcements/${body.id}`);
  assert.equal(body.durationMs, 60_000);
  await told(body.id, 'playing');
  await until('the voices are turned down', async () => (await hear(bob))(440) < before(440) - 15);
  for (const [peer, voice, own] of [[ann, 660, 440], [bob, 440, 660]]) {
    const level = await hear(peer);
    assert.ok(level(announced) > -20, `announcement at ${level(announced)} dB`);
    const down = before(440) - level(voice);
    assert.ok(down > 16 && down < 20, `voices are down by ${down} dB`);
    assert.ok(level(own) < -60, `own voice at ${level(own)} dB`);
  }
  const playing = (await server.get(`${rooms}/announcements`)).announcements;
  assert.equal(playing.length, 1);
  assert.ok(playing[0].positionMs > 0);
  assert.equal((await server.request('DELETE', `${rooms}/announcements/${body.id}`)).status, 204);
  await told(body.id, 'stopped');
  await until('the voices are back', async () => Math.abs((await hear(bob))(440) - before(440)) < 1);
  assert.ok((await hear(bob))(announced) < -60);
});

test('one for a participant is heard by that one alone, and ends by itself', { timeout: 60_000 }, async () => {
  const { announcement: { id: announcement } } = await operator.request('control',
    { action: 'announce', file: 'news.mp3', to: ann.participant, duckDb: 0 });
  await told(announcement, 'playing');
  const [for_ann, for_bob] = await Promise.all([hear(ann), hear(bob)]);
  assert.ok(for_ann(announced) > -20 && for_ann(660) > -20, `${for_ann(announced)} ${for_ann(660)}`);
  assert.ok(for_bob(announced) < -60 && for_bob(440) > -20, `${for_bob(announced)} ${for_bob(440)}`);
  await told(announcement, 'ended');
  await until('it is over', async () => (await hear(ann))(announced) < -60);
});

test('no name leads out of the folder, and what is no sound is refused', { timeout: 30_000 }, async () => {
  writeFileSync(join(folder, 'text.mp3'), 'no sound');
  for (const [file, expected] of [['../secret.wav', 404], ['/etc/passwd', 404], ['link.wav', 404], ['..', 404], ['missing.mp3', 404],
    ['http://127.0.0.1/x.mp3', 404], ['file:///etc/passwd', 404], ['text.mp3', 422], ['', 400], ['a'.repeat(4000), 400], [7, 400]]) {
    const { status, body } = await post({ file });
    assert.equal(status, expected, `${file}: ${JSON.stringify(body)}`);
    assert.ok(!/secret|passwd|tmp/.test(body.detail.replace(String(file), '')), body.detail);
  }
  assert.deepEqual((await server.get(`${rooms}/announcements`)).files, ['hold.ogg', 'long.flac', 'news.mp3', 'text.mp3', 'told.wav']);
});

test('volume and mute of one, and mute for all but exceptions', { timeout: 60_000 }, async () => {
  const before = (await hear(ann))(660);
  await change(bob, { gain: 0.25 });
  await until('Bob is 12 dB quieter', async () => Math.abs(before - 12 - (await hear(ann))(660)) < 1);
  await change(bob, { gain: 1, muted: true });
  await until('Bob is muted', async () => (await hear(ann))(660) < -60);
  await change(bob, { muted: false });
  await until('Bob is back', async () => Math.abs(before - (await hear(ann))(660)) < 1);
  const { body } = await server.request('PATCH', `${rooms}/participants`, { muted: true, except: [ann.participant, operator.seat] });
  assert.deepEqual(body.changed, [bob.participant]);
  await until('Bob is muted, Ann is not', async () => (await hear(ann))(660) < -60 && (await hear(bob))(440) > -20);
  assert.deepEqual((await operator.request('control', { action: 'mute-all', muted: false })).changed, [bob.participant]);
  await until('Bob is back', async () => (await hear(ann))(660) > -20);
});

test('who is on hold is neither heard nor seen, and hears the music', { timeout: 60_000 }, async () => {
  await bob.receives_frames(3);
  await change(bob, { held: true });
  await until('Bob hears the music alone', async () => {
    const level = await hear(bob);
    return level(music) > -20 && level(440) < -60;
  });
  assert.ok((await hear(ann))(660) < -60);
  const room = await server.room('sound');
  assert.ok(!room.layout.placements.some((p) => p.participant === bob.participant));
  const { frames } = (await bob.stats()).video;
  await hear(bob);
  assert.equal((await bob.stats()).video.frames, frames, 'no picture of the room goes to who is on hold');
  await change(bob, { held: false });
  await until('Bob is back', async () => (await hear(ann))(660) > -20 && (await hear(bob))(440) > -20);
  assert.ok((await hear(bob))(music) < -60);
  await bob.receives_frames(3);
});

test('levels come to those who asked, and to no one else', { timeout: 30_000 }, async () => {
  const other = await Signalling.open(server.url);
  await other.request('join', { room: 'sound', name: 'Otto' });
  await operator.request('levels', { on: true });
  const { levels } = await operator.event('levels', (e) => ann.participant in e.levels && bob.participant in e.levels);
  for (const peer of [ann, bob]) assert.ok(levels[peer.participant] > -25 && levels[peer.participant] < -10, JSON.stringify(levels));
  assert.ok(!other.events.some((e) => e.type === 'levels'));
  await operator.request('levels', { on: false });
  const asked = operator.events.length;
  await hear(ann);
  assert.ok(!operator.events.slice(asked).some((e) => e.type === 'levels'));
  await other.request('leave');
  other.close();
});

test('a recording begins with the words that it is one, and who comes later hears them alone', { timeout: 60_000 }, async () => {
  const { status, body } = await server.request('POST', `${rooms}/recordings`, {});
  assert.equal(status, 201, JSON.stringify(body));
  const words = await operator.event('announcement', (e) => e.announcement.file === 'told.wav' && e.announcement.state === 'playing');
  await told(words.announcement.id, 'ended');
  const cyd = await clients.join({ url: server.url, room: 'sound', name: 'Cyd', kind: 'viewer' });
  const { id } = (await server.room('sound')).participants.find((p) => p.name === 'Cyd');
  const alone = (state) => operator.event('announcement', (e) => e.announcement.to === id && e.announcement.state === state, 15_000);
  const { announcement } = await alone('playing');
  assert.deepEqual([announcement.file, announcement.purpose], ['told.wav', 'recording']);
  const [to_cyd, to_ann] = await Promise.all([hear(cyd), hear(ann)]);
  assert.ok(to_cyd(spoken) > -30 && to_ann(spoken) < -60, `${to_cyd(spoken)} ${to_ann(spoken)}`);
  await alone('ended');
  await server.request('PATCH', `/api/v1/recordings/${body.id}`, { state: 'stopped' });
  await until('the recording is ready', async () => (await server.get(`/api/v1/recordings/${body.id}`)).state === 'ready', { timeout: 30_000 });
  const timeline = (await (await fetch(`${server.url}/api/v1/recordings/${body.id}/timeline.jsonl`)).text()).trim().split('\n').map((l) => JSON.parse(l));
  assert.deepEqual(timeline.filter((l) => l.type === 'consent').map((l) => [l.text, l.heard.sort()]),
    [['played told.wav', [ann.participant, bob.participant].sort()], ['played told.wav', [id]]],
    'what was said, and who heard it: Olga has no sound');
  await cyd.leave();
  const path = join(server.folder, 'announced.mp4');
  writeFileSync(path, Buffer.from(await (await fetch(`${server.url}/api/v1/recordings/${body.id}/file`)).arrayBuffer()));
  assert.deepEqual(tones_heard(await sound_at(path, 0.7, 0.5), 48_000, [spoken, announced]).heard, [spoken]);
});

test('chimes tell of those who come, when the room has them on', { timeout: 30_000 }, async () => {
  assert.equal((await server.request('PATCH', rooms, { chimes: 'yes' })).status, 400);
  const { body } = await server.request('PATCH', rooms, { chimes: true });
  assert.equal(body.chimes, true);
  for (const peer of [ann, bob]) await change(peer, { muted: true });
  await until('the room is silent', async () => (await hear(ann))(660) < -60);
  await ann.store();
  const visitor = await Signalling.open(server.url);
  await visitor.request('join', { room: 'sound', name: 'Vera' });
  const before = (await ann.stats()).audio.packets;
  await until('a second later', async () => (await ann.stats()).audio.packets >= before + 50, { interval: 20 });
  const { samples, rate } = await decode_sound(await ann.stored());
  const loudest = (frequency) => Math.max(...Array.from({ length: Math.floor(samples.length / 4800) }, (_, i) =>
    tone_level(samples.subarray(i * 4800, (i + 1) * 4800), rate, frequency)));
  assert.ok(loudest(523.25) > -35 && loudest(659.26) > -35, `${loudest(523.25)} ${loudest(659.26)}`);
  visitor.close();
});
