// What a room is opened with is what its people get.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { read_ivf } from '../support/ivf.mjs';
import { LightClients } from '../support/light_clients.mjs';
import { TesseraServer } from '../support/server.mjs';

let server, clients;

before(async () => {
  server = await TesseraServer.start();
  clients = LightClients.start();
});

after(async () => {
  await clients?.stop();
  await server?.stop();
});

/** Width and height in a VP8 key frame (RFC 6386, section 9.1). */
function key_frame_size(frame) {
  assert.equal(frame[0] & 1, 0, 'a key frame');
  assert.deepEqual([...frame.subarray(3, 6)], [0x9d, 0x01, 0x2a]);
  return [frame.readUInt16LE(6) & 0x3fff, frame.readUInt16LE(8) & 0x3fff];
}

test('a room of its own size and rate sends video of that size and rate', { timeout: 60_000 }, async () => {
  const room = '/api/v1/rooms/small';
  const opened = await server.request('PUT', room, { width: 640, height: 480, framerate: 12 });
  assert.equal(opened.status, 201);
  assert.deepEqual(opened.body.canvas, { width: 640, height: 480, framerate: 12 });
  const again = await server.request('PUT', room, { width: 320 });
  assert.equal(again.status, 200);
  assert.equal(again.body.canvas.width, 640, 'it is open already');

  const viewer = await clients.join({ url: server.url, room: 'small', name: 'viewer' });
  await viewer.store();
  await viewer.receives_frames(30);
  const folder = await viewer.stored();
  const frames = read_ivf(readFileSync(join(folder, 'video.ivf')));
  assert.deepEqual(key_frame_size(frames.find((frame) => (frame[0] & 1) === 0)), [640, 480]);
  const { video } = JSON.parse(readFileSync(join(folder, 'log.json')));
  const steps = video.slice(1).map(({ timestamp }, i) => ((timestamp - video[i].timestamp) >>> 0) / 90).sort((a, b) => a - b);
  assert.ok(Math.abs(steps[steps.length >> 1] - 1000 / 12) < 1, `median step ${steps[steps.length >> 1]} ms of timestamps`);
});

test('sizes and rates that cannot be are refused, and open no room', async () => {
  for (const settings of [{ width: 641 }, { width: 0 }, { height: 5000 }, { framerate: 0 }, { framerate: 1000 }, { framerate: '30' }, { depth: 3 }]) {
    const refused = await server.request('PUT', '/api/v1/rooms/none', settings);
    assert.equal(refused.status, 400, JSON.stringify(settings));
    assert.match(refused.body.detail, new RegExp(Object.keys(settings)[0]));
  }
  assert.equal((await server.request('GET', '/api/v1/rooms/none')).status, 404);
});
