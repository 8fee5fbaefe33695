// Tokens: who may do what, by every way in.
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';

import { offer } from '../support/offers.mjs';
import { default_binary, source_root, TesseraServer } from '../support/server.mjs';
import { Signalling } from '../support/signalling.mjs';

const key = 'a-secret-for-tests-of-at-least-32-bytes';
const run = promisify(execFile);
let server;

before(async () => {
  server = await TesseraServer.start({ env: { TESSERA_AUTH_KEY: key } });
});

after(() => server?.stop());

async function token(...args) {
  const { stdout } = await run(default_binary, ['token', ...args], { cwd: source_root, env: { ...process.env, TESSERA_AUTH_KEY: key } });
  return stdout.trim();
}

const bearer = (t) => ({ authorization: `Bearer ${t}` });

async function join(fields) {
  const client = await Signalling.open(server.url);
  try {
    const joined = await client.request('join', { room: 'hall', name: 'x', ...fields });
    return { status: 200, joined, client };
  } catch (error) {
    client.close();
    return { status: error.status };
  }
}

test('an open server refuses to listen beyond loopback', () => {
  const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('TESSERA_')));
  const { status, stderr } = spawnSync(default_binary, ['serve', '--listen', '0.0.0.0:0'], { cwd: source_root, env: environment, timeout: 10_000 });
  assert.equal(status, 2);
  assert.match(String(stderr), /loopback|127\.0\.0\.1/);
});

test('without a token nothing but the health check and the page is open', async () => {
  assert.equal((await server.request('GET', '/healthz')).status, 200);
  assert.equal((await server.request('GET', '/')).status, 200);
  for (const path of ['/api/v1/rooms', '/api/v1/recordings']) {
    const answer = await server.request('GET', path);
    assert.equal(answer.status, 401, path);
    assert.match(answer.headers.get('www-authenticate'), /^Bearer/);
  }
  assert.equal((await join({})).status, 401);
  for (const way of ['whip', 'whep'])
    assert.equal((await server.request('POST', `/${way}/hall`, offer({ direction: way === 'whip' ? 'sendonly' : 'recvonly' }), { 'content-type': 'application/sdp' })).status, 401);
});

test('forged, expired and unsigned tokens are refused', async () => {
  const good = await token('--room', 'hall', '--role', 'operator', '--ttl', '1h');
  const [head, body, signature] = good.split('.');
  const base64 = (o) => Buffer.from(JSON.stringify(o)).toString('base64url');
  const claims = JSON.parse(Buffer.from(body, 'base64url'));
  const bad = {
    'another signature': `${head}.${body}.${signature.split('').reverse().join('')}`,
    'another role': `${head}.${base64({ ...claims, role: 'admin' })}.${signature}`,
    'no signature': `${base64({ alg: 'none', typ: 'JWT' })}.${body}.`,
    nonsense: 'abc',
    'ten kilobytes': 'x'.repeat(10_000),
  };
  for (const [what, t] of Object.entries(bad)) {
    assert.equal((await server.request('GET', '/api/v1/rooms/hall', undefined, bearer(t))).status, 401, what);
    const { status } = await join({ token: t });
    assert.ok(status === 401 || (what === 'ten kilobytes' && status === 400), `${what}: ${status}`);
  }
  const { client } = await join({ token: good });
  client.close();
});

test('a token opens its own room only', async () => {
  const t = await token('--room', 'hall', '--role', 'operator', '--ttl', '1h');
  assert.equal((await join({ room: 'attic', token: t })).status, 403);
  assert.equal((await server.request('PUT', '/api/v1/rooms/attic', {}, bearer(t))).status, 403);
  const { status, client } = await join({ token: t });
  assert.equal(status, 200);
  assert.equal((await server.request('GET', '/api/v1/rooms/hall', undefined, bearer(t))).status, 200);
  client.close();
});

test('a role does what it may and no more', async () => {
  const [viewer, speaker, operator] = await Promise.all(['viewer', 'speaker', 'operator'].map((role) => token('--room', 'hall', '--role', role, '--ttl', '1h')));
  const host = await join({ token: operator });
  assert.equal(host.status, 200);
  const layout = (t) => server.request('PUT', '/api/v1/rooms/hall/layout', { name: 'speaker' }, bearer(t));
  assert.equal((await layout(viewer)).status, 403);
  assert.equal((await layout(speaker)).status, 403);
  assert.equal((await layout(operator)).status, 200);
  const record = (t) => server.request('POST', '/api/v1/rooms/hall/recordings', {}, bearer(t));
  assert.equal((await record(viewer)).status, 403);
  assert.equal((await record(speaker)).status, 403);
  const publish = (t) => server.request('POST', '/whip/hall', offer({ direction: 'sendonly' }), { 'content-type': 'application/sdp', ...bearer(t) });
  assert.equal((await publish(viewer)).status, 403);
  const accepted = await publish(speaker);
  assert.equal(accepted.status, 201);
  assert.equal((await server.request('DELETE', new URL(accepted.headers.get('location'), server.url).pathname, undefined, bearer(speaker))).status, 200);
  const watch = await server.request('POST', '/whep/hall', offer({ direction: 'recvonly' }), { 'content-type': 'application/sdp', ...bearer(viewer) });
  assert.equal(watch.status, 201);
  const guest = await join({ token: speaker });
  await assert.rejects(guest.client.request('control', { action: 'set-layout', name: 'grid' }), (e) => e.status === 403);
  await host.client.request('control', { action: 'set-layout', name: 'grid' });
  guest.client.close();
  host.client.close();
});

test('the processes of rooms do not know the key', async () => {
  const admin = bearer(await token('--room', '*', '--role', 'admin', '--ttl', '1h'));
  await server.request('PUT', '/api/v1/rooms/keyless', {}, admin);
  const { pid } = (await server.request('GET', '/api/v1/rooms/keyless', undefined, admin)).body;
  const environment = (process) => readFileSync(`/proc/${process}/environ`, 'utf8');
  assert.match(environment(server.pid), new RegExp(key));
  assert.match(environment(pid), /PATH=/);
  assert.doesNotMatch(environment(pid), new RegExp(key));
});
