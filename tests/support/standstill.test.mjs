// The clock that tells a machine that stood still from a server that did.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { until } from './deadline.mjs';
import { Standstill } from './standstill.mjs';

const now = () => performance.timeOrigin + performance.now();

test('a clock that stood still says when, and a pause is shorter by so much', async (t) => {
  const standstill = await Standstill.start();
  t.after(() => standstill.stop());
  if (standstill.pid === null) return t.skip('no right to SCHED_FIFO');
  const from = now();
  process.kill(standstill.pid, 'SIGSTOP');
  await until('150 ms are over', () => now() - from > 150, { interval: 5 });
  process.kill(standstill.pid, 'SIGCONT');
  const ended = now();
  await until('it says so', () => standstill.within(from, ended) > 0);
  const still = standstill.within(from, ended);
  assert.ok(still > 120 && still <= ended - from, `${still} of ${ended - from} ms`);
  assert.equal(standstill.within(from - 2000, from - 1000), 0);
  assert.ok(standstill.longest([{ ms: 200, ended }, { ms: 10, ended: from - 1000 }]) < 80);
  assert.equal(standstill.longest([{ ms: 200, ended }, { ms: 90, ended: from - 1000 }]), 90);
  assert.equal(standstill.longest([]), 0);
});

test('a processor that is busy is no standstill', async (t) => {
  const standstill = await Standstill.start();
  t.after(() => standstill.stop());
  if (standstill.pid === null) return t.skip('no right to SCHED_FIFO');
  const from = now();
  while (now() - from < 300);  // as a spawnSync would
  const ended = now();
  // What it has to say of that time has been said when it goes on to say something of later.
  process.kill(standstill.pid, 'SIGSTOP');
  await until('50 ms are over', () => now() - ended > 50, { interval: 5 });
  process.kill(standstill.pid, 'SIGCONT');
  await until('it says so', () => standstill.within(ended, now()) > 0);
  assert.ok(standstill.within(from, ended) < 150, `${standstill.within(from, ended)} ms`);
});
