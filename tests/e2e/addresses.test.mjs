// Where the server is reached for media: addresses outside a NAT, addresses that it does not have, ports that are used up.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { networkInterfaces } from 'node:os';
import { test } from 'node:test';

import { until } from '../support/deadline.mjs';
import { LightClients } from '../support/light_clients.mjs';
import { total } from '../support/metrics.mjs';
import { offer } from '../support/offers.mjs';
import { default_binary, source_root, TesseraServer } from '../support/server.mjs';
import { Signalling } from '../support/signalling.mjs';

const publish = (server, room) => server.request('POST', `/whip/${room}`, offer({ direction: 'sendonly' }), { 'content-type': 'application/sdp' });
const addresses_in = (sdp) => [...sdp.matchAll(/^a=candidate:\S+ 1 UDP \d+ (\S+) (\d+) typ host/gm)].map(([, address]) => address);
/** An address of this machine that is not loopback; nothing is sent there. */
const own = Object.values(networkInterfaces()).flat().find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
const is_private = /^(10\.|172\.(1[6-9]|2\d|3[01])\.|192\.168\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)/;

test('an announced address stands in the answer, and whoever is near still connects', { timeout: 60_000 }, async () => {
  const server = await TesseraServer.start({ config: { ice: { announcedAddresses: ['203.0.113.7'] } }, args: own ? ['--ice-address', own] : [] });
  const clients = LightClients.start();
  try {
    const addresses = addresses_in((await publish(server, 'outside')).text);
    assert.ok(addresses.includes('127.0.0.1'), 'loopback is nobody behind a NAT');
    if (own) {
      assert.ok(addresses.includes('203.0.113.7'), String(addresses));
      assert.equal(addresses.includes(own), !is_private.test(own), 'a private address is replaced');
      const ann = await Signalling.open(server.url);
      await ann.request('join', { room: 'outside', name: 'Ann' });
      await ann.request('offer', { endpoint: 'main', sdp: offer() });
      await ann.event('candidate', ({ candidate }) => / 203\.0\.113\.7 \d+ typ host/.test(candidate));
      ann.close();
    }
    const near = await clients.join({ url: server.url, room: 'outside', name: 'near' });
    await near.receives_frames(5);
    await near.leave();
  } finally {
    await clients.stop();
    await server.stop();
  }
});

test('an address that this machine does not have is an error that names it', () => {
  const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('TESSERA_')));
  for (const [args, more] of [[['check', '--ice-address', '203.0.113.7'], {}],
    [['serve', '--listen', '127.0.0.1:0'], { TESSERA_ICE_ADDRESS: '203.0.113.7' }]]) {
    const { status, stderr } = spawnSync(default_binary, args, { cwd: source_root, env: { ...environment, ...more }, timeout: 30_000 });
    assert.equal(status, 2, args[0]);
    assert.match(String(stderr), /ice\.addresses \(TESSERA_ICE_ADDRESS.*203\.0\.113\.7.*ice\.announcedAddresses/, args[0]);
  }
});

test('when the ports are used up the answer is 503, and nobody gets an answer without a candidate', { timeout: 90_000 }, async () => {
  const server = await TesseraServer.start({ config: { ice: { minPort: 47310, maxPort: 47311 } } });
  try {
    const answers = [];
    for (let i = 0; i < 4 && answers.at(-1)?.status !== 503; i++) {
      answers.push(await publish(server, 'narrow'));
      if (answers.at(-1).status === 201) assert.equal(addresses_in(answers.at(-1).text).length, 1, answers.at(-1).text);
    }
    const refused = answers.at(-1);
    assert.equal(refused.status, 503, refused.text);
    assert.equal(refused.body.code, 'ports-used-up');
    assert.match(refused.body.detail, /47310 to 47311 \(ice\.minPort, ice\.maxPort\)/);
    assert.ok(Number(refused.headers.get('retry-after')) > 0);
    assert.equal((await server.room('narrow')).participants.length, answers.length - 1);

    const ann = await Signalling.open(server.url);
    await ann.request('join', { room: 'narrow', name: 'Ann' });
    await ann.request('offer', { endpoint: 'main', sdp: offer() });
    const { state, reason } = await ann.event('endpoint', () => true, 20_000);
    assert.deepEqual([state, reason], ['closed', 'ports-used-up']);
    assert.ok(!ann.events.some(({ type }) => type === 'candidate'));
    assert.equal(total(await server.metrics(), 'tessera_room_ports_used_up_total'), 2);

    const before = answers[0].headers.get('location');
    await server.request('DELETE', before);
    await until('a port is free again', async () => (await publish(server, 'narrow')).status === 201, { interval: 500 });
    ann.close();
  } finally {
    await server.stop();
  }
});
