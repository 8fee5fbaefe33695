// Tokens: who may do what, by every way in.
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';

import { until } from '../support/deadline.mjs';
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
  // The front wipes it too (tests/fault/sandbox.test.mjs).
  for (const process of [server.pid, pid]) {
    assert.match(environment(process), /PATH=/);
    assert.doesNotMatch(environment(process), new RegExp(key));
  }
});

test('a viewer enters a room, and opens none', async () => {
  const [viewer, speaker] = await Promise.all(['viewer', 'speaker'].map((role) => token('--room', '*', '--role', role, '--ttl', '1h')));
  assert.equal((await join({ room: 'closed', token: viewer })).status, 409);
  const host = await join({ room: 'closed', token: speaker });
  assert.equal(host.status, 200);
  const guest = await join({ room: 'closed', token: viewer });
  assert.equal(guest.status, 200);
  guest.client.close();
  host.client.close();
});

const expired = (t, room) => until('the token has expired', async () => {
  const { status, client } = await join({ room, token: t });
  client?.close();
  return status === 401;
});

test('who loses the connection after the token has expired keeps the seat', async () => {
  const host = await join({ token: await token('--room', 'hall', '--role', 'operator', '--ttl', '1h') });
  const short = await token('--room', 'hall', '--role', 'speaker', '--ttl', '2s');
  const before = await join({ token: short });
  assert.equal(before.status, 200);
  await expired(short, 'hall');
  before.client.terminate();
  const after = await join({ token: short, resume: before.joined.resume });
  assert.equal(after.status, 200);
  assert.equal(after.joined.participant, before.joined.participant);
  assert.equal(after.joined.role, 'speaker');
  assert.equal((await join({ token: short, resume: 'made-up' })).status, 401);
  assert.ok(!after.client.closed);
  after.client.close();
  host.client.close();
});

test('where it is configured, sessions end with their token', async () => {
  const strict = await TesseraServer.start({ config: { auth: { key, endSessionsAtExpiry: true } } });
  try {
    const open = async (fields) => {
      const client = await Signalling.open(strict.url);
      return { client, joined: await client.request('join', { room: 'hall', name: 'x', ...fields }) };
    };
    const host = await open({ token: await token('--room', 'hall', '--role', 'operator', '--ttl', '1h') });
    const publisher = await token('--room', 'hall', '--role', 'speaker', '--ttl', '2s');
    const published = await strict.request('POST', '/whip/hall', offer({ direction: 'sendonly' }), { 'content-type': 'application/sdp', ...bearer(publisher) });
    assert.equal(published.status, 201);
    const short = await token('--room', 'hall', '--role', 'speaker', '--ttl', '2s');
    const { client, joined } = await open({ token: short });
    assert.equal((await client.event('bye')).reason, 'token-expired');
    await until('the socket is closed', () => client.closed);
    await until('the WHIP session has ended', async () => (await strict.request('GET', new URL(published.headers.get('location'), strict.url).pathname)).status === 404);
    await assert.rejects(open({ token: short, resume: joined.resume }), (e) => e.code === 'token-expired');
    assert.ok(!host.client.closed, 'whose token is good stays');
    host.client.close();
  } finally {
    await strict.stop();
  }
});

test('a key is replaced while tokens of the old one are about', async () => {
  const [old_key, new_key] = ['old', 'new'].map((name) => `the ${name} secret of at least 32 bytes`);
  const config = { auth: { keys: [{ kid: 'new', key: new_key }, { kid: 'old', key: old_key }], issuer: 'https://issuer.example', audience: 'tessera' } };
  const rotating = await TesseraServer.start({ config });
  try {
    const made = async (...args) => (await run(default_binary, ['token', '--config', `${rotating.folder}/tessera.json`, '--room', '*', '--role', 'admin', ...args], { cwd: source_root })).stdout.trim();
    const rooms = async (t) => (await rotating.request('GET', '/api/v1/rooms', undefined, bearer(t))).status;
    const claims_of = (t) => t.split('.').slice(0, 2).map((part) => JSON.parse(Buffer.from(part, 'base64url')));
    const [first, second] = [await made(), await made('--kid', 'old')];
    assert.deepEqual([claims_of(first)[0].kid, claims_of(second)[0].kid], ['new', 'old']);
    assert.deepEqual([claims_of(first)[1].iss, claims_of(first)[1].aud], ['https://issuer.example', 'tessera']);
    assert.deepEqual([await rooms(first), await rooms(second)], [200, 200]);
    assert.equal(await rooms(await token('--room', '*', '--role', 'admin')), 401);
    await assert.rejects(made('--kid', 'gone'), /auth.keys holds no key named "gone"/);
  } finally {
    await rotating.stop();
  }
});

test('short secrets are refused away from loopback, and warned of on it', () => {
  const check = (listen) => spawnSync(default_binary, ['check', '--listen', listen], { cwd: source_root, env: { PATH: process.env.PATH, TESSERA_AUTH_KEY: 'short' }, timeout: 30_000 });
  const outside = check('0.0.0.0:8080');
  assert.equal(outside.status, 2);
  assert.match(String(outside.stderr), /auth\.key: has 5 bytes .* at least 32/);
  const inside = check('127.0.0.1:8080');
  assert.equal(inside.status, 0, String(inside.stderr));
  assert.match(String(inside.stderr), /warning: auth\.key: has 5 bytes/);
});

test('a token in an address is for the files of recordings, and in no log', async () => {
  const loud = await TesseraServer.start({ args: ['--log-level', 'debug'], env: { TESSERA_AUTH_KEY: key } });
  try {
    const t = await token('--room', '*', '--role', 'admin', '--subject', 'loud', '--ttl', '1h');
    assert.equal((await loud.request('GET', `/api/v1/rooms?token=${t}`)).status, 401);
    assert.equal((await loud.request('GET', `/api/v1/recordings/none/file?token=${t}`)).status, 404);
    const client = await Signalling.open(loud.url);
    await client.request('join', { room: 'hall', name: 'x', token: t });
    await client.request('control', { action: 'close-room' });
    await until('the audit log has it', () => /\[audit\] \{"time":"[^"]+","action":"close-room","subject":"loud","role":"admin"/.test(loud.log));
    for (const part of t.split('.')) assert.ok(!loud.log.includes(part), 'no part of the token is in the log');
  } finally {
    await loud.stop();
  }
});
