// A room of thirty: three of them talk, and that is what sound costs it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { until } from '../support/deadline.mjs';
import { hear } from '../support/hearing.mjs';
import { LightClients } from '../support/light_clients.mjs';
import { select } from '../support/metrics.mjs';
import { TesseraServer } from '../support/server.mjs';

const tones = [440, 587, 784], people = 30;  // none a multiple of another
let server, clients;

before(async () => {
  server = await TesseraServer.start({ config: { room: { width: 320, height: 180, framerate: 10 } } });
  clients = LightClients.start();
});
after(async () => {
  await clients?.stop();
  await server?.stop();
});

test('of 30 participants 3 talk: four encodes of sound, and everybody hears all who talk but themselves', { timeout: 120_000 }, async () => {
  const crowd = [];
  for (let i = 0; i < people; i++) {
    const audio = i < tones.length ? { frequency: tones[i], shape: 'steady', amplitude: 0.2 } : { shape: 'silence' };
    crowd.push(await clients.join({ url: server.url, room: 'crowd', name: `Person ${i + 1}`, video: null, audio }));
  }
  const encoders = async () => select(await server.metrics(), 'tessera_room_opus_encoders', { room: 'crowd' })[0]?.value;
  await until('three talk', async () => (await server.room('crowd')).speakers.length === 3, { timeout: 20_000 });
  await until('one encode for those who are silent, one for each who talks', async () => (await encoders()) === 4);

  for (const [i, peer] of [...crowd.slice(0, 3), crowd[3], crowd.at(-1)].entries()) {
    const level = await hear(peer);
    const heard = tones.filter((tone) => level(tone) > -30);
    assert.deepEqual(heard, tones.filter((_, tone) => tone !== i), `listener ${i}: ${tones.map((tone) => level(tone).toFixed(0))} dB`);
  }
  assert.equal(await encoders(), 4, 'still');
  for (const peer of crowd.slice(1, 3)) await peer.leave();
  await until('one talks', async () => (await encoders()) === 2, { timeout: 20_000 });
  for (const peer of [crowd[0], ...crowd.slice(3)]) await peer.leave();
});
