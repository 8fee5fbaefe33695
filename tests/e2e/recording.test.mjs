// A recording of a meeting: started and stopped by REST, then looked at with ffprobe and ffmpeg.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { Browser } from '../support/browser.mjs';
import { until } from '../support/deadline.mjs';
import { LightClients } from '../support/light_clients.mjs';
import { brightness, flash_onsets, offsets, packet_times, picture_at, probe, sound_at } from '../support/media_file.mjs';
import { decode_sound, decode_video, onset_times } from '../support/mixed_stream.mjs';
import { ids_by_name, tile_of } from '../support/placements.mjs';
import { parse_color, same_color, tile_colors } from '../support/pixels.mjs';
import { Signalling } from '../support/signalling.mjs';
import { Pressure } from '../support/pressure.mjs';
import { TesseraServer } from '../support/server.mjs';
import { tone_onsets, tones_heard } from '../support/spectrum.mjs';

let server, browser, clients;

before(async () => {
  server = await TesseraServer.start();
  browser = await Browser.launch();
  clients = LightClients.start();
});

after(async () => {
  await browser?.close();
  await clients?.stop();
  await server?.stop();
});

/** Starts a recording and waits until it runs: {id, began (ms; as the server says, checked against our clock)}. */
async function start_recording(room) {
  const witness = await Signalling.open(server.url);
  // Who only watches has no tile: the picture is at rest when the recording begins.
  await witness.request('join', { room, name: 'witness', role: 'viewer', kind: 'viewer' });
  const asked = Date.now();
  const { status, body } = await server.request('POST', `/api/v1/rooms/${room}/recordings`, {});
  assert.equal(status, 201, JSON.stringify(body));
  assert.ok(body.id && body.state, JSON.stringify(body));
  const { startedAt } = await witness.event('recording', (e) => e.id === body.id && e.state === 'recording');
  const began = Date.parse(startedAt);
  assert.ok(began >= asked - 50 && began <= Date.now(), `startedAt ${startedAt}, asked for at ${new Date(asked).toISOString()}`);
  return { id: body.id, began, witness };
}

/** Stops it, waits until it is ready and downloads it: {path, ended (ms), recording}. */
async function finish_recording({ id, witness }) {
  const ended = Date.now();
  const { status, body } = await server.request('PATCH', `/api/v1/recordings/${id}`, { state: 'stopped' });
  assert.ok(status === 200 || status === 202, `${status} ${JSON.stringify(body)}`);
  const recording = await until('the recording is ready', async () => {
    const found = await server.get(`/api/v1/recordings/${id}`);
    assert.notEqual(found.state, 'failed', JSON.stringify(found));
    return found.state === 'ready' && found;
  }, { timeout: 30_000 });
  await witness.request('leave');
  witness.close();
  const file = await fetch(`${server.url}/api/v1/recordings/${id}/file`);
  assert.equal(file.status, 200);
  const path = join(server.folder, `${id.replace(/\W/g, '_')}.mp4`);
  writeFileSync(path, Buffer.from(await file.arrayBuffer()));
  return { path, ended, recording };
}

test('a recording lasts as long as the clock says, with colours and tones from the first second', { timeout: 120_000 }, async (t) => {
  const room = 'recorded';
  const people = [
    { name: 'Ann', color: '#c03030', tone: 440 },
    { name: 'Ben', color: '#30a040', tone: 587 },
  ];
  const in_room = [];
  t.after(() => Promise.all(in_room.map((person) => person.leave())));  // also from a test that fails: they would slow down the next one
  for (const person of people) in_room.push(await browser.participant({ server: server.url, room, codec: 'VP8', gain: 0.2, ...person }));
  // Both are in the mix before it begins: each hears the other.
  await in_room[0].hears([587], [440, 587]);
  await in_room[1].hears([440], [440, 587]);
  const pressure = new Pressure();
  const running = await start_recording(room);
  const { layout, participants } = await server.room(room);
  const ids = ids_by_name({ participants });
  await until('eight seconds are recorded', () => Date.now() - running.began >= 8000, { timeout: 12_000 });
  const limit = pressure.limit(100) / 1000;
  const disturbed = pressure.host_limit(1) > 1;
  const { path, ended, recording } = await finish_recording(running);
  const wall = (ended - running.began) / 1000;

  const { duration, video, audio, format } = await probe(path);
  console.log(`wall clock ${wall.toFixed(3)} s, file ${duration} s, video ${video.duration} s, audio ${audio.duration} s; says ${recording.durationMs} ms`);
  assert.match(format, /mp4/);
  assert.deepEqual([video.codec, video.width, video.height, audio.codec], ['h264', 1280, 720, 'aac']);
  for (const [what, length] of [['file', duration], ['video', video.duration], ['audio', audio.duration]])
    assert.ok(Math.abs(length - wall) <= 0.1, `${what} lasts ${length} s, the clock says ${wall} s`);
  assert.ok(Math.abs(video.start - audio.start) <= 0.04, `video starts at ${video.start}, audio at ${audio.start}`);

  const times = await packet_times(path, 'v');
  const longest = Math.max(...times.slice(1).map((t, i) => t - times[i]));
  assert.ok(longest <= limit, `a gap of ${longest} s between frames`);
  for (const at of [0, 0.9, duration - 0.5]) {
    const picture = await picture_at(path, at);
    for (const person of people) {
      const seen = tile_colors(picture, tile_of(layout, ids[person.name]));
      assert.ok(seen.every((c) => same_color(c, parse_color(person.color))), `${person.name} at ${at} s: ${JSON.stringify(seen)}`);
    }
    // Where packets came late, sound is missing for a while, and then sped up or slowed down until it is in its place: too far from the
    // tone for a long window.
    let sound;
    for (let later = 0; later <= (disturbed ? 0.4 : 0) && sound?.heard.length !== 2; later += 0.1)
      sound = tones_heard(await sound_at(path, at + later, disturbed ? 0.1 : 0.4), 48000, [440, 587, 784]);
    assert.deepEqual(sound.heard, [440, 587], `at ${at} s: ${JSON.stringify(sound.levels)}`);
  }
});

test('a flash and a beep stay within 40 ms of each other, in the stream and in the file', { timeout: 120_000 }, async () => {
  const room = 'lips';
  const sender = await clients.join({ url: server.url, room, name: 'Flash', kind: 'publisher', on_key_frame: 'wait',
    video: { color: '#202020', flash: true }, audio: { frequency: 1000, shape: 'beep', amplitude: 0.4 } });
  const viewer = await clients.join({ url: server.url, room, name: 'viewer', kind: 'viewer' });
  await viewer.receives_frames(90);
  const pressure = new Pressure();
  const running = await start_recording(room);
  const { layout, participants } = await server.room(room);
  const tile = tile_of(layout, ids_by_name({ participants }).Flash);
  // A part of the tile without bar code, label or border.
  const even = (v) => Math.round(v / 2) * 2;
  const area = { x: even(tile.x + tile.w * 0.3), y: even(tile.y + tile.h * 0.15), w: even(tile.w * 0.4), h: even(tile.h * 0.2) };
  await viewer.store();
  await viewer.receives_frames(30 * 9, 20_000);
  const folder = await viewer.stored();
  const { path } = await finish_recording(running);
  await sender.leave();
  await viewer.leave();

  const frames = [];
  for await (const { luma, log } of decode_video(folder, area)) frames.push({ luma: luma(area.w >> 1, area.h >> 1), ...log });
  const { by_arrival, by_timestamp } = onset_times(folder, frames, await decode_sound(folder), 1000);
  // When packets leave hangs on who gets a processor when; what is written on them and in the file only on whether there is one.
  const limits = { by_arrival: pressure.limit(40), by_timestamp: pressure.host_limit(40), file: pressure.host_limit(40) };
  const file = offsets(flash_onsets(await brightness(path, area)), tone_onsets(await sound_at(path, 0, 30), 48000, 1000).map((i) => i / 48000))
    .map((s) => s * 1000);
  const show = (list) => list.map((v) => v.toFixed(0)).join(' ');
  console.log(`beep after flash, ms: leaving [${show(by_arrival)}], by RTP and RTCP timestamps [${show(by_timestamp)}], in the file [${show(file)}]`);
  for (const [where, list] of Object.entries({ by_arrival, by_timestamp, file })) {
    assert.ok(list.length >= 6, `${where}: only ${list.length} flashes with a beep`);
    assert.ok(list.every((v) => Math.abs(v) <= limits[where]), `${where}: ${show(list)}; ${pressure}`);
  }
});
