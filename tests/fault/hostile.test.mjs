// Hostile input gets the documented status, the server lives, and neither the room nor its media notice.
// With TESSERA_BINARY=build/asan/tessera the same table runs under AddressSanitizer.
import assert from 'node:assert/strict';
import http from 'node:http';
import net from 'node:net';
import { after, before, describe, test } from 'node:test';
import WebSocket from 'ws';

import { until, within } from '../support/deadline.mjs';
import { LightClients } from '../support/light_clients.mjs';
import { offer } from '../support/offers.mjs';
import { usage } from '../support/proc.mjs';
import { Signalling } from '../support/signalling.mjs';
import { slowness, TesseraServer } from '../support/server.mjs';
import { http_cases, raw_cases } from './hostile/http_cases.mjs';
import { plant_recording, recording_cases } from './hostile/recording_cases.mjs';
import { sdp_cases, truncated_offers } from './hostile/sdp_cases.mjs';
import { ws_cases } from './hostile/ws_cases.mjs';

const patience = 10_000 * slowness;
let server, clients, canary, pid, front, descriptors;

/** One request exactly as written. */
function send({ method, path, headers = {}, body = '' }) {
  const answered = new Promise((resolve, reject) => {
    const request = http.request({ host: '127.0.0.1', port: server.port, method, path, agent: false,
      headers: { ...headers, ...(body.length && { 'content-length': Buffer.byteLength(body) }) } }, async (response) => {
      let text = '';
      try {
        for await (const chunk of response) text += chunk;
      } catch {
        // The server may hang up on a body that it does not want, after its answer.
      }
      resolve({ status: response.statusCode, headers: response.headers, text });
    });
    request.on('error', reject);
    request.end(body);
  });
  return within(patience, `${method} ${path.slice(0, 80)}`, answered);
}

function check_answer(answer, expected, check) {
  const allowed = [expected].flat();
  assert.ok(allowed.includes(answer.status), `expected ${allowed.join(' or ')}, got ${answer.status} ${answer.text.slice(0, 300)}`);
  if (answer.status >= 400 && answer.text) {
    assert.match(answer.headers['content-type'], /^application\/problem\+json/);
    const problem = JSON.parse(answer.text);
    assert.equal(problem.status, answer.status);
    assert.ok(problem.code && problem.title && problem.type && typeof problem.detail === 'string', answer.text);
  }
  if (check) assert.ok(check(answer), JSON.stringify(answer.headers));
}

async function all_is_well() {
  assert.equal(server.pid, front);
  assert.ok(server.running, server.tail());
  assert.equal((await server.request('GET', '/healthz')).status, 200);
  assert.equal(await server.room_pid('hostile'), pid, `the room process was replaced\n${server.tail()}`);
}

describe('hostile input', () => {
  before(async () => {
    server = await TesseraServer.start();
    plant_recording(server.recordings);
    clients = LightClients.start();
    canary = await clients.join({ url: server.url, room: 'hostile', name: 'canary' });
    await canary.receives_frames(10);
    await canary.forget_pauses();
    pid = await server.room_pid('hostile');
    front = server.pid;
    descriptors = usage(front).fds;
  });

  after(async () => {
    await clients?.stop();
    await server?.stop();
  });

  describe('HTTP', () => {
    for (const { name, status, check, ...request } of [...http_cases, ...recording_cases])
      test(name, async () => {
        check_answer(await send(request), status, check);
        await all_is_well();
      });

    for (const [name, bytes] of raw_cases)
      test(`raw: ${name}`, async () => {
        const socket = net.connect(server.port, '127.0.0.1');
        let answer = '';
        socket.on('data', (chunk) => (answer += chunk.toString('latin1')));
        socket.on('error', () => {});
        const closed = new Promise((resolve) => socket.once('close', resolve));
        socket.end(Buffer.from(bytes, 'latin1'));
        await within(patience, 'the server answers and hangs up', closed);
        assert.match(answer, /^$|^HTTP\/1\.[01] 4\d\d/, answer.slice(0, 200));
        await all_is_well();
      });
  });

  test('none of that leaves a connection behind', async () => {
    await until('the descriptors of the front are back', () => usage(front).fds <= descriptors, { timeout: patience });
  });

  describe('SDP', () => {
    const post = (body) => send({ method: 'POST', path: '/whip/hostile', headers: { 'content-type': 'application/sdp' }, body });
    const drop = async (answer) => {
      if (answer.status === 201) await send({ method: 'DELETE', path: new URL(answer.headers.location, server.url).pathname });
    };

    for (const [name, body, status] of sdp_cases)
      test(name, async () => {
        const answer = await post(body);
        check_answer(answer, status);
        await drop(answer);
        await all_is_well();
      });

    test('cut off anywhere', { timeout: 120_000 * slowness }, async () => {
      for (const body of truncated_offers(slowness > 1 ? 61 : 23)) {
        const answer = await post(body);
        check_answer(answer, [201, 400, 422]);
        await drop(answer);
      }
      await all_is_well();
    });

    test('the ways of a session', async () => {
      const answer = await post(offer({ direction: 'sendonly' }));
      check_answer(answer, 201);
      assert.match(answer.headers['content-type'], /^application\/sdp/);
      const path = new URL(answer.headers.location, server.url).pathname;
      const { etag } = answer.headers;
      assert.match(etag, /^"[^"]+"$/);
      const fragment = (ufrag, pwd = 'aaaabbbbccccddddeeeeffff') =>
        `a=ice-ufrag:${ufrag}\r\na=ice-pwd:${pwd}\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\na=candidate:1 1 udp 2130706431 127.0.0.1 9 typ host\r\n`;
      const patch = (headers, body = fragment('abcd')) => send({ method: 'PATCH', path, headers: { 'content-type': 'application/trickle-ice-sdpfrag', ...headers }, body });
      check_answer(await patch({}), 428);
      check_answer(await patch({ 'if-match': '"something-else"' }), 412);
      check_answer(await patch({ 'if-match': 'no quotes' }), [400, 412]);
      check_answer(await patch({ 'if-match': etag, 'content-type': 'text/plain' }), 415);
      check_answer(await patch({ 'if-match': etag }, 'nonsense'), 400);
      check_answer(await patch({ 'if-match': etag }, ''), 400);
      check_answer(await patch({ 'if-match': etag }, fragment('zzzz', 'bbbbbbbbbbbbbbbbbbbbbbbb')), 422);
      check_answer(await patch({ 'if-match': etag }, fragment('abcd') + 'a=candidate:2 1 udp 1 10.0.0.1 9 typ host\r\n'.repeat(10_000)), [400, 413]);
      const accepted = await patch({ 'if-match': etag });
      check_answer(accepted, 204);
      assert.equal(accepted.text, '');
      assert.equal(accepted.headers.etag, undefined);
      check_answer(await send({ method: 'POST', path, headers: { 'content-type': 'application/sdp' }, body: offer() }), 405);
      check_answer(await send({ method: 'DELETE', path, headers: { 'if-match': '"something-else"' } }), 200);
      check_answer(await send({ method: 'DELETE', path }), 404);
      await all_is_well();
    });
  });

  describe('WebSocket', () => {
    const open = async (joined, more = {}) => {
      const client = await Signalling.open(server.url);
      if (joined) await client.request('join', { room: 'hostile', name: 'hostile', ...more });
      return client;
    };

    /** The status of the answer, "ok" for a reply, "closed" when the server hung up. */
    async function outcome(client, message) {
      if (typeof message === 'object' && !Buffer.isBuffer(message)) {
        // A message whose id cannot be read is refused without one.
        const refused = client.event('error', (e) => e.id === undefined, patience).then((e) => e.status);
        refused.catch(() => {});
        try {
          return await Promise.race([refused, client.request(message.type, message, patience).then(() => 'ok')]);
        } catch (error) {
          return error.status ?? (client.closed ? 'closed' : error.message);
        }
      }
      const seen = client.events.length;
      client.send_raw(message);
      return until('an answer', () => {
        const failure = client.events.slice(seen).find((e) => e.type === 'error');
        return failure ? failure.status : client.closed && 'closed';
      }, { timeout: patience });
    }

    for (const { name, joined, send: message, status } of ws_cases)
      test(name, async () => {
        const client = await open(joined);
        const got = await outcome(client, message);
        assert.ok([status].flat().includes(got), `expected ${status}, got ${got}`);
        client.close();
        await all_is_well();
      });

    test('10,000 candidates', { timeout: 60_000 * slowness }, async () => {
      const client = await open(true);
      await client.request('offer', { endpoint: 'main', sdp: offer() }, patience);
      for (let i = 0; i < 10_000 && !client.closed; i++)
        client.send_raw(JSON.stringify({ type: 'candidate', id: 100_000 + i, endpoint: 'main', sdpMid: '0', sdpMLineIndex: 0,
          candidate: `candidate:${i} 1 udp ${2130706431 - i} 10.0.${i >> 8}.${i & 255} 9 typ host` }));
      await until('the flood is refused', () => client.closed || client.events.some((e) => e.type === 'error' && [413, 429].includes(e.status)),
        { timeout: patience * 3 });
      client.terminate();
      await all_is_well();
    });

    test('a hundred offers', { timeout: 60_000 * slowness }, async () => {
      const client = await open(true);
      const answers = Array.from({ length: 100 }, () => client.request('offer', { endpoint: 'main', sdp: offer() }, patience)
        .then(() => 'ok', (error) => error.status));
      const outcomes = await Promise.all(answers);
      const refused = outcomes.filter((status) => status === 429).length;
      assert.ok(refused >= 90, `${refused} of 100 refused`);
      assert.equal(client.closed, false);
      client.close();
      await all_is_well();
    });

    test('a client that asks and does not read', { timeout: 120_000 * slowness }, async () => {
      // Under a sanitizer freed memory stays resident for a while.
      const allowed = (slowness > 1 ? 400 : 40) * 2 ** 20;
      const deaf = net.connect(server.port, '127.0.0.1');
      deaf.on('error', () => {});
      deaf.pause();
      const frame = (text) => {
        const payload = Buffer.from(text);
        assert.ok(payload.length < 126);
        return Buffer.concat([Buffer.from([0x81, 0x80 | payload.length, 0, 0, 0, 0]), payload]); // a mask of zeros
      };
      deaf.write('GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n' +
        'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n');
      deaf.write(frame(JSON.stringify({ type: 'join', room: 'hostile', name: 'deaf' })));
      const seat = async () => (await server.room('hostile')).participants.find((p) => p.name === 'deaf');
      await until('it sits in the room', seat, { timeout: patience });
      const before = usage(front).rss;

      // Nobody may chat fast, so that it takes many to write what fills a queue: 8 kB a message.
      const talkers = await Promise.all(Array.from({ length: 40 }, () => open(true, { role: 'viewer' })));
      const chat = JSON.stringify({ type: 'chat', text: '😀'.repeat(2000) });
      const begin = Date.now();
      let sent = 0, most = 0;
      await until('it is cut off', async () => {
        // As fast as one may: a burst of five, then one a second.
        for (; sent < 5 + (Date.now() - begin) / 1000; sent++) for (const talker of talkers) talker.send_raw(chat);
        // It sends now and then, so that its silence is not what ends it.
        deaf.write(frame(JSON.stringify({ type: 'state', hand: true })));
        most = Math.max(most, usage(front).rss - before);
        return (await seat())?.state === 'detached' || !(await seat());
      }, { timeout: patience * 6 });
      assert.ok(most < allowed, `the front grew by ${most >> 20} MB`);
      for (const talker of talkers) assert.equal(talker.closed, false, 'who reads stays');
      talkers.forEach((talker) => talker.close());
      deaf.destroy();
      await all_is_well();
    });

    test('a thousand connections that say nothing', { timeout: 60_000 * slowness }, async () => {
      const sockets = Array.from({ length: 1000 }, () => new WebSocket(`${server.url.replace('http', 'ws')}/ws`));
      sockets.forEach((socket) => socket.on('error', () => {}));
      await until('all are answered', () => sockets.every((s) => s.readyState !== WebSocket.CONNECTING), { timeout: patience * 3 });
      await all_is_well();
      sockets.forEach((socket) => socket.terminate());
    });
  });

  test('after all that, the canary still gets its video, and there were at least 60 cases', async () => {
    assert.ok(http_cases.length + recording_cases.length + raw_cases.length + sdp_cases.length + ws_cases.length >= 60);
    const { bye } = await canary.stats();
    assert.equal(bye, undefined);
    await canary.receives_frames(30);
    const { video } = await canary.stats();
    console.log(`${http_cases.length + recording_cases.length + raw_cases.length + sdp_cases.length + ws_cases.length} cases; longest pause of a bystander's video: ${video.longest_gap.toFixed(0)} ms`);
  });
});
