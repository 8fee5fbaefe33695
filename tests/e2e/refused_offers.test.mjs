// An offer that is refused leaves no trace, and candidates say which section they are of.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { media, offer } from '../support/offers.mjs';
import { TesseraServer } from '../support/server.mjs';
import { Signalling } from '../support/signalling.mjs';

let server;

before(async () => {
  server = await TesseraServer.start();
});

after(() => server?.stop());

const publish = (room, sdp) => server.request('POST', `/whip/${room}`, sdp, { 'content-type': 'application/sdp' });

test('a refused offer opens no room and is told to nobody', { timeout: 60_000 }, async () => {
  const nothing = offer({ direction: 'recvonly' });
  assert.equal((await publish('closed', nothing)).status, 422);
  assert.equal((await publish('closed', offer({ sections: [media('audio', 0, { formats: '0', lines: ['a=rtpmap:0 X-UNHEARD/8000'] })] }))).status, 422);
  assert.equal((await publish('closed', offer().replace('m=audio 9', 'm=audio nine'))).status, 400);
  assert.deepEqual((await server.get('/api/v1/rooms')).rooms, []);
  const witness = await Signalling.open(server.url);
  await witness.request('join', { room: 'open', name: 'witness' });
  assert.equal((await publish('open', nothing)).status, 422);
  assert.equal((await publish('open', offer({ direction: 'sendonly' }))).status, 201);
  await witness.event('participant-joined', (e) => e.participant.kind === 'publisher');
  assert.equal(witness.events.filter((e) => e.type === 'participant-joined' && e.participant.kind === 'publisher').length, 1);
  witness.close();
});

test('candidates of the server carry the mid of the offer', { timeout: 60_000 }, async () => {
  const ann = await Signalling.open(server.url);
  await ann.request('join', { room: 'mids', name: 'Ann' });
  const named = offer({ session: ['a=group:BUNDLE sound picture'] }).replace('a=mid:0', 'a=mid:sound').replace('a=mid:1', 'a=mid:picture');
  await ann.request('offer', { endpoint: 'main', sdp: named });
  const { sdpMid, sdpMLineIndex } = await ann.event('candidate');
  assert.deepEqual([sdpMid, sdpMLineIndex], ['sound', 0]);
  ann.close();
});
