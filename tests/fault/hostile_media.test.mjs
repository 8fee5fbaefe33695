// Media that is made to hurt: the room that gets it goes on in the same process, and another room notices nothing. With
// TESSERA_BINARY=build/asan/tessera the same runs under AddressSanitizer.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { Bystander } from '../support/bystander.mjs';
import { until } from '../support/deadline.mjs';
import { LightClients } from '../support/light_clients.mjs';
import { total } from '../support/metrics.mjs';
import { usage } from '../support/proc.mjs';
import { slowness, TesseraServer } from '../support/server.mjs';
import { large_vp8_frame, large_vp9_frame, media_cases } from './hostile/media_cases.mjs';

const room = 'hostile';
const patience = { timeout: 10_000 * slowness };
let server, clients, canary, bystander, pid;

const refused = async (reason) => total(await server.metrics(), 'tessera_room_refused_packets_total', { room, reason });

/** Somebody who sends what a test says. VP9 is only taken of those who receive none. */
function attacker(codec) {
  return clients.join({ url: server.url, room, name: `attacker ${codec}`, kind: codec === 'VP9' ? 'publisher' : 'participant',
    codec: codec === 'opus' ? 'VP8' : codec, video: null, audio: codec === 'opus' ? null : {} });
}

async function all_is_well() {
  assert.ok(server.running, server.tail());
  assert.equal(await server.room_pid(room), pid, `the room process was replaced\n${server.tail()}`);
  await canary.receives_frames(5);
}

describe('hostile media', () => {
  before(async () => {
    server = await TesseraServer.start();
    clients = LightClients.start();
    canary = await clients.join({ url: server.url, room, name: 'canary' });
    await canary.receives_frames(10);
    pid = await server.room_pid(room);
    bystander = await Bystander.start(server, { rooms: [room] });
  });

  after(async () => {
    await bystander?.stop();
    await clients?.stop();
    await server?.stop();
  });

  for (const { name, codec, packets, reason } of media_cases)
    test(name, async () => {
      const sender = await attacker(codec);
      const before = await refused(reason);
      // Again and again: what was sent first may have been lost while the connection came up.
      await until('the packets were refused', async () => {
        await sender.send_payloads(codec, packets);
        return (await refused(reason)) > before;
      }, { ...patience, interval: 300 });
      await all_is_well();
      await sender.leave();
    });

  test('who sends nothing else is closed, with a reason', async () => {
    const { value } = await bystander.during('a flood of malformed packets', async () => {
      const sender = await attacker('H264');
      return until('the endpoint is closed', async () => {
        await sender.send_payloads('H264', Array.from({ length: 20 }, () => ({ payload: '7c' })));
        return (await sender.stats()).endpoint_closed;
      }, { ...patience, interval: 50 });
    });
    assert.equal(value, 'bad-packets');
    assert.match(server.log, /endpoint p\d+-\S+-main: \d+ malformed packets; the last one: short-fragment/);
    await all_is_well();
  });

  test('who loses packets is not', async () => {
    const sender = await attacker('H264');
    const before = await refused('orphan');
    await until('a hundred fragments lost their start', async () => {
      await sender.send_payloads('H264', Array.from({ length: 10 }, () => [{ payload: '7c85aabb' }, { payload: '7c45aabb', skip: 1, marker: true }]).flat());
      return (await refused('orphan')) > before + 100;
    }, { ...patience, interval: 20 });
    assert.equal((await sender.stats()).endpoint_closed, undefined);
    await all_is_well();
    await sender.leave();
  });

  for (const [codec, payload] of [['VP8', large_vp8_frame], ['VP9', large_vp9_frame]])
    test(`${codec}: a picture of 16384 by 16384 pixels is not decoded`, async () => {
      const sender = await attacker(codec);
      const memory = () => Math.round(usage(pid).rss / 2 ** 20);
      const before = memory();
      const frames = async () => total(await server.metrics(), 'tessera_room_refused_frames_total', { room });
      const refused_before = await frames();
      await until('ten such pictures are refused', async () => {
        await sender.send_payloads(codec, [{ payload, marker: true }]);
        return (await frames()) >= refused_before + 10;
      }, { ...patience, interval: 100 });
      await all_is_well();
      // Such a picture takes 400 MB.
      assert.ok(memory() < before + 200 * slowness, `the room process grew from ${before} to ${memory()} MB`);
      await sender.leave();
    });
});
