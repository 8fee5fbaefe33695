// What one room may cost: senders of more pixels than the server allows are asked for less, reduced to key frames and
// closed; a room that takes more memory than it may have ends with a reason. Others notice nothing.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { until } from '../support/deadline.mjs';
import { vp8_loop } from '../support/encoded_media.mjs';
import { LightClients } from '../support/light_clients.mjs';
import { Signalling } from '../support/signalling.mjs';
import { slowness, TesseraServer } from '../support/server.mjs';

const patience = { timeout: 40_000 * slowness };
const modest_video = { width: 320, height: 180 }, greedy_video = { width: 640, height: 360, rate: 60 }, flood_video = { width: 1280, height: 720 };
let clients;

before(async () => {
  // Encoded beforehand: joining waits for it otherwise.
  for (const video of [modest_video, greedy_video, flood_video]) await vp8_loop(video);
  clients = LightClients.start();
});
after(() => clients?.stop());

async function with_server(config, work) {
  const server = await TesseraServer.start({ config });
  try {
    await work(server);
  } finally {
    await server.stop();
  }
}

test('more pixels than allowed: asked for less, then key frames alone, then closed', { timeout: 120_000 * slowness }, () =>
  with_server({ limits: { endpointMegapixels: 10 } }, async (server) => {
    const join = (name, video, more = {}) => clients.join({ url: server.url, room: 'r', name, video, ...more });
    const modest = await join('modest', modest_video);
    const pid = await server.room_pid('r');
    // 13.8 million a second: more than its 10, not more than twice as many.
    const greedy = await join('greedy', greedy_video, { frame_rate: 60 });
    const hint = await until('the sender is asked for less', async () => {
      const { source_hint } = await greedy.stats();
      return /is to send no more than 10 million pixels a second/.test(server.log) && source_hint;
    }, patience);
    assert.ok(hint.maxWidth * hint.maxHeight * hint.maxFramerate <= 10e6, JSON.stringify(hint));
    await until('only its key frames are decoded', () => /only its key frames are decoded/.test(server.log), patience);
    assert.equal(await until('its endpoint is closed', async () => (await greedy.stats()).endpoint_closed, patience), 'too-many-pixels');
    // Far beyond the limit there is no time to ask.
    const flood = await join('flood', flood_video);
    assert.equal(await until('its endpoint is closed too', async () => (await flood.stats()).endpoint_closed, patience), 'too-many-pixels');
    assert.equal((await modest.stats()).endpoint_closed, undefined);
    await modest.receives_frames(5);
    assert.equal(await server.room_pid('r'), pid);
  }));

test('a room that takes more memory than it may have ends, with the reason', { timeout: 120_000 * slowness }, () =>
  // A canvas that no 256 MB can hold.
  with_server({ room: { width: 3840, height: 2160 }, limits: { roomMemoryMb: 256 } }, async (server) => {
    const signalling = await Signalling.open(server.url);
    let bye;
    signalling.on_event((event) => {
      if (event.type === 'bye') bye = event.reason;
    });
    await signalling.request('join', { room: 'large', name: 'a' });
    // The canvas is composed once somebody gets it. The room may end before that one is in.
    const peer = clients.join({ url: server.url, room: 'large', name: 'b', video: null, audio: null }).catch(() => null);
    await until('the room ends', () => bye, patience);
    assert.equal(bye, 'room-out-of-memory');
    signalling.close();
    await (await peer)?.leave({ rude: true });
    assert.ok(server.running, server.tail());
    assert.match(server.log, /this room's process holds \d+ MB, more than its 256 \(limits\.roomMemoryMb\)/);
    await until('its name is free', async () => (await server.request('GET', '/api/v1/rooms/large')).status === 404, patience);
  }));
