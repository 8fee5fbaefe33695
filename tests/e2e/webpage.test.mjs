// The page that ships: joined with Chromium's fake camera and microphone, every control used as a person would.
// With TESSERA_SCREENSHOTS=<folder> pictures of it are left there.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { Browser, keep_connections } from '../support/browser.mjs';
import { until } from '../support/deadline.mjs';
import { LightClients } from '../support/light_clients.mjs';
import { Pressure } from '../support/pressure.mjs';
import { TesseraServer } from '../support/server.mjs';

const room = 'page';
let server, browser, ann, ben;

before(async () => {
  server = await TesseraServer.start();
  browser = await Browser.launch({ args: ['--auto-accept-this-tab-capture', '--auto-select-desktop-capture-source=Entire screen'] });
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

async function open_page(name, query = '') {
  const page = await browser.page(server.url, { viewport: { width: 1280, height: 800 } });
  page.setDefaultTimeout(15_000);
  page.problems = [];
  page.on('pageerror', (error) => page.problems.push(error.message));
  page.on('console', (message) => message.type() === 'error' && page.problems.push(message.text()));
  await page.goto(`${server.url}/?room=${room}&name=${name}${query}`);
  return page;
}

async function screenshot(page, name) {
  const folder = process.env.TESSERA_SCREENSHOTS;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}

const seat = async (name) => (await server.room(room)).participants.find((p) => p.name === name);
const becomes = (name, what, check, timeout) => until(`${name} ${what}`, async () => check(await seat(name)), { timeout });
const by_id = (page, id) => page.getByTestId(id);

/** Waits until the page's mixed picture has the size of the canvas and moves. */
async function sees_mix(page, timeout = 20_000) {
  let last;
  await until('the mix plays', async () => {
    const now = await page.evaluate(() => {
      const video = document.querySelector('[data-testid="mixed-video"]');
      return video && { width: video.videoWidth, height: video.videoHeight, time: video.currentTime };
    });
    const moved = last && now && now.time > last.time;
    last = now;
    return moved && now.width === 1280 && now.height === 720;
  }, { timeout, interval: 200 });
  return true;
}

test('a person joins from the first screen, another by link', { timeout: 90_000 }, async () => {
  ann = await open_page('Ann');
  await until('the preview plays', () => ann.evaluate(() => document.querySelector('[data-testid="preview"]').videoWidth > 0));
  await screenshot(ann, 'join');
  await by_id(ann, 'join-button').click();
  await by_id(ann, 'room-view').waitFor();
  ben = await open_page('Ben', '&autojoin=1');
  await by_id(ben, 'room-view').waitFor();
  for (const page of [ann, ben]) {
    await sees_mix(page);
    await until('both are listed', async () => (await by_id(page, 'participants').locator('li').count()) === 2);
  }
  await becomes('Ann', 'is connected', (p) => p.state === 'connected' && p.audio && p.video);
  await screenshot(ann, 'room');
});

test('mute and camera: by button and by key', { timeout: 60_000 }, async () => {
  await by_id(ann, 'mute').click();
  await becomes('Ann', 'is muted', (p) => p.audio === false);
  await ann.keyboard.press('m');
  await becomes('Ann', 'is heard again', (p) => p.audio === true);
  await ann.keyboard.press('v');
  await becomes('Ann', 'has her camera off', (p) => p.video === false);
  await screenshot(ben, 'camera-off');
  await by_id(ann, 'camera').click();
  await becomes('Ann', 'has her camera on', (p) => p.video === true);
});

test('the layout is chosen by its picture', { timeout: 60_000 }, async () => {
  const choose = async (page, name) => {
    await by_id(page, 'layout-open').click();
    await until('every preview is drawn', () => by_id(page, 'layout-card').locator('img').evaluateAll((images) =>
      images.length === 8 && images.every((image) => image.complete && image.naturalWidth === 320)));
    await screenshot(page, 'layouts');
    await by_id(page, 'layout-dialog').locator(`[data-layout="${name}"]`).click();
  };
  await choose(ann, 'speaker');
  await until('the room has it', async () => (await server.room(room)).layout.name === 'speaker');
  await until('the other page shows it', async () => (await by_id(ben, 'layout-open').getAttribute('data-layout')) === 'speaker');
  await screenshot(ben, 'speaker');
  await choose(ben, '');
  await until('the room is back to its own choice', async () => {
    const { name, choice } = (await server.room(room)).layout;
    return name === 'grid' && choice === 'default';
  });
});

test('a click on a tile in the mix pins it, and another lets it go', { timeout: 60_000 }, async () => {
  const id = (await seat('Ben')).id;
  const tile = ann.locator(`.tile[data-participant="${id}"]`);
  await tile.getByTestId('tile').click();
  await becomes('Ben', 'is pinned', (p) => p.pinned === true);
  await until('the pinned one is large', async () => {
    const { name, choice, placements } = (await server.room(room)).layout;
    return name === 'speaker' && choice === 'rule' && placements.find((p) => p.region === 'main').participant === id;
  });
  await screenshot(ann, 'pinned');
  await until('the tile is where he is now', async () => (await tile.boundingBox()).width > 400);
  await tile.getByTestId('tile').click();
  await becomes('Ben', 'is not pinned', (p) => p.pinned === false);
  await until('the grid is back', async () => (await server.room(room)).layout.name === 'grid');
  await tile.hover();
  await tile.getByTestId('tile-menu').click();
  await ann.getByRole('menuitem', { name: 'Mute for everybody' }).waitFor();
  await ann.keyboard.press('Escape');
});

test('sharing a screen adds it to the room, and stopping takes it away', { timeout: 60_000 }, async () => {
  await by_id(ann, 'share').click();
  await becomes('Ann', 'shares', (p) => p.screen === true, 20_000);
  await until('the screen is placed', async () => (await server.room(room)).layout.placements.some((p) => p.kind === 'screen'));
  await screenshot(ben, 'screen');
  await by_id(ann, 'share').click();
  await becomes('Ann', 'does not share', (p) => p.screen === false);
});

test('recording from the page: a running clock, then a finished file', { timeout: 90_000 }, async () => {
  await by_id(ann, 'record').click();
  for (const page of [ann, ben]) await by_id(page, 'recording-badge').waitFor({ state: 'visible' });
  // Ben is told, and asked; Ann, who started it, is not.
  await by_id(ben, 'recording-notice').waitFor({ state: 'visible' });
  await screenshot(ben, 'recording-notice');
  assert.equal(await by_id(ann, 'recording-notice').isVisible(), false);
  await by_id(ben, 'recording-accept').click();
  await by_id(ben, 'recording-notice').waitFor({ state: 'hidden' });
  await until('the clock runs', async () => (await by_id(ben, 'recording-clock').innerText()) >= '0:02');
  await screenshot(ann, 'recording');
  await by_id(ann, 'record').click();
  await by_id(ben, 'recording-badge').waitFor({ state: 'hidden' });
  await until('it is ready', async () => {
    const { body } = await server.request('GET', `/api/v1/recordings?room=${room}`);
    const list = Array.isArray(body) ? body : body.recordings;
    return list.length === 1 && list[0].state === 'ready';
  }, { timeout: 30_000 });
});

/** As if the server had said so: a room's process that died comes back too soon to look at. */
async function shows_an_interruption() {
  const say = (fields) => ann.evaluate((more) => {
    const { id, state } = Object.values(tessera.state.recordings).find((item) => item.state === 'recording');
    tessera.store.dispatch({ type: 'recording', id, state, now: Date.now(), ...more });
  }, fields);
  await say({ interrupted: true });
  const badge = by_id(ann, 'recording-badge'), clock = by_id(ann, 'recording-clock');
  assert.deepEqual([await badge.getAttribute('data-state'), await badge.getAttribute('title')], ['interrupted', 'The recording goes on when the room opens again']);
  assert.match(await badge.innerText(), /Interrupted/);
  assert.deepEqual([await by_id(ann, 'record-pause').isVisible(), await by_id(ann, 'record').getAttribute('aria-label')], [false, 'Stop recording']);
  const still = await clock.innerText();
  await screenshot(ann, 'recording-interrupted');
  await ann.waitForFunction((since) => Date.now() - since > 1200, Date.now());
  assert.equal(await clock.innerText(), still);
  await say({});
  assert.equal(await badge.getAttribute('data-state'), 'recording');
}

test('a recording with a name is paused, goes on and is found in the library', { timeout: 90_000 }, async () => {
  await by_id(ann, 'record-more').click();
  await by_id(ann, 'record-name').fill('Weekly stand-up');
  await screenshot(ann, 'record-dialog');
  await by_id(ann, 'record-start').click();
  await by_id(ben, 'recording-notice').waitFor({ state: 'visible' });
  await by_id(ben, 'recording-accept').click();
  const badge = by_id(ben, 'recording-badge');
  await until('it runs', async () => (await badge.getAttribute('data-state')) === 'recording');
  await by_id(ann, 'record-pause').click();
  await until('everybody sees that it is paused', async () => (await badge.getAttribute('data-state')) === 'paused' && /Paused/.test(await badge.innerText()));
  await screenshot(ann, 'recording-paused');
  await by_id(ann, 'record-pause').click();
  await until('it goes on', async () => (await badge.getAttribute('data-state')) === 'recording');
  await shows_an_interruption();
  await by_id(ann, 'record').click();
  await badge.waitFor({ state: 'hidden' });
  const [library] = await Promise.all([ann.context().waitForEvent('page'), by_id(ann, 'library').click()]);
  await until('it is in the library, ready', async () => (await library.locator('.card[data-state="ready"] .card-title', { hasText: 'Weekly stand-up' }).count()) === 1, { timeout: 30_000 });
  assert.equal(new URL(library.url()).search, `?room=${room}`);
  await library.close();
});

test('statistics open and show figures', { timeout: 60_000 }, async () => {
  await by_id(ann, 'stats-toggle').click();
  await until('the size is shown', async () => /1280\s*×\s*720/.test(await by_id(ann, 'stats-drawer').innerText()));
  await screenshot(ann, 'statistics');
  await ann.keyboard.press('i');
  await by_id(ann, 'stats-drawer').waitFor({ state: 'hidden' });
});

test('a page sends the size that is shown: small in a full grid, large again when the others have gone', { timeout: 180_000 }, async () => {
  const clients = LightClients.start();
  const page = await browser.page(server.url, { viewport: { width: 1280, height: 800 } });
  try {
    await keep_connections(page);
    await page.goto(`${server.url}/?room=sized&name=Sized&autojoin=1`);
    await by_id(page, 'room-view').waitFor();
    // Chromium sends less than it is let when it is short of processors ("cpu") or, because its packets came late, believes that
    // it is short of bandwidth, and comes back slowly; only then is that enough, and late they are only where the host takes time.
    const pressure = new Pressure();
    const excuses = () => (pressure.stolen() > 0.05 ? ['cpu', 'bandwidth'] : ['cpu']);
    const sends = () => page.evaluate(async () => {
      for (const connection of window.connections)
        for (const sender of connection.getSenders()) {
          if (sender.track?.kind !== 'video') continue;
          const reports = [...(await sender.getStats()).values()].filter((report) => report.type === 'outbound-rtp');
          const reason = reports[0]?.qualityLimitationReason;
          return { let: sender.track.getSettings().height / (sender.getParameters().encodings[0]?.scaleResolutionDownBy ?? 1),
            height: reports[0]?.frameHeight ?? 0, reason };
        }
      return { let: 0, height: 0 };
    });
    const sends_large = (what) => until(what, async () => {
      const sent = await sends();
      return sent.let > 400 && sent.height > 0 && (sent.height > 400 || excuses().includes(sent.reason)) && sent.let;
    });
    const alone = await sends_large('the page sends a large picture');
    const others = [];
    for (let i = 0; i < 8; i++) others.push(await clients.join({ url: server.url, room: 'sized', name: `other ${i}`, kind: 'publisher' }));
    await until('it sends what a ninth of the canvas shows', async () => {
      const sent = await sends();
      return sent.height > 0 && sent.height <= 320 && sent.let <= 320;
    });
    for (const other of others) await other.leave();
    assert.equal(await sends_large('it sends the large picture again'), alone);
  } finally {
    await page.close();
    await clients.stop();
  }
});

test('the pages complained of nothing so far', () => {
  assert.deepEqual([...ann.problems, ...ben.problems], []);
});

test('when the room process dies the page is told and comes back', { timeout: 90_000 }, async () => {
  const pid = await server.room_pid(room);
  process.kill(pid, 'SIGKILL');
  await until('there is a new room process', async () => (await server.room_pid(room)) !== pid, { timeout: 20_000 });
  for (const page of [ann, ben]) {
    // By itself, or by the button that it offers.
    await until('the mix plays again', async () => {
      if (await by_id(page, 'rejoin').isVisible()) await by_id(page, 'rejoin').click();
      return sees_mix(page, 2000);
    }, { timeout: 40_000 });
  }
});

test('leaving says so and leaves the room', { timeout: 60_000 }, async () => {
  await by_id(ben, 'leave').click();
  await by_id(ben, 'left-view').waitFor();
  await until('Ben is gone', async () => !(await seat('Ben')));
  await screenshot(ben, 'left');
  await until('Ann sees it', async () => (await by_id(ann, 'participants').locator('li').count()) === 1);
});
