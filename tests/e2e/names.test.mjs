// Names that strangers chose, in Chromium: one that tries to read as another, and one that is as long as a name may be, in a room
// and in the library. With TESSERA_SCREENSHOTS=<folder> pictures are left there.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { Browser } from '../support/browser.mjs';
import { until } from '../support/deadline.mjs';
import { finished_recording } from '../support/recorded.mjs';
import { TesseraServer } from '../support/server.mjs';

const room = 'names';
const turned = '\u202egnp.exe', plain = 'gnp.exe';
const long = 'Wolfeschlegelsteinhausenbergerdorff-Maximilian-von-und-zu-Hohen';
const desktop = { width: 1280, height: 800 }, phone = { width: 390, height: 844 };
let server, browser, folder, recording, olga;

async function open(path) {
  const page = await browser.page(server.url, { viewport: desktop });
  page.setDefaultTimeout(15_000);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.goto(server.url + path);
  return page;
}
async function open_room(name) {
  const page = await open(`/?room=${room}&name=${encodeURIComponent(name)}&autojoin=1`);
  await page.getByTestId('room-view').waitFor();
  return page;
}

async function screenshot(page, name) {
  if (!process.env.TESSERA_SCREENSHOTS) return;
  mkdirSync(process.env.TESSERA_SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: join(process.env.TESSERA_SCREENSHOTS, `${name}.png`) });
}

/** The name is there, without its marks, in an element that keeps its direction to itself. */
async function shows_plainly(name, what) {
  await until(`${what} is there`, async () => (await name.count()) > 0 && (await name.first().textContent()) !== '');
  const { text, isolated } = await name.first().evaluate((node) => ({ text: node.textContent, isolated: getComputedStyle(node).unicodeBidi }));
  assert.equal(text, plain, what);
  assert.match(isolated, /isolate/, what);
}

/** Each picture of initials is round, the long name is cut, and nothing sticks out. */
async function keeps_its_shape(page, faces, name) {
  for (const [size, viewport] of Object.entries({ desktop, phone })) {
    await page.setViewportSize(viewport);
    for (const box of await faces.evaluateAll((all) => all.map((face) => face.getBoundingClientRect().toJSON())))
      assert.ok(box.width > 20 && Math.abs(box.width - box.height) < 0.5, `${size}: ${box.width} × ${box.height}`);
    const { cut, ellipsis, right } = await name.evaluate((node) => ({
      cut: node.scrollWidth > node.clientWidth, ellipsis: getComputedStyle(node).textOverflow, right: node.getBoundingClientRect().right }));
    assert.ok(cut && ellipsis === 'ellipsis' && right <= viewport.width, `${size}: cut ${cut}, ${ellipsis}, up to ${right}`);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${size}: nothing sticks out`);
  }
  await page.setViewportSize(desktop);
}

const every_mark = () => /\p{Bidi_Control}/u.test(document.documentElement.outerHTML + document.title);

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tessera-names-'));
  recording = await finished_recording({ recordings: folder, room: 'kept', name: turned, people: [{ id: 'p1', name: turned }, { id: 'p2', name: long }],
    parts: [[{ color: '#30a040', seconds: 12 }]],
    events: [{ ms: 500, type: 'speakers', ids: ['p1'] }, { ms: 5000, type: 'screen-started', id: 'p1' }, { ms: 6000, type: 'speakers', ids: ['p2'] }] });
  server = await TesseraServer.start({ recordings: folder });
  browser = await Browser.launch();
});

after(async () => {
  await browser?.close();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('a room shows who is there by plain names: list, picture, chat', { timeout: 90_000 }, async () => {
  olga = await open_room('Olga');
  const stranger = await open_room(turned);
  const row = olga.locator('.roster-row').nth(1);
  await shows_plainly(row.locator('.name'), 'the list');
  await until('the picture has tiles', async () => (await olga.locator('.tile-menu bdi').allTextContents()).includes(plain));
  await stranger.getByTestId('chat-toggle').click();
  await stranger.getByTestId('chat-input').fill('hello');
  await stranger.getByTestId('chat-send').click();
  await shows_plainly(olga.locator('.chat-meta bdi'), 'the chat');
  await until('the stranger is "You"', async () => (await stranger.locator('.chat-meta b').textContent()) === 'You');
  assert.equal(await olga.evaluate(every_mark), false, 'no mark anywhere');
  await screenshot(olga, 'room-turned');
  await stranger.close();
});

test('a long name in the room is cut, and does not press on its picture', { timeout: 60_000 }, async () => {
  const guest = await open_room(long);
  const name = olga.locator('.roster-name .name', { hasText: long.slice(0, 20) });
  await name.waitFor();
  await keeps_its_shape(olga, olga.locator('.roster .avatar'), name);
  assert.equal(await name.getAttribute('title'), long);
  await screenshot(olga, 'room-long');
  const you = guest.locator('.roster-you').first();
  assert.equal(await you.isVisible(), true, 'who we are is not cut with our name');
  await guest.setViewportSize(phone);
  await screenshot(guest, 'room-long-phone');
  await guest.close();
});

test('the library shows plain names: card, title, lanes, chapters, people', { timeout: 60_000 }, async () => {
  const page = await open('/recordings');
  await shows_plainly(page.locator('.card-title'), 'the card');
  await shows_plainly(page.locator('.card-people bdi'), 'the card’s people');
  assert.equal(await page.evaluate(every_mark), false, 'no mark in the list');
  await screenshot(page, 'library-names');
  await page.goto(`${server.url}/recordings?id=${recording.id}`);
  await shows_plainly(page.locator('.player-title bdi'), 'the title');
  await shows_plainly(page.locator('.lane:not([data-hue="screen"]) .name', { hasText: plain }), 'the lanes');
  await shows_plainly(page.locator('.people-list .name'), 'the people');
  await until('the chapters are there', async () => (await page.getByTestId('chapter').allInnerTexts()).some((title) => title.includes(`${plain} shares a screen`)));
  assert.equal(await page.evaluate(every_mark), false, 'no mark in the player');
  await keeps_its_shape(page, page.locator('.people-list .face'), page.locator('.people-list .name', { hasText: long.slice(0, 20) }));
  await screenshot(page, 'player-names');
  await page.setViewportSize(phone);
  await page.locator('.people-list').scrollIntoViewIfNeeded();
  await screenshot(page, 'player-names-phone');
  await page.close();
});
