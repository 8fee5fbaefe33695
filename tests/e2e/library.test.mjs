// The library page in Chromium: finds a recording, plays it, seeks by a chapter and over parts, reads the pixels of what is
// shown, and deletes it. With TESSERA_SCREENSHOTS=<folder> pictures of it are left there.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { Browser } from '../support/browser.mjs';
import { until } from '../support/deadline.mjs';
import { LightClients } from '../support/light_clients.mjs';
import { chapters_in } from '../support/media_file.mjs';
import { parse_color, same_color } from '../support/pixels.mjs';
import { finished_recording } from '../support/recorded.mjs';
import { default_binary, source_root, TesseraServer } from '../support/server.mjs';

const key = 'a-secret-for-tests-of-at-least-32-bytes';
const red = '#c03030', green = '#30a040', blue = '#3050c0', yellow = '#c0a030';
let server, browser, page, folder, standup, split, webm;

const token_for = (room, role = 'operator') => execFileSync(default_binary, ['token', '--room', room, '--role', role, '--ttl', '1h'],
  { cwd: source_root, env: { ...process.env, TESSERA_AUTH_KEY: key } }).toString().trim();
const by_id = (id) => page.getByTestId(id);

async function screenshot(name) {
  if (!process.env.TESSERA_SCREENSHOTS) return;
  mkdirSync(process.env.TESSERA_SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: join(process.env.TESSERA_SCREENSHOTS, `${name}.png`) });
}

async function open_library(query = '', viewport = { width: 1360, height: 900 }) {
  const opened = await browser.page(server.url, { viewport });
  opened.setDefaultTimeout(15_000);
  await opened.emulateMedia({ reducedMotion: 'reduce' });      // pictures of what is, not of what is on its way
  opened.problems = [];
  opened.on('pageerror', (error) => opened.problems.push(error.message));
  opened.on('console', (message) => message.type() === 'error' && opened.problems.push(message.text()));
  await opened.goto(`${server.url}/recordings${query}`);
  return opened;
}

/** What the player shows: where it is, and the colour in the middle of the picture. */
const shown = () => page.evaluate(() => {
  const video = document.querySelector('[data-testid="player-video"]');
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 8;
  const pen = canvas.getContext('2d', { willReadFrequently: true });
  pen.drawImage(video, video.videoWidth / 2 - 4, video.videoHeight / 2 - 4, 8, 8, 0, 0, 8, 8);
  return { time: video.currentTime, paused: video.paused, seeking: video.seeking, part: new URL(video.currentSrc).searchParams.get('part'), color: [...pen.getImageData(4, 4, 1, 1).data].slice(0, 3) };
});
const shows = (color, what) => until(`${what} is ${color}`, async () => {
  const now = await shown();
  return !now.seeking && same_color(now.color, parse_color(color)) && now;
});

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tessera-library-'));
  const scene = (color, seconds = 10) => ({ color, seconds });
  const people = [{ id: 'p1', name: 'Ann Lee' }, { id: 'p2', name: 'Ben Okafor' }, { id: 'p3', name: 'Çelik Yılmaz' }];
  const speakers = (ms, ...ids) => ({ ms, type: 'speakers', ids });
  standup = await finished_recording({ recordings: folder, room: 'studio', name: 'Weekly stand-up', people, started: new Date(Date.now() - 7_200_000),
    parts: [[scene(red), scene(green), scene(blue), scene(yellow)]],
    events: [speakers(500, 'p1'), speakers(12_000, 'p2'), { ms: 21_000, type: 'screen-started', id: 'p3' }, speakers(24_000, 'p3', 'p1'), { ms: 32_000, type: 'screen-stopped', id: 'p3' }, speakers(38_000)] });
  split = await finished_recording({ recordings: folder, room: 'lecture', people: people.slice(0, 1), started: new Date(Date.now() - 3_600_000),
    parts: [[scene(green, 3)], [scene(blue, 3)]] });
  webm = await finished_recording({ recordings: folder, room: 'cinema', format: 'webm', started: new Date(Date.now() - 1_800_000),
    parts: [[scene(red, 4), scene(blue, 4), scene(yellow, 4)]] });
  server = await TesseraServer.start({ recordings: folder, env: { TESSERA_AUTH_KEY: key } });
  browser = await Browser.launch();
});

after(async () => {
  await browser?.close();
  await server?.stop();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

test('without a token the page says so; with one it keeps it out of the address', { timeout: 60_000 }, async () => {
  const stranger = await open_library();
  await until('it says that a token is needed', async () => /not valid/.test(await stranger.getByTestId('library-problem').innerText()));
  await stranger.close();
  page = await open_library(`?token=${token_for('*')}`);
  await until('all are listed', async () => (await by_id('recording-card').count()) === 3);
  assert.equal(new URL(page.url()).search, '');
  await until('their pictures are there', () => page.locator('.card-picture').evaluateAll((images) => images.every((image) => image.naturalWidth === 640)));
  await screenshot('library');
  await page.reload();
  await until('the tab remembers', async () => (await by_id('recording-card').count()) === 3);
});

test('search finds by name, room and people; a room is chosen', { timeout: 60_000 }, async () => {
  const finds = async (words, names) => {
    await by_id('library-search').fill(words);
    await until(`"${words}" finds ${names}`, async () => JSON.stringify(await page.locator('.card-title').allInnerTexts()) === JSON.stringify(names));
  };
  await finds('STAND', ['Weekly stand-up']);
  await finds('çelik', ['Weekly stand-up']);
  await finds('lecture', ['lecture']);
  await finds('nothing like it', []);
  await finds('', ['cinema', 'lecture', 'Weekly stand-up']);
  await by_id('library-room').selectOption('studio');
  await until('one room', async () => (await by_id('recording-card').count()) === 1);
  await by_id('library-room').selectOption('');
  await until('all rooms', async () => (await by_id('recording-card').count()) === 3);
});

test('a recording plays, and chapters lead to what they say', { timeout: 60_000 }, async () => {
  await page.locator('.card-title', { hasText: 'Weekly stand-up' }).click();
  await by_id('player-page').waitFor();
  await until('the chapters are there', async () => (await by_id('chapter').count()) >= 3);
  await shows(red, 'the beginning');
  await by_id('play').click();
  await until('it plays', async () => (await shown()).time > 0.5);
  const screen = by_id('chapter').filter({ hasText: 'Çelik Yılmaz shares a screen' });
  assert.equal(await screen.getAttribute('data-ms'), '21000');
  await screen.click();
  const there = await shows(blue, 'the chapter');
  assert.ok(there.time >= 21 && there.time < 24, `at ${there.time} s`);
  assert.equal(await screen.getAttribute('aria-current'), 'true');
  await until('it goes on playing', async () => (await shown()).time > there.time + 0.5);
  await screenshot('player');
});

test('any player finds the same chapters in the file', { timeout: 60_000 }, async () => {
  const cues = readFileSync(join(standup.directory, 'chapters.vtt'), 'utf8').split('\n\n').slice(1).filter(Boolean).map((cue) => {
    const [times, title] = cue.trim().split('\n').slice(-2);
    const [hours, minutes, seconds] = times.split(' ')[0].split(':').map(Number);
    return { ms: Math.round(((hours * 60 + minutes) * 60 + seconds) * 1000), title };
  });
  assert.ok(cues.length >= 3, JSON.stringify(cues));
  assert.deepEqual(await chapters_in(join(standup.directory, 'recording.mp4')), cues);
});

test('keys, the seek bar and its thumbnails', { timeout: 60_000 }, async () => {
  await page.keyboard.press('k');
  await until('it is paused', async () => (await shown()).paused);
  await page.keyboard.press('Home');
  await shows(red, 'the beginning');
  for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowRight');
  const at = await shows(green, 'after 15 seconds');
  assert.ok(Math.abs(at.time - 15) < 0.1, `at ${at.time} s`);
  await page.keyboard.press('PageDown');
  await shows(blue, 'the next chapter');
  const bar = await by_id('seek').boundingBox();
  await page.mouse.move(bar.x + bar.width * 0.875, bar.y + bar.height / 2);
  await by_id('seek-thumb').waitFor({ state: 'visible' });
  await until('the thumbnail is yellow', async () => {
    const color = await by_id('seek-thumb').evaluate(async (thumb) => {
      const image = new Image();
      image.src = /url\("(.*)"\)/.exec(thumb.style.backgroundImage)[1];
      await image.decode();
      const [x, y] = thumb.style.backgroundPosition.split(' ').map((v) => -parseFloat(v));
      const canvas = document.createElement('canvas');
      canvas.width = canvas.height = 1;
      const pen = canvas.getContext('2d');
      pen.drawImage(image, x + 80, y + 45, 1, 1, 0, 0, 1, 1);
      return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3);
    });
    return same_color(color, parse_color(yellow));
  });
  await screenshot('thumbnail');
  await page.mouse.click(bar.x + bar.width * 0.875, bar.y + bar.height / 2);
  await shows(yellow, 'where the bar was clicked');
});

test('a line for each person shows when they spoke', async () => {
  const lanes = page.locator('.lane');
  assert.deepEqual(await lanes.evaluateAll((all) => all.map((lane) => lane.dataset.name)), ['Screen', 'Ann Lee', 'Çelik Yılmaz', 'Ben Okafor']);
  const ben = await page.locator('.lane[data-name="Ben Okafor"] i').evaluateAll((spans) => spans.map((span) => [parseFloat(span.style.left), parseFloat(span.style.width)]));
  assert.equal(ben.length, 1);
  assert.ok(Math.abs(ben[0][0] - 30) < 0.5 && Math.abs(ben[0][1] - 30) < 0.5, `12 to 24 of 40 seconds: ${ben}`);
  await page.getByRole('button', { name: /Ben Okafor/ }).click();
  const there = await shows(green, 'where Ben speaks');
  assert.ok(Math.abs(there.time - 12) < 0.1, `at ${there.time} s`);
});

test('what is downloaded is the file, by a link that needs no token', { timeout: 60_000 }, async () => {
  const address = await by_id('download').first().getAttribute('href');
  const file = await fetch(address);
  assert.equal(file.status, 200);
  assert.match(file.headers.get('content-disposition'), /^attachment; filename="Weekly stand-up .*\.mp4"/);
  assert.deepEqual(Buffer.from(await file.arrayBuffer()), readFileSync(join(standup.directory, 'recording.mp4')));
  const elsewhere = address.replace(standup.id, split.id);
  assert.equal((await fetch(elsewhere)).status, 401);
});

test('several parts play as one', { timeout: 60_000 }, async () => {
  await by_id('player-back').click();
  await page.locator('.card-title', { hasText: 'lecture' }).click();
  await by_id('player-page').waitFor();
  await shows(green, 'part 1');
  assert.match(await by_id('player-time').innerText(), /0:00 \/ 0:06/);
  await by_id('play').click();
  const second = await shows(blue, 'part 2, by itself');
  assert.equal(second.part, '2');
  await until('it ends', async () => (await shown()).paused, { timeout: 15_000 });
  await page.keyboard.press('Home');
  assert.equal((await shows(green, 'part 1 again')).part, '1');
});

test('each part has its check sum', async () => {
  const sums = await page.locator('.detail-list > div').evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent)).filter(([name]) => name.startsWith('SHA')));
  assert.deepEqual(sums, split.manifest.parts.map((part) => [`SHA-256, part ${part.n}`, part.sha256]));
  await screenshot('player-parts');
});

test('what waits for its room, and what ended by itself, say so in full', { timeout: 60_000 }, async () => {
  const away = { state: 'recording', interrupted: true };
  const changed = (recording) => (recording.id === split.id ? { ...recording, ...away } : { ...recording, endReason: 'quota-exceeded' });
  const list = '**/api/v1/recordings?*', one = `**/api/v1/recordings/${split.id}`;
  await page.route(list, async (route) => {
    const response = await route.fetch();
    const answer = await response.json();
    await route.fulfill({ response, json: { ...answer, recordings: answer.recordings.map(changed) } });
  });
  await page.route(one, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: changed(await response.json()) });
  });
  await by_id('player-back').click();
  const card = page.locator(`.card[data-id="${split.id}"]`);
  await until('it is interrupted', async () => (await card.getAttribute('data-state')) === 'interrupted');
  assert.match(await card.locator('.card-status').innerText(), /^Interrupted 0:06$/);
  assert.deepEqual([await card.getByTestId('card-pause').isVisible(), await card.getByTestId('card-stop').isVisible()], [false, true]);
  const notes = async () => page.getByTestId('card-note').evaluateAll((all) => all.map((note) => [note.textContent, note.scrollWidth <= note.clientWidth]));
  const ended = ['Ended: the room’s quota was used up', true], said = [ended, ['Goes on when the room opens again', true], ended];
  assert.deepEqual(await notes(), said);
  await page.setViewportSize({ width: 1280, height: 800 });
  await screenshot('library-waits');
  await page.setViewportSize({ width: 390, height: 844 });
  assert.deepEqual(await notes(), said);
  await screenshot('library-waits-phone');
  await card.locator('.card-title').click();
  await by_id('player-waiting').waitFor();
  assert.match(await by_id('player-waiting').innerText(), /^Interrupted\s+It stands at 0:06, and goes on when the room opens again\.\s+Stop$/);
  await screenshot('player-waits-phone');
  await page.setViewportSize({ width: 1360, height: 900 });
  await page.unroute(list);
  await page.unroute(one);
});

test('in the dark, and on a phone', { timeout: 60_000 }, async () => {
  await page.goto(`${server.url}/recordings?id=${standup.id}`);
  await until('the chapters are there', async () => (await by_id('chapter').count()) >= 3);
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
  await screenshot('player-dark');
  await page.setViewportSize({ width: 390, height: 844 });
  const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(await overflow() <= 0, 'nothing sticks out');
  await screenshot('player-phone');
  await by_id('player-back').click();
  await until('all are listed', async () => (await by_id('recording-card').count()) === 3);
  assert.ok(await overflow() <= 0, 'nothing sticks out');
  await screenshot('library-phone');
  await page.setViewportSize({ width: 1360, height: 900 });
  await screenshot('library-dark');
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
});

test('a running one appears by itself, and is stopped from here', { timeout: 90_000 }, async () => {
  const clients = LightClients.start();
  const bearer = { authorization: `Bearer ${token_for('*')}` };
  try {
    const ann = await clients.join({ url: server.url, room: 'live', name: 'Ann', kind: 'publisher', token: token_for('live') });
    const { status, body } = await server.request('POST', '/api/v1/rooms/live/recordings', {}, bearer);
    assert.equal(status, 201, JSON.stringify(body));
    const card = page.locator(`.card[data-id="${body.id}"]`);
    await until('its card runs', async () => /Recording \d:(0[1-9]|[1-5]\d)/.test(await card.locator('.card-status').innerText({ timeout: 25_000 })), { timeout: 30_000 });
    await screenshot('library-running');
    await card.getByTestId('card-stop').click();
    await until('it becomes ready by itself', async () => (await card.getAttribute('data-state')) === 'ready', { timeout: 30_000 });
    await ann.leave();
  } finally {
    await clients.stop();
  }
});

test('deleting asks first, and then takes everything away', { timeout: 60_000 }, async () => {
  await page.locator('.card-title', { hasText: 'Weekly stand-up' }).click();
  await by_id('delete').click();
  await by_id('confirm-dialog').waitFor();
  await screenshot('delete');
  await page.keyboard.press('Escape');
  assert.ok(existsSync(standup.directory), 'Escape deletes nothing');
  await by_id('delete').click();
  await by_id('confirm').click();
  await until('it is off the list', async () => (await by_id('library-list').isVisible()) && (await page.locator('.card-title', { hasText: 'Weekly stand-up' }).count()) === 0);
  assert.ok(!existsSync(standup.directory));
});

test('WebM plays from its beginning, and on after a seek', { timeout: 60_000 }, async () => {
  await page.goto(`${server.url}/recordings?id=${webm.id}`);
  const in_player = (what) => page.evaluate((run) => new Function('video', `return ${run}`)(document.querySelector('[data-testid="player-video"]')), what);
  await shows(red, 'the beginning');  // what it decodes before anybody presses a key is part of the test
  for (const [from, color] of [[0, red], [5, blue], [9, yellow], [1, red]]) {
    await in_player(`video.currentTime = ${from}`);
    await shows(color, `at ${from} s`);
    await in_player('video.play()');
    await until(`it goes on from ${from} s`, async () => (await in_player('video.currentTime')) > from + 0.5);
    await in_player('video.pause()');
    assert.equal(await in_player('video.error && video.error.message'), null);
  }
});

test('the page complained of nothing', () => {
  assert.deepEqual(page.problems, []);
});
