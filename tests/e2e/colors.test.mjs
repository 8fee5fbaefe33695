// The colours of what is recorded and mixed anew: tagged, and those that were sent.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';

import { until } from '../support/deadline.mjs';
import { LightClients } from '../support/light_clients.mjs';
import { picture_at, probe } from '../support/media_file.mjs';
import { color_distance, parse_color, tile_colors } from '../support/pixels.mjs';
import { ids_by_name, tile_of } from '../support/placements.mjs';
import { default_binary, slowness, source_root, TesseraServer } from '../support/server.mjs';

const bt709 = ['bt709', 'bt709', 'bt709', 'tv'], bt601 = ['smpte170m', 'smpte170m', 'smpte170m', 'tv'];
// Greens and reds are where the two differ most: by some 20 levels.
const people = [{ name: 'Ann', color: '#c03030' }, { name: 'Ben', color: '#20a030' }, { name: 'Cleo', color: '#3050c0' }];
let server, clients;

before(async () => {
  server = await TesseraServer.start();
  clients = LightClients.start();
});

after(async () => {
  await clients?.stop();
  await server?.stop();
});

const mix = (target, output, ...options) => promisify(execFile)(default_binary, ['recording', 'mix', target, '--recordings', server.recordings,
  '--layouts', join(source_root, 'layouts'), '--json', '--force', '-o', output, ...options], { maxBuffer: 1 << 24 });

/** Records a room of these people and gives the folder, the finished file and the room as it was. */
async function record(room, format) {
  const peers = [];
  for (const { name, color } of people)
    peers.push(await clients.join({ url: server.url, room, name, video: { color }, audio: { frequency: 440, shape: 'steady' } }));
  await peers[0].receives_frames(60);
  const { status, body: { id } } = await server.request('POST', `/api/v1/rooms/${room}/recordings`, { format, tracks: true });
  assert.equal(status, 201);
  const about = await server.room(room);
  await until('some is recorded', async () => (await server.room(room)).recordings.some((r) => r.durationMs > 4000), { timeout: 30_000 * slowness });
  await server.request('PATCH', `/api/v1/recordings/${id}`, { state: 'stopped' });
  const manifest = await until('the recording is ready', async () => {
    const found = await server.get(`/api/v1/recordings/${id}`);
    assert.notEqual(found.state, 'failed', JSON.stringify(found));
    return found.state === 'ready' && found.tracks?.every((track) => 'indexed' in track) && found;
  }, { timeout: 30_000 * slowness });
  for (const peer of peers) await peer.leave();
  const folder = join(server.recordings, room, readdirSync(join(server.recordings, room))[0]);
  return { folder, file: join(folder, manifest.files[0]), about };
}

async function shows_what_was_sent(path, about, time) {
  const picture = await picture_at(path, time), ids = ids_by_name(about);
  for (const { name, color } of people)
    for (const seen of tile_colors(picture, tile_of(about.layout, ids[name])))
      assert.ok(color_distance(seen, parse_color(color)) <= 8, `${path}: ${name} is ${seen}, not ${parse_color(color)}`);
}

test('a recording as H.264 at 720p is BT.709 and says so, and a mix made of its tracks too', { timeout: 180_000 * slowness }, async () => {
  const { folder, file, about } = await record('hd', 'mp4');
  assert.deepEqual((await probe(file)).video.colors, bt709);
  await shows_what_was_sent(file, about, 2);
  const again = join(server.folder, 'hd.mp4'), small = join(server.folder, 'small.mp4'), webm = join(server.folder, 'hd.webm');
  await mix(folder, again);
  assert.deepEqual((await probe(again)).video.colors, bt709);
  await shows_what_was_sent(again, about, 2);
  await mix(folder, small, '--size', '640x360');
  assert.deepEqual((await probe(small)).video.colors, bt601);
  await mix(folder, webm);
  assert.deepEqual((await probe(webm)).video.colors, bt601);
  await shows_what_was_sent(webm, about, 2);
});

test('a recording as VP8 is BT.601 and says so', { timeout: 120_000 * slowness }, async () => {
  const { file, about } = await record('webm', 'webm');
  assert.deepEqual((await probe(file)).video.colors, bt601);
  await shows_what_was_sent(file, about, 2);
});
