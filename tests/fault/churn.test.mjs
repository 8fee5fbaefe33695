// Three hundred joins and leaves in one room leave nothing behind.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { until } from '../support/deadline.mjs';
import { LightClients } from '../support/light_clients.mjs';
import { usage } from '../support/proc.mjs';
import { slowness, TesseraServer } from '../support/server.mjs';

const total = Number(process.env.TESSERA_CHURN ?? 300);
const at_once = 4;
const room = 'churn';
let server, clients, resident, pid;

before(async () => {
  server = await TesseraServer.start();
  clients = LightClients.start();
  // One stays, so that the room and its encoder do.
  resident = await clients.join({ url: server.url, room, name: 'resident' });
  await resident.receives_frames(10);
  pid = await server.room_pid(room);
});

after(async () => {
  await clients?.stop();
  await server?.stop();
});

const guest = (n) => {
  const kind = ['participant', 'publisher', 'participant', 'viewer'][n % 4];
  // Two of three open a data channel: SCTP's associations have to go as well.
  return { url: server.url, room, name: `guest ${n}`, kind, codec: 'VP8', channels: [[], ['tessera'], ['one', 'two']][n % 3] };
};

async function churn(from, count) {
  for (let n = from; n < from + count; n += at_once)
    await Promise.all(Array.from({ length: Math.min(at_once, from + count - n) }, async (_, i) => {
      const options = guest(n + i);
      const peer = await clients.join(options);
      if (options.kind !== 'publisher') await peer.receives_frames(1, 10_000 * slowness);
      await peer.leave();
    }));
}

/** What the room uses when all guests are gone and nothing changes any more. */
async function settled() {
  await until('the guests are gone', async () => (await server.room(room)).participants.length === 1, { timeout: 20_000 * slowness });
  let last = usage(pid), steady = 0;
  return until('threads and descriptors settle', () => {
    const now = usage(pid);
    steady = now.threads === last.threads && now.fds === last.fds ? steady + 1 : 0;
    last = now;
    return steady >= 10 && now;
  }, { timeout: 30_000 * slowness, interval: 200 });
}

test(`${total} joins and leaves, ${Math.round(total * 2 / 3)} with data channels: threads, descriptors and memory return to the baseline`, { timeout: 600_000 * slowness }, async () => {
  await churn(0, 48); // pools and caches fill: four guests of each kind
  const baseline = await settled();
  const samples = [];
  for (let done = 0; done < total; done += 60) {
    await churn(100 + done, Math.min(60, total - done));
    samples.push(await settled());
  }
  const mb = (bytes) => (bytes / 1e6).toFixed(1);
  const line = ({ threads, fds, rss }) => `${threads} threads, ${fds} descriptors, ${mb(rss)} MB`;
  console.log(`baseline: ${line(baseline)}\n${samples.map((s, i) => `after ${Math.min(total, (i + 1) * 60)}: ${line(s)}`).join('\n')}`);
  const last = samples.at(-1);
  assert.equal(await server.room_pid(room), pid);
  assert.ok(last.threads <= baseline.threads, `${last.threads} threads, ${baseline.threads} before`);
  assert.ok(last.fds <= baseline.fds, `${last.fds} descriptors, ${baseline.fds} before`);
  if (slowness === 1) assert.ok(last.rss <= baseline.rss + 10e6, `${mb(last.rss)} MB, ${mb(baseline.rss)} MB before`);
  await resident.receives_frames(10);
});

test('a peer that invents sources gets no thread for each', { timeout: 120_000 * slowness }, async () => {
  const liar = await clients.join({ url: server.url, room, name: 'liar', kind: 'publisher' });
  await until('the liar is live', async () => (await server.room(room)).participants.find((p) => p.name === 'liar')?.state === 'connected');
  const before = usage(pid);
  for (let i = 0; i < 20; i++) await liar.invent_sources(10);
  await resident.receives_frames(45); // what came after them is in the mix
  const during = usage(pid);
  console.log(`200 invented sources: ${before.threads} threads before, ${during.threads} after`);
  assert.ok(during.threads <= before.threads + 40, `${during.threads} threads, ${before.threads} before`);
  await resident.receives_frames(10);
  await liar.leave();
});
