// Clients that can only be reached through a TURN relay, with the credentials that the server gives them.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, test } from 'node:test';

import { Browser } from '../support/browser.mjs';
import { Coturn } from '../support/coturn.mjs';
import { until } from '../support/deadline.mjs';
import { ids_by_name, tile_of } from '../support/placements.mjs';
import { parse_color, same_color, tile_colors } from '../support/pixels.mjs';
import { TesseraServer } from '../support/server.mjs';
import { StunServer } from '../support/stun.mjs';

const secret = 'shared-with-coturn';
let turn, server, browser;

before(async () => {
  turn = await Coturn.start({ secret });
  server = await TesseraServer.start({ env: { TESSERA_TURN: turn.url, TESSERA_TURN_SECRET: secret } });
  browser = await Browser.launch();
});

after(async () => {
  await browser?.close();
  await server?.stop();
  await turn?.stop();
});

test('relay-only participants see and hear each other', { timeout: 120_000 }, async () => {
  const people = [
    { name: 'Ann', color: '#c03030', tone: 440 },
    { name: 'Ben', color: '#30a040', tone: 587 },
  ];
  const in_room = [];
  for (const person of people) in_room.push(await browser.participant({ server: server.url, room: 'relayed', codec: 'VP8', gain: 0.2, relay_only: true, ...person }));
  const { layout, participants } = await server.room('relayed');
  const ids = ids_by_name({ participants });
  for (const person of in_room) {
    await person.sees('both tiles', (picture) => people.every(({ name, color }) =>
      tile_colors(picture, tile_of(layout, ids[name])).every((c) => same_color(c, parse_color(color)))), 30_000);
    await person.hears([person.name === 'Ann' ? 587 : 440], [440, 587]);
    const { pair, local } = await person.stats();
    assert.equal(local[pair.localCandidateId].candidateType, 'relay');
  }
  for (const person of in_room) await person.leave();
});

for (const [what, url_of] of [['TCP', (relay) => relay.tcp_url], ['TLS', (relay) => relay.tls_url]])
  test(`a network without UDP: publishing and watching through a relay over ${what}`, { timeout: 120_000 }, async () => {
    const relay = await Coturn.start({ secret, tls: true });
    const told = await TesseraServer.start({ env: { TESSERA_TURN: url_of(relay), TESSERA_TURN_SECRET: secret } });
    const trusting = await Browser.launch({ args: ['--ignore-certificate-errors'] });
    try {
      const people = [{ name: 'Ann', color: '#c03030', tone: 440 }, { name: 'Ben', color: '#30a040', tone: 587 }];
      const in_room = [];
      for (const person of people) in_room.push(await trusting.participant({ server: told.url, room: 'walled', codec: 'VP8', gain: 0.2, relay_only: true, ...person }));
      const [ann] = in_room;
      const { layout, participants } = await told.room('walled');
      const ids = ids_by_name({ participants });
      await ann.sees('both tiles', (picture) => people.every(({ name, color }) =>
        tile_colors(picture, tile_of(layout, ids[name])).every((c) => same_color(c, parse_color(color)))), 30_000);
      await ann.hears([587], [440, 587]);
      const { pair, local } = await ann.stats();
      const { candidateType, relayProtocol } = local[pair.localCandidateId];
      assert.deepEqual([candidateType, relayProtocol], ['relay', what.toLowerCase()]);
    } finally {
      await trusting.close();
      await told.stop();
      await relay.stop();
    }
  });

test('a WHEP viewer gets the relay and its credentials from the Link header', { timeout: 60_000 }, async () => {
  const { offer } = await import('../support/offers.mjs');
  const ann = await browser.participant({ server: server.url, room: 'linked', name: 'Ann', color: '#c03030', tone: 440, codec: 'VP8', relay_only: true });
  const answer = await server.request('POST', '/whep/linked', offer({ direction: 'recvonly' }), { 'content-type': 'application/sdp' });
  assert.equal(answer.status, 201, answer.text);
  const link = answer.headers.get('link');
  assert.match(link, /<turn:[^>]+>/);
  assert.match(link, /rel="?ice-server"?/);
  const username = /username="([^"]+)"/.exec(link)[1], credential = /credential="([^"]+)"/.exec(link)[1];
  assert.ok(Number(username.split(':')[0]) > Date.now() / 1000);
  assert.equal(credential, createHmac('sha1', secret).update(username).digest('base64'));
  await server.request('DELETE', new URL(answer.headers.get('location'), server.url).pathname);

  const viewer = await browser.participant({ server: server.url, room: 'linked', name: 'Vi', via: 'whep', codec: 'VP8', relay_only: true,
    ice_servers: [{ urls: turn.url, username, credential }] });
  await until('frames come through the relay', async () => (await viewer.stats()).in_video?.framesDecoded > 20, { timeout: 20_000 });
  await viewer.leave();
  await ann.leave();
});

test('a server told to relays as well: its answer holds a relay candidate', { timeout: 60_000 }, async () => {
  const relayed = await TesseraServer.start({ config: { ice: { turn: { urls: [turn.url], secret, forServer: true } } } });
  try {
    const { offer } = await import('../support/offers.mjs');
    const answer = await relayed.request('POST', '/whip/behind-nat', offer({ direction: 'sendonly' }), { 'content-type': 'application/sdp' });
    assert.equal(answer.status, 201, answer.text);
    assert.match(answer.text, /a=candidate:.* typ relay /);
    await relayed.request('DELETE', new URL(answer.headers.get('location'), relayed.url).pathname);
  } finally {
    await relayed.stop();
  }
});

test('a server behind a NAT: its answer holds the address that the STUN server saw', { timeout: 60_000 }, async () => {
  const stun = await StunServer.start('203.0.113.5');
  const natted = await TesseraServer.start({ env: { TESSERA_STUN: stun.url } });
  try {
    const { offer } = await import('../support/offers.mjs');
    const answer = await natted.request('POST', '/whip/behind-nat', offer({ direction: 'sendonly' }), { 'content-type': 'application/sdp' });
    assert.equal(answer.status, 201, answer.text);
    assert.match(answer.text, /a=candidate:.* 203\.0\.113\.5 \d+ typ srflx /, `${stun.requests} requests reached the STUN server`);
    await natted.request('DELETE', new URL(answer.headers.get('location'), natted.url).pathname);
  } finally {
    await natted.stop();
    await stun.stop();
  }
});
