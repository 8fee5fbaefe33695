// One encode per codec, however many receive it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { until } from '../support/deadline.mjs';
import { LightClients } from '../support/light_clients.mjs';
import { select, total } from '../support/metrics.mjs';
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

const encoders = async (codec) => {
  const metrics = await server.metrics();
  return { running: total(metrics, 'tessera_room_encoders', { codec }), consumers: total(metrics, 'tessera_room_encoder_consumers', { codec }) };
};

for (const [codec, name] of [['VP8', 'vp8'], ['H264', 'h264']])
  test(`1, 2, 3 and 5 receivers of ${codec} share one encoder, which ends after the last`, { timeout: 90_000 }, async () => {
    const room = `encoders-${name}`;
    const peers = [await clients.join({ url: server.url, room, name: 'sender', kind: 'publisher' })];
    const receivers = [];
    for (const count of [1, 2, 3, 5]) {
      while (receivers.length < count) receivers.push(await clients.join({ url: server.url, room, name: `viewer ${receivers.length}`, kind: 'viewer', codec }));
      for (const receiver of receivers) await receiver.receives_frames(10);
      await until(`one ${codec} encoder for ${count}`, async () => {
        const { running, consumers } = await encoders(name);
        assert.equal(running, 1);
        assert.equal(consumers, count);
        return true;
      });
    }
    for (const peer of [...receivers, ...peers]) await peer.leave();
    await until('no encoder is left', async () => (await encoders(name)).running === 0, { timeout: 30_000 });
  });

test('receivers of two codecs: one encoder of each', { timeout: 60_000 }, async () => {
  const peers = [];
  for (const codec of ['VP8', 'H264', 'VP8', 'H264']) peers.push(await clients.join({ url: server.url, room: 'both', name: codec, codec, video: null }));
  for (const peer of peers) await peer.receives_frames(10);
  const found = select(await server.metrics(), 'tessera_room_encoders').filter((m) => m.value > 0);
  assert.deepEqual(found.map((m) => m.labels.codec).sort(), ['h264', 'vp8']);
  for (const peer of peers) await peer.leave();
});

test('an encoder that ran for a recording alone ends with it', { timeout: 60_000 }, async () => {
  const room = 'recorded';
  const peer = await clients.join({ url: server.url, room, name: 'Ann', codec: 'VP8' });
  await peer.receives_frames(10);
  const { body } = await server.request('POST', `/api/v1/rooms/${room}/recordings`, {});
  await until('it is recorded', async () => (await server.room(room)).recordings.some((r) => r.state === 'recording'));
  const codecs = async () => (await server.room(room)).encoders.map((e) => e.codec).sort();
  assert.deepEqual(await codecs(), ['h264', 'vp8']);
  await server.request('PATCH', `/api/v1/recordings/${body.id}`, { state: 'stopped' });
  await until('the picture for the file is not encoded any more', async () => (await codecs()).join() === 'vp8', { timeout: 20_000 });
  await peer.leave();
});
