// A DTLS certificate that is not the one announced gets no media, in either direction.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Browser } from '../support/browser.mjs';
import { observe, until } from '../support/deadline.mjs';
import { LightClients } from '../support/light_clients.mjs';
import { TesseraServer } from '../support/server.mjs';

// Another certificate's fingerprint: the first byte is changed.
const corrupt = [['^(a=fingerprint:sha-256 )(..)', '$1' + 'A5']];
let server, browser, clients;

before(async () => {
  server = await TesseraServer.start();
  browser = await Browser.launch();
  clients = LightClients.start();
});

after(async () => {
  await browser?.close();
  await clients?.stop();
  await server?.stop();
});

const seat = async (room, name) => (await server.room(room)).participants.find((p) => p.name === name);

for (const kind of ['participant', 'publisher', 'viewer'])
  test(`a light ${kind} whose offer bears a wrong fingerprint neither sends nor receives`, { timeout: 60_000 }, async () => {
    const room = `forged-${kind}`;
    const honest = await clients.join({ url: server.url, room, name: 'honest' });
    await honest.receives_frames(10);
    const forger = await clients.join({ url: server.url, room, name: 'forger', kind, edit_offer: corrupt, no_media_expected: true });
    await until('the connection is given up, or at least stays unconnected', async () => {
      const found = await seat(room, 'forger');
      return !found || found.state !== 'connecting' || ['connected', 'closed', 'disconnected', 'failed'].includes((await forger.stats()).state);
    });
    const states = await observe(() => seat(room, 'forger'), { count: 15, interval: 200 });
    assert.ok(states.every((s) => s?.state !== 'connected'), JSON.stringify(states.at(-1)));
    const { video, audio, sent } = await forger.stats();
    assert.equal(video.packets, 0, 'video reached the forger');
    assert.equal(audio.packets, 0, 'sound reached the forger');
    assert.equal(sent.key_frames_asked, 0);
    await honest.receives_frames(10);
    await forger.leave();
    await honest.leave();
  });

test('Chromium does not connect when our own fingerprint is tampered with', { timeout: 60_000 }, async () => {
  const tampered = await browser.participant({ server: server.url, room: 'tampered', name: 'Ann', color: '#c03030', tone: 440, edit_answer: corrupt,
    no_media_expected: true });
  await until('Chromium refuses', async () => (await tampered.stats()).connection === 'failed', { timeout: 30_000 });
  const stats = await tampered.stats();
  assert.ok(!stats.in_video?.framesDecoded, JSON.stringify(stats.in_video));
});
