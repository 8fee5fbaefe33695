// The page and its token, in Chromium: out of the address at once, kept for the tab, and a viewer waits at the door.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, test } from 'node:test';

import { Browser } from '../support/browser.mjs';
import { until } from '../support/deadline.mjs';
import { default_binary, source_root, TesseraServer } from '../support/server.mjs';
import { Signalling } from '../support/signalling.mjs';

const key = 'a-secret-for-tests-of-at-least-32-bytes';
const viewport = { width: 1280, height: 800 }; // wide enough for the tools of operators
let server, browser;

const token_for = (role, room = 'hall') => execFileSync(default_binary, ['token', '--room', room, '--role', role, '--ttl', '1h'],
  { cwd: source_root, env: { ...process.env, TESSERA_AUTH_KEY: key } }).toString().trim();
const phase = (page) => page.evaluate(() => window.tessera.state.phase);

before(async () => {
  server = await TesseraServer.start({ env: { TESSERA_AUTH_KEY: key } });
  browser = await Browser.launch();
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

test('a token leaves the address at once, and a reload still has it', { timeout: 90_000 }, async () => {
  const page = await browser.page(server.url, { viewport });
  const addresses = [];
  page.on('request', (request) => addresses.push(request.url()));
  await page.goto(`${server.url}/?autojoin=1&name=Ann&token=${token_for('operator')}`);
  await until('the person is in', async () => (await phase(page)) === 'room');
  assert.ok(!page.url().includes('token'), page.url());
  await page.reload();
  await until('the person is back', async () => (await phase(page)) === 'room');
  assert.equal(addresses.filter((address) => address.includes('token=')).length, 1, 'the one that was typed');

  // Pictures of the layouts are asked for with the token in a header.
  await page.getByTestId('layout-open').click();
  const pictures = page.locator('[data-testid="layout-card"] img');
  await until('their pictures are there', () => pictures.evaluateAll((images) => images.length > 1 && images.every((image) => image.naturalWidth === 320)));
  assert.equal(addresses.filter((address) => address.includes('token=')).length, 1);
  await page.close();
});

test('a viewer waits at the door until somebody opens the room', { timeout: 90_000 }, async () => {
  const page = await browser.page(server.url, { viewport });
  await page.goto(`${server.url}/?autojoin=1&name=Vera&token=${token_for('viewer', 'door')}`);
  await until('it says that nobody is there yet', async () => /Nobody has opened this room yet/.test(await page.getByTestId('join-problem').innerText()));
  assert.equal(await page.getByTestId('join-button').innerText(), 'Stop waiting');
  const host = await Signalling.open(server.url);
  await host.request('join', { room: 'door', name: 'Host', token: token_for('speaker', 'door') });
  await until('the viewer is in', async () => (await phase(page)) === 'room');
  host.close();
  await page.close();
});
