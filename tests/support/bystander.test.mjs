// The bystander notices what it is there to notice. Against a pretended server, so that the faults can be made.
import assert from 'node:assert/strict';
import http from 'node:http';
import { once } from 'node:events';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';

/** What the probe notes of a server that answers as `handler` does, while `work` runs. */
async function probed(handler, work) {
  const server = http.createServer(handler).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const probe = new Worker(new URL('./health_probe.mjs', import.meta.url), { workerData: { url: `http://127.0.0.1:${server.address().port}` } });
  const ask = async (command) => {
    probe.postMessage({ id: 1, command });
    return (await once(probe, 'message'))[0];
  };
  try {
    await ask('begin');
    await work();
    return await ask('end');
  } finally {
    await probe.terminate();
    server.closeAllConnections();
    server.close();
  }
}

test('the health probe counts what is answered', async () => {
  let answered = 0, enough;
  const three = new Promise((resolve) => (enough = resolve));
  const { probes, failures } = await probed((_, response) => {
    response.end('ok');
    if (++answered === 3) enough();
  }, () => three);
  assert.ok(probes >= 3, `${probes} probes`);
  assert.deepEqual(failures, []);
});

test('the health probe sees one late answer, even the one under way at the end', async () => {
  let asked;
  const first = new Promise((resolve) => (asked = resolve));
  const { longest, probes } = await probed((_, response) => {
    setTimeout(() => response.end('ok'), 300);
    asked();
  }, () => first);
  assert.equal(probes, 1);
  assert.ok(longest >= 290, `${longest} ms`);
});

test('the health probe notes refusals', async () => {
  let asked;
  const first = new Promise((resolve) => (asked = resolve));
  const { failures } = await probed((_, response) => {
    response.writeHead(503).end();
    asked();
  }, () => first);
  assert.ok(failures.includes('status 503'), failures.join());
});
