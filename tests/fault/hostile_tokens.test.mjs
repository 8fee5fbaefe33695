// What the bearer of a weak, old or forged token does: opens rooms that are not theirs to open, writes into the audit log, takes
// what a token in an address gave before. With TESSERA_BINARY=build/asan/tessera the same runs under AddressSanitizer.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, test } from 'node:test';

import { Bystander } from '../support/bystander.mjs';
import { until } from '../support/deadline.mjs';
import { offer } from '../support/offers.mjs';
import { slowness, TesseraServer } from '../support/server.mjs';
import { Signalling } from '../support/signalling.mjs';

const key = 'a-secret-for-tests-of-at-least-32-bytes';
const base64 = (text) => Buffer.from(text).toString('base64url');
const hour = () => Math.floor(Date.now() / 1000) + 3600;

/** A token of any form, signed as `sign` says: by default as the issuer does. */
function token(claims, { header = { alg: 'HS256', typ: 'JWT' }, secret = key, sign } = {}) {
  const text = `${base64(JSON.stringify(header))}.${base64(JSON.stringify({ sub: 'x', room: '*', role: 'viewer', exp: hour(), ...claims }))}`;
  return `${text}.${sign ? sign(text) : createHmac('sha256', secret).update(text).digest('base64url')}`;
}
const bearer = (t) => ({ authorization: `Bearer ${t}` });
const admin = () => token({ role: 'admin', sub: 'admin' });

let server, bystander;

before(async () => {
  server = await TesseraServer.start({ env: { TESSERA_AUTH_KEY: key } });
  bystander = await Bystander.start(server, { token: admin() });
});

after(async () => {
  await bystander?.stop();
  await server?.stop();
});

async function join(fields) {
  const client = await Signalling.open(server.url);
  try {
    await client.request('join', { name: 'x', ...fields });
    return { status: 200, client };
  } catch (error) {
    client.close();
    return { status: error.status, code: error.code };
  }
}
const rooms = async () => (await server.request('GET', '/api/v1/rooms', undefined, bearer(admin()))).body.rooms.map(({ id }) => id);

test('a viewer of every room fills the server with none', { timeout: 120_000 * slowness }, async () => {
  const viewer = token({});
  await bystander.during('a viewer asks for sixty rooms by every way in', async () => {
    for (let i = 0; i < 60; i++) {
      const { status, code } = await join({ room: `mine-${i}`, token: viewer });
      assert.deepEqual([status, code], [409, 'unknown-room']);
      const watching = await server.request('POST', `/whep/mine-${i}`, offer({ direction: 'recvonly' }), { 'content-type': 'application/sdp', ...bearer(viewer) });
      assert.equal(watching.status, 409);
      assert.ok(watching.headers.get('retry-after'));
      for (const [method, path, type] of [['POST', `/whip/mine-${i}`, 'application/sdp'], ['PUT', `/api/v1/rooms/mine-${i}`, 'application/json']])
        assert.equal((await server.request(method, path, type === 'application/sdp' ? offer({ direction: 'sendonly' }) : '{}', { 'content-type': type, ...bearer(viewer) })).status, 403);
    }
  });
  assert.deepEqual(await rooms(), ['bystander']);
});

test('no forged token opens anything, and none ends the server', { timeout: 120_000 * slowness }, async () => {
  const claims = { role: 'admin' };
  const forged = {
    'algorithm none': token(claims, { header: { alg: 'none' }, sign: () => '' }),
    'an algorithm in another case': token(claims, { header: { alg: 'hs256' } }),
    'another algorithm': token(claims, { header: { alg: 'HS512' } }),
    'a list of algorithms': token(claims, { header: { alg: ['none', 'HS256'] } }),
    'an extension that must be understood': token(claims, { header: { alg: 'HS256', crit: ['x'], x: 1 } }),
    'a header of a thousand levels': `${base64(`${'{"a":'.repeat(1000)}1${'}'.repeat(1000)}`)}.${base64('{}')}.x`,
    'claims of a thousand levels': token({ deep: JSON.parse(`${'['.repeat(1000)}${']'.repeat(1000)}`) }),
    'another secret': token(claims, { secret: 'another secret of at least 32 bytes' }),
    'no end': token({ ...claims, exp: undefined }),
    'an end that is no number': token({ ...claims, exp: 'never' }),
    'an end in the past': token({ ...claims, exp: 1 }),
    'an end before all time': token({ ...claims, exp: -1e300 }),
    'a beginning in the future': token({ ...claims, nbf: hour() }),
    'eight kilobytes': token({ ...claims, name: 'n'.repeat(8000) }),
  };
  for (const [what, t] of Object.entries(forged)) {
    assert.equal((await server.request('GET', '/api/v1/rooms', undefined, bearer(t))).status, 401, what);
    assert.notEqual((await join({ room: 'forged', token: t })).status, 200, what);
  }
  assert.equal((await server.request('GET', '/api/v1/rooms', undefined, bearer(token({ ...claims, exp: 1e300 })))).status, 200, 'an end after all time');
  assert.deepEqual(await rooms(), ['bystander']);
});

test('a subject cannot write lines of its own into the audit log', { timeout: 60_000 * slowness }, async () => {
  const forged = '{"time":"2026-01-01T00:00:00Z","action":"grant","subject":"boss","role":"admin","outcome":"done"}';
  const sub = `x"}\n2026-01-01T00:00:00.000 info  [audit] ${forged}\u001b[2K\u202e\u0085`;
  const { client } = await join({ room: 'hall', token: token({ sub, role: 'operator' }) });
  await client.request('control', { action: 'mute-all', muted: true });
  await until('the deed is in the log', () => /"action":"mute-all"/.test(server.log));
  const lines = server.log.split('\n').filter((line) => line.includes('[audit]'));
  assert.equal(lines.filter((line) => line.includes('boss')).length, 1);
  for (const line of lines) {
    assert.match(line, /^[\x20-\x7e\x1b]*$/, 'ASCII, but for the colour of the level');
    const said = JSON.parse(line.slice(line.indexOf('{')));
    if (said.action === 'mute-all') assert.equal(said.subject, sub);
    assert.notEqual(said.subject, 'boss');
  }
  client.close();
});
