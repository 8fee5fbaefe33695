// Offers of odd shapes that connect all the same: each is a light peer's own, edited into what some client writes.
import { after, before, test } from 'node:test';

import { until } from '../support/deadline.mjs';
import { LightClients } from '../support/light_clients.mjs';
import { TesseraServer } from '../support/server.mjs';

let server, clients;

before(async () => {
  server = await TesseraServer.start();
  clients = LightClients.start();
});

after(async () => {
  await clients?.stop();
  await server?.stop();
});

const end = '\\r\\n';
/** Takes the second section's own copy of an attribute away. */
const not_twice = (name) => [`(m=video[\\s\\S]*?)^a=${name}.*${end}`, '$1'];

const shapes = {
  'blanks at the end of lines': { edit_offer: [[end, ' \t\r\n']] },
  'a bundle-only section that repeats nothing of the transport': {
    edit_offer: [['^m=video 9 ', 'm=video 0 '], [`^(a=mid:1)${end}`, '$1\r\na=bundle-only\r\n'],
      ...['ice-ufrag:', 'ice-pwd:', 'fingerprint:', 'setup:', 'rtcp-mux'].map(not_twice)],
  },
  'no a=ssrc lines': { edit_offer: [[`^a=(ssrc|ssrc-group|msid):.*${end}`, '']] },
  'a candidate and an attribute that nobody can read': {
    edit_offer: [[`^(a=mid:0)${end}`, '$1\r\na=candidate:1 1 UDP 5 192.0.2.1 50010 generation 0 typ host\r\na=candidate:x\r\na=:y\r\n']],
  },
  'TCP/DTLS/RTP/SAVPF': { edit_offer: [['UDP/TLS/RTP/SAVPF', 'TCP/DTLS/RTP/SAVPF']], edit_answer: [['TCP/DTLS/RTP/SAVPF', 'UDP/TLS/RTP/SAVPF']] },
  'a group that names a section that is not there': { edit_offer: [['^a=group:BUNDLE ', 'a=group:BUNDLE gone ']] },
  'further fingerprints, of functions that nobody knows and in small letters': {
    edit_offer: [[`^a=fingerprint:sha-256 (.*)${end}`, 'a=fingerprint:sha-1 00:11\r\na=fingerprint:SHA-256 $1\r\n']],
  },
};

for (const [what, edits] of Object.entries(shapes))
  test(what, { timeout: 60_000 }, async () => {
    const room = `shape-${Object.keys(shapes).indexOf(what)}`;
    const peer = await clients.join({ url: server.url, room, name: 'Odd', ...edits });
    await peer.receives_frames(10);
    const seat = async () => (await server.room(room)).participants.find((one) => one.name === 'Odd');
    await until('it is seen and heard', async () => {
      const one = await seat();
      return one.state === 'connected' && one.video && one.talking;
    });
    await peer.leave();
  });
