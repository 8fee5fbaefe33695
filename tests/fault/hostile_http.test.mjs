// What strangers do to the HTTP side below its requests: connections that say nothing or do not read, floods of them, and
// descriptors that run out. With TESSERA_BINARY=build/asan/tessera the same runs under AddressSanitizer.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { truncateSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { Bystander } from '../support/bystander.mjs';
import { observe, until } from '../support/deadline.mjs';
import { cpu_seconds, usage } from '../support/proc.mjs';
import { head, RawConnection, upgrade } from '../support/raw_http.mjs';
import { slowness, TesseraServer } from '../support/server.mjs';
import { plant_recording } from './hostile/recording_cases.mjs';

const patience = 20_000 * slowness;
const planted = '/api/v1/recordings/20260101T000000000Z-AAAAAAAAAAAA/file';
const close_all = (connections) => connections.forEach((connection) => connection.close());
const open_count = (connections) => connections.filter((connection) => !connection.closed).length;

/** /healthz over a connection of its own. */
async function healthy(server, options) {
  const connection = await RawConnection.open(server.port, options);
  connection.send(head('GET', '/healthz'));
  try {
    return await until('/healthz is answered', () => connection.status || connection.closed, { timeout: 3000 * slowness }) === 200;
  } finally {
    connection.close();
  }
}

describe('descriptors that run out', () => {
  // As the operating system would limit it, hard limit too; with and without a limit of connections below it.
  for (const [name, http] of [['the limit is of this program', {}], ['the limit is of the system', { maxConnections: 1000 }]])
    describe(name, () => {
      let server;
      before(async () => {
        server = await TesseraServer.start({ prefix: ['prlimit', '--nofile=48:48'], config: { http, limits: { spareRooms: 0 } } });
      });
      after(() => server?.stop());

      test('60 connections that say nothing shut nobody out, then or later', async () => {
        const idle = await RawConnection.many(60, server.port);
        assert.equal(idle.length, 60);
        await until('/healthz is answered while they are open', () => healthy(server), { timeout: patience });
        close_all(idle);
        await until('/healthz is answered when they are closed', () => healthy(server), { timeout: patience });
        assert.ok(server.running);
      });

      test('60 requests that never end are not served at the price of all time, and then it serves again', async () => {
        const half = await RawConnection.many(60, server.port);
        for (const connection of half) connection.send(head('POST', '/whip/x', { 'content-type': 'application/sdp', 'content-length': 100 }));
        // The queue of the kernel empties: whoever is not served is turned away.
        await until('some are turned away', () => open_count(half) <= 48, { timeout: patience });
        const [begin, end] = await observe(() => ({ cpu: cpu_seconds(server.pid), at: process.hrtime.bigint() }), { count: 2, interval: 1000 });
        const share = (end.cpu - begin.cpu) / (Number(end.at - begin.at) / 1e9);
        assert.ok(share < 0.3 * slowness, `the front takes ${Math.round(100 * share)} % of a core`);
        close_all(half);
        await until('/healthz is answered', () => healthy(server), { timeout: patience });
      });
    });
});

describe('connections that waste time', () => {
  let server, descriptors;
  before(async () => {
    // Without a spare room, whose socket would come while descriptors are counted.
    server = await TesseraServer.start({ config: { http: { idleSeconds: 2, stallSeconds: 2 }, limits: { spareRooms: 0 } } });
    plant_recording(server.recordings);
    // More than the kernel's buffers hold. No blocks of the disk are needed for it.
    truncateSync(join(server.recordings, 'hostile', '20260101T000000.000Z', 'recording.mp4'), 64 * 2 ** 20);
    descriptors = usage(server.pid).fds;
  });
  after(() => server?.stop());
  const all_gone = () => until('their descriptors are free', () => usage(server.pid).fds <= descriptors, { timeout: patience });

  test('saying nothing', async () => {
    const idle = await RawConnection.many(20, server.port);
    await until('all are closed', () => open_count(idle) === 0, { timeout: patience });
    await all_gone();
  });

  test('a header at a time', async () => {
    const slow = await RawConnection.many(20, server.port);
    for (const connection of slow) connection.send('GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n');
    await until('all are closed', () => {
      for (const connection of slow) connection.send('X: y\r\n');
      return open_count(slow) === 0;
    }, { timeout: patience, interval: 200 });
    assert.ok(slow.every((connection) => !(connection.status < 400)));
    await all_gone();
  });

  test('an answer of many megabytes that nobody reads', async () => {
    const deaf = await RawConnection.many(10, server.port);
    const before = usage(server.pid).rss;
    for (const connection of deaf) {
      connection.stop_reading();
      connection.send(head('GET', planted));
    }
    await until('the answers have begun', () => usage(server.pid).fds >= descriptors + deaf.length, { timeout: patience });
    await all_gone();
    assert.ok(usage(server.pid).rss - before < 40 * 2 ** 20 * slowness);
    close_all(deaf);
  });

  test('whoever reads slowly gets all of it', async () => {
    const reader = await RawConnection.open(server.port);
    let got = 0;
    reader.socket.removeAllListeners('data');
    reader.socket.on('data', (chunk) => {
      got += chunk.length;
      // A pause that is shorter than the deadline, again and again.
      reader.socket.pause();
      setTimeout(() => reader.socket.resume(), 3);
    });
    reader.send(head('GET', planted));
    await until('the file is there', () => got > 64 * 2 ** 20, { timeout: patience * 6 });
  });
});

describe('too many connections of one address', () => {
  let server;
  before(async () => {
    server = await TesseraServer.start({ config: { http: { trustedProxies: ['127.0.0.9'], maxConnectionsPerAddress: 8 } } });
  });
  after(() => server?.stop());

  const sockets = async (count, { from, client } = {}) => {
    const opened = await RawConnection.many(count, server.port, { from });
    for (const connection of opened) connection.send(head('GET', '/ws', { ...upgrade, ...(client && { 'x-forwarded-for': client }) }));
    await until('all are answered', () => opened.every((connection) => connection.status || connection.closed), { timeout: patience });
    return opened;
  };
  const accepted = (connections) => connections.filter((connection) => connection.status === 101 && !connection.closed).length;

  test('are turned away, and other addresses are served', async () => {
    const many = await sockets(20, { from: '127.0.0.2' });
    assert.ok(accepted(many) <= 8, `${accepted(many)} are open`);
    assert.ok(await healthy(server, { from: '127.0.0.3' }));
    const few = await sockets(4, { from: '127.0.0.3' });
    assert.equal(accepted(few), 4);
    close_all([...many, ...few]);
  });

  test('behind a proxy are counted by client', async () => {
    const many = await sockets(20, { from: '127.0.0.9', client: '198.51.100.1' });
    assert.ok(accepted(many) <= 8 && accepted(many) > 0, `${accepted(many)} are open`);
    assert.ok(many.filter((connection) => connection.status === 429).length >= 12);
    const others = await sockets(4, { from: '127.0.0.9', client: '198.51.100.2' });
    assert.equal(accepted(others), 4);
    close_all([...many, ...others]);
  });

  test('a stranger who claims another address is counted by their own', async () => {
    const many = [];
    for (let i = 0; i < 20; i++) many.push(...(await sockets(1, { from: '127.0.0.4', client: `198.51.100.${i}` }).catch(() => [])));
    await until('those too many are closed', () => accepted(many) <= 8, { timeout: patience });
    close_all(many);
  });
});

describe('floods', () => {
  let server, bystander;
  before(async () => {
    server = await TesseraServer.start();
    bystander = await Bystander.start(server);
  });
  after(async () => {
    await bystander?.stop();
    await server?.stop();
  });

  test('a thousand idle connections, and two thousand that come and go', { timeout: 180_000 * slowness }, async () => {
    const rounds = slowness > 1 ? 10 : 40;
    await bystander.during('connections', async () => {
      // A few at a time: the attackers have processors of their own, and here they share ours.
      const idle = [];
      for (let i = 0; i < 20; i++) idle.push(...(await RawConnection.many(50, server.port)));
      for (let round = 0; round < rounds; round++) {
        const short = await RawConnection.many(50, server.port);
        for (const connection of short) connection.send(round % 2 ? head('GET', '/healthz') : 'GET / HTTP/1.1\r\n');
        close_all(short);
      }
      close_all(idle);
    });
  });
});

describe('TLS', () => {
  let server;
  before(async () => {
    const folder = execFileSync('mktemp', ['-d'], { encoding: 'utf8' }).trim();
    const [certificate, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', '/CN=localhost',
      '-keyout', key, '-out', certificate], { stdio: 'ignore' });
    server = await TesseraServer.start({ secure: true, config: { tls: { certificate, key }, http: { idleSeconds: 2, stallSeconds: 2 }, limits: { spareRooms: 0 } } });
    plant_recording(server.recordings);
    truncateSync(join(server.recordings, 'hostile', '20260101T000000.000Z', 'recording.mp4'), 64 * 2 ** 20);
  });
  after(() => server?.stop());

  test('answers, with HSTS under a name and without at an address', async () => {
    const ask = async (host) => {
      const connection = await RawConnection.open(server.port, { secure: true });
      connection.send(head('GET', '/healthz', { host }));
      await until('/healthz is answered', () => connection.closed && connection.status, { timeout: patience });
      return connection;
    };
    const here = await ask('127.0.0.1');
    assert.equal(here.status, 200);
    assert.doesNotMatch(here.received, /strict-transport-security/i);
    assert.match((await ask('meet.example')).received, /strict-transport-security: max-age=\d+/i);
  });

  test('opens WebSockets', async () => {
    const connection = await RawConnection.open(server.port, { secure: true });
    connection.send(head('GET', '/ws', upgrade));
    await until('the handshake is done', () => connection.status === 101, { timeout: patience });
    connection.close();
  });

  test('handshakes that never end and answers that nobody reads', async () => {
    const before = usage(server.pid).fds;
    const silent = await RawConnection.many(30, server.port);
    // The beginning of a ClientHello.
    for (const connection of silent) connection.socket.write(Buffer.from('16030102000100', 'hex'));
    const deaf = await RawConnection.many(10, server.port, { secure: true });
    for (const connection of deaf) {
      connection.send(head('GET', planted));
      connection.stop_reading();
    }
    await until('/healthz is answered', () => healthy(server, { secure: true }), { timeout: patience });
    await until('their descriptors are free', () => usage(server.pid).fds <= before, { timeout: patience });
    close_all([...silent, ...deaf]);
  });
});
