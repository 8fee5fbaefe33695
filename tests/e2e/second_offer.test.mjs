// A second offer for an endpoint that exists: the running call survives it, whatever the offer is.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Browser } from '../support/browser.mjs';
import { until } from '../support/deadline.mjs';
import { LightClients } from '../support/light_clients.mjs';
import { offer } from '../support/offers.mjs';
import { TesseraServer } from '../support/server.mjs';
import { Signalling } from '../support/signalling.mjs';

let server, clients;

before(async () => {
  // An offer that nobody follows up is given up after twice this silence.
  server = await TesseraServer.start({ config: { room: { silenceSeconds: 2 } } });
  clients = LightClients.start();
});

after(async () => {
  await clients?.stop();
  await server?.stop();
});

const people = async (room) => (await server.room(room)).participants;

/** The seat of `peer` on a WebSocket of the test's own; the peer's media go on. */
async function seat_of(peer, room) {
  const socket = await Signalling.open(server.url);
  const joined = await socket.request('join', { room, name: 'Ann', resume: peer.resume });
  assert.equal(joined.participant, peer.participant);
  return socket;
}

const with_camera_added = (sdp) => {
  const video = sdp.slice(sdp.search(/^m=video/m));
  return (sdp + video.replace(/^a=mid:.*$/m, 'a=mid:2')).replace(/^a=group:BUNDLE (.*?)(\r?)$/m, 'a=group:BUNDLE $1 2$2');
};

test('a second offer of the running connection is refused, and the call continues', { timeout: 60_000 }, async () => {
  const room = 'renegotiating';
  const ann = await clients.join({ url: server.url, room, name: 'Ann' });
  await ann.receives_frames(10);
  const socket = await seat_of(ann, room);
  const second = {
    'the same once more': ann.offer,
    'a track added': with_camera_added(ann.offer),
    'ICE restarted': ann.offer.replace(/^a=ice-ufrag:.*$/gm, 'a=ice-ufrag:brandnew').replace(/^a=ice-pwd:.*$/gm, 'a=ice-pwd:aaaabbbbccccddddeeeeffff'),
    'another o= line, as aiortc writes': ann.offer.replace(/^o=(\S+) \d+/m, 'o=$1 424242'),
  };
  for (const [what, sdp] of Object.entries(second)) {
    assert.notEqual(what === 'the same once more' ? '' : ann.offer, sdp, what);
    const refused = await socket.request('offer', { endpoint: 'main', sdp }).then(() => assert.fail(`${what}: answered`), (error) => error);
    assert.equal(refused.code, 'renegotiation-unsupported', what);
    assert.equal(refused.status, 422, what);
    assert.match(refused.message, /replaceTrack/, what);
  }
  await ann.receives_frames(60);
  const [seat, ...others] = await people(room);
  assert.deepEqual([seat.state, seat.video, others.length], ['connected', true, 0]);
  assert.ok(!socket.events.some((e) => e.type === 'endpoint'), 'nothing happened to the endpoint');
  socket.close();
  await ann.leave();
});

test('a new connection that never connects leaves the old one as it was', { timeout: 60_000 }, async () => {
  const room = 'nobody-follows';
  const ann = await clients.join({ url: server.url, room, name: 'Ann' });
  await ann.receives_frames(10);
  const socket = await seat_of(ann, room);
  assert.match((await socket.request('offer', { endpoint: 'main', sdp: offer() })).sdp, /^v=0/);
  await ann.receives_frames(60);
  const { state, reason } = await socket.event('endpoint', () => true, 20_000);
  assert.deepEqual([state, reason], ['kept', 'ice-failed']);
  await ann.receives_frames(60);
  assert.equal((await people(room))[0].state, 'connected');
  socket.close();
  await ann.leave();
});

test('when the old connection falls silent the endpoint is that of the new one', { timeout: 60_000 }, async () => {
  const room = 'inheriting';
  const ann = await clients.join({ url: server.url, room, name: 'Ann' });
  await ann.receives_frames(10);
  const socket = await seat_of(ann, room);
  await ann.leave({ rude: true });
  assert.match((await socket.request('offer', { endpoint: 'main', sdp: offer() })).sdp, /^v=0/);
  await socket.event('participant-updated', ({ participant }) => participant.state === 'connecting', 20_000);
  assert.ok(!socket.events.some((e) => e.type === 'endpoint'), 'the endpoint is not closed: its new connection may still come');
  const { state, reason } = await socket.event('endpoint', () => true, 20_000);
  assert.deepEqual([state, reason], ['closed', 'ice-failed']);
  socket.close();
});

test('a new connection takes over when it is connected', { timeout: 60_000 }, async () => {
  const room = 'taking-over';
  const ann = await clients.join({ url: server.url, room, name: 'Ann' });
  await ann.receives_frames(10);
  const again = await clients.join({ url: server.url, room, name: 'Ann', resume: ann.resume });
  assert.equal(again.participant, ann.participant);
  await again.receives_frames(60);
  let frames;
  await until('nothing more comes to the old connection', async () => frames === (frames = (await ann.stats()).video.frames), { interval: 300 });
  const [seat, ...others] = await people(room);
  assert.deepEqual([seat.state, seat.video, others.length], ['connected', true, 0]);
  await again.leave();
  await until('the seat is gone', async () => (await people(room)).length === 0);
  await ann.leave({ rude: true });
});

test('the offer of a connection that has come meanwhile replaces one that is not connected yet', { timeout: 60_000 }, async () => {
  const room = 'impatient';
  const socket = await Signalling.open(server.url);
  const { resume } = await socket.request('join', { room, name: 'Ann' });
  assert.match((await socket.request('offer', { endpoint: 'main', sdp: offer() })).sdp, /^v=0/);
  const ann = await clients.join({ url: server.url, room, name: 'Ann', resume });
  await ann.receives_frames(10);
  assert.equal((await people(room)).length, 1);
  await ann.leave();
});

/** Offers again from the connection that the page has: what `change` (source text) did to it, undone afterwards. */
const offers_again = (ann, change) => ann.page.evaluate(async (source) => {
  const { pc, request } = window.participant.connection;
  new Function('pc', source)(pc);
  await pc.setLocalDescription(await pc.createOffer());
  const refused = await request('offer', { endpoint: 'main', sdp: pc.localDescription.sdp }).then(() => 'answered', (error) => error.message);
  await pc.setLocalDescription({ type: 'rollback' });
  return refused;
}, change);

test('Chromium adds a track, restarts ICE, and goes on with the call that it has', { timeout: 90_000 }, async () => {
  const room = 'chromium';
  const browser = await Browser.launch();
  try {
    const ann = await browser.participant({ server: server.url, room, name: 'Ann', color: '#30c030', tone: 440 });
    await ann.picture();
    for (const change of ["pc.addTransceiver('video')", 'pc.restartIce()'])
      assert.match(await offers_again(ann, change), /^renegotiation-unsupported: .*replaceTrack/, change);
    const frames = async () => (await ann.stats()).in_video.framesDecoded;
    const before = await frames();
    await until('two more seconds of pictures', async () => (await frames()) >= before + 60);
    assert.equal((await people(room))[0].state, 'connected');
    assert.deepEqual((await ann.events('endpoint')).map(({ state }) => state), ['connected']);
    await ann.leave();
  } finally {
    await browser.close();
  }
});
