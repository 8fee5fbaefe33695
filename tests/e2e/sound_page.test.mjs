// The page's side of the room's sound: meters, the operator's menu, hold, mute for all, announcements; by mouse and by keys.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { Browser, keep_connections } from '../support/browser.mjs';
import { until } from '../support/deadline.mjs';
import { LightClients } from '../support/light_clients.mjs';
import { TesseraServer } from '../support/server.mjs';

const room = 'soundpage';
let server, browser, clients, bob, olga, gus;

const seat = async (name) => (await server.room(room)).participants.find((p) => p.name === name);
const becomes = (name, what, check) => until(`${name} ${what}`, async () => check(await seat(name)));
const row = (page, id) => page.locator(`.roster-row[data-participant="${id}"]`);
const level = (page, id) => row(page, id).locator('.meter').evaluate((meter) => Number(meter.style.getPropertyValue('--level') || 0));

async function open_page(name) {
  const page = await browser.page(server.url, { viewport: { width: 1280, height: 800 } });
  page.setDefaultTimeout(15_000);
  await page.goto(`${server.url}/?room=${room}&name=${name}&autojoin=1`);
  await page.getByTestId('room-view').waitFor();
  return page;
}

async function screenshot(page, name) {
  const folder = process.env.TESSERA_SCREENSHOTS;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}

/** Opens the menu of a participant by keys alone and chooses an entry. */
async function choose(page, id, entry) {
  const button = row(page, id).getByRole('button');
  await button.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('menuitem', { name: entry }).focus();
  await page.keyboard.press('Enter');
}

before(async () => {
  server = await TesseraServer.start();
  browser = await Browser.launch();
  clients = LightClients.start();
  bob = await clients.join({ url: server.url, room, name: 'Bob', video: null, audio: { frequency: 440, shape: 'steady', amplitude: 0.3 } });
  olga = await open_page('Olga');
  gus = await open_page('Gus');
});

after(async () => {
  await browser?.close();
  await clients?.stop();
  await server?.stop();
});

test('a meter moves with who is heard, and only while the list is open', { timeout: 60_000 }, async () => {
  await row(olga, bob.participant).waitFor();
  await until('Bob’s meter stands high', async () => (await level(olga, bob.participant)) > 0.6);
  await screenshot(olga, 'meters');
  await olga.getByRole('button', { name: 'Close panel' }).click();
  assert.equal(await level(olga, bob.participant), 0);
});

test('an operator turns one person down from the list', { timeout: 60_000 }, async () => {
  await olga.getByTestId('people-toggle').click();
  await choose(olga, bob.participant, 'Volume …');
  await olga.getByTestId('participant-volume').focus();
  for (let i = 0; i < 10; i++) await olga.keyboard.press('ArrowLeft');
  await becomes('Bob', 'is at half', (p) => Math.abs(p.gain - 0.5) < 0.01);
  assert.equal(await olga.getByTestId('participant-volume-value').textContent(), '−6 dB');
  await screenshot(olga, 'volume');
  await olga.keyboard.press('Escape');
});

test('mute for all leaves the operator alone, and is lifted again', { timeout: 60_000 }, async () => {
  await olga.getByTestId('mute-all').click();
  await becomes('Bob', 'is muted', (p) => p.muted);
  await becomes('Gus', 'is muted', (p) => p.muted);
  assert.equal((await seat('Olga')).muted, false);
  await olga.getByTestId('unmute-all').click();
  await becomes('Gus', 'may speak', (p) => !p.muted);
});

test('who is put on hold is told so, in place of the picture', { timeout: 60_000 }, async () => {
  const { id } = await seat('Gus');
  await choose(olga, id, 'Put on hold');
  await gus.getByTestId('held').waitFor({ state: 'visible' });
  await row(olga, id).getByText('On hold').waitFor();
  await screenshot(gus, 'held');
  await choose(olga, id, 'Take off hold');
  await gus.getByTestId('held').waitFor({ state: 'hidden' });
  await until('the mix is back', () => gus.evaluate(() => {
    const { width, height } = { width: document.querySelector('.mixed').videoWidth, height: document.querySelector('.mixed').videoHeight };
    return width === 1280 && height === 720;
  }));
});

test('an announcement is played from the dialog, seen by all and stopped', { timeout: 60_000 }, async () => {
  await olga.getByTestId('announce-open').click();
  await olga.getByTestId('announce-sound').selectOption('builtin:recording');
  await olga.getByTestId('announce-to').selectOption(bob.participant);
  await olga.getByTestId('announce-play').click();
  await olga.getByTestId('announce-list').getByText('to Bob').waitFor();
  await screenshot(olga, 'announcements');
  await olga.getByTestId('announce-stop').click();
  await until('it is gone', async () => (await olga.getByTestId('announce-list').locator('li').count()) === 0);
  await olga.getByTestId('chimes').check();
  await until('the room chimes', async () => (await server.room(room)).chimes === true);
  await olga.keyboard.press('Escape');
});

test('in a room for music the microphone is sent as it is, in stereo both ways', { timeout: 60_000 }, async () => {
  const { status, body } = await server.request('PUT', '/api/v1/rooms/concert', { audio: { mode: 'music' } });
  assert.ok(status === 200 || status === 201, JSON.stringify(body));
  const page = await browser.page(server.url, { viewport: { width: 1280, height: 800 } });
  page.setDefaultTimeout(15_000);
  await keep_connections(page);
  await page.goto(`${server.url}/?room=concert&name=Cem&autojoin=1`);
  await page.getByText('Wear headphones').waitFor();
  const facts = await until('sound comes and goes', () => page.evaluate(async () => {
    const pc = globalThis.connections.at(-1);  // the page may have had to connect once more
    const stats = [...(await pc?.getStats() ?? new Map()).values()];
    const stream = (type) => stats.find((s) => s.type === type && s.kind === 'audio');
    const [received, sent] = [stream('inbound-rtp'), stream('outbound-rtp')];
    if (!(received?.packetsReceived > 20 && sent?.packetsSent > 20)) return null;
    const format = (s) => stats.find((candidate) => candidate.id === s.codecId)?.sdpFmtpLine;
    const { echoCancellation, noiseSuppression, autoGainControl } = pc.getSenders().find((s) => s.track?.kind === 'audio').track.getSettings();
    return { offered: pc.localDescription.sdp, received: format(received), sent: format(sent), processing: [echoCancellation, noiseSuppression, autoGainControl] };
  }), { timeout: 20_000 });
  assert.match(facts.offered, /a=fmtp:\d+ .*stereo=1/);
  assert.match(facts.sent, /(^|;)stereo=1/, 'what the server asks for');
  assert.deepEqual(facts.processing, [false, false, false]);
  await page.context().close();
});
