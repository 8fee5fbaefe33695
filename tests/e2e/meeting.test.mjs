// A meeting: three people by WebSocket, one publisher by WHIP, one viewer by WHEP.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { read_barcode } from '../support/barcode.mjs';
import { Browser } from '../support/browser.mjs';
import { until } from '../support/deadline.mjs';
import { ids_by_name, tile_of } from '../support/placements.mjs';
import { luma_of, parse_color, same_color, share_unlike, tile_colors } from '../support/pixels.mjs';
import { TesseraServer } from '../support/server.mjs';

const people = [
  { name: 'Ann', via: 'ws', color: '#c03030', tone: 440 },
  { name: 'Bernadette', via: 'ws', color: '#30a040', tone: 587 },
  { name: 'Cleo', via: 'ws', color: '#3050c8', tone: 784 },
  { name: 'Dora', via: 'whip', color: '#b08020', tone: 988 },
];
const tones = people.map((p) => p.tone);
let server, browser;
const senders = [];
let viewer;
const receivers = () => [...senders.filter((s) => s.options.via === 'ws'), viewer];

before(async () => {
  server = await TesseraServer.start();
  browser = await Browser.launch();
  for (const person of people) senders.push(await browser.participant({ server: server.url, room: 'meeting', codec: 'VP8', gain: 0.15, ...person }));
  viewer = await browser.participant({ server: server.url, room: 'meeting', codec: 'VP8', name: 'Eve', via: 'whep' });
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

/** Tiles of the four senders: [{person, rect}]. */
async function tiles() {
  const room = await server.room('meeting');
  const ids = ids_by_name(room);
  return people.map((person) => ({ person, rect: tile_of(room.layout, ids[person.name]) }));
}

test('every receiver sees four tiles where the layout says they are', { timeout: 180_000 }, async () => {
  const placed = await tiles();
  assert.equal(placed.length, 4);
  for (const receiver of receivers()) {
    const picture = await receiver.sees('four colours', (p) =>
      placed.every(({ person, rect }) => tile_colors(p, rect).every((c) => same_color(c, parse_color(person.color)))), 60_000);
    assert.deepEqual([picture.width, picture.height], [1280, 720]);
  }
});

test('the pictures move: every tile shows a counter that goes up', { timeout: 180_000 }, async () => {
  for (const { person, rect } of await tiles()) {
    const seen = [];
    await until(`${person.name}'s counter goes up`, async () => {
      const value = read_barcode(luma_of(await viewer.picture()), rect);
      if (value !== null && value !== seen.at(-1)) seen.push(value);
      return seen.length >= 4;
    });
    assert.ok(seen.every((v, i) => i === 0 || v > seen[i - 1]), `${person.name}: ${seen}`);
  }
});

test('every tile bears a name: a longer one is wider', { timeout: 180_000 }, async () => {
  const width = {};
  for (const { person, rect } of await tiles()) {
    const strip = { x: rect.x + rect.w * 0.02, y: rect.y + rect.h * 0.89, w: rect.w * 0.96, h: rect.h * 0.08 };
    const color = parse_color(person.color);
    await viewer.sees(`${person.name}'s name`, (picture) => {
      const left = share_unlike(picture, { ...strip, w: strip.w / 2 }, color);
      const right = share_unlike(picture, { ...strip, x: strip.x + strip.w * 0.75, w: strip.w / 4 }, color);
      width[person.name] = left;
      return left > 0.02 && right < 0.02;
    });
  }
  assert.ok(width.Bernadette > width.Ann * 1.3, JSON.stringify(width));
});

test('everybody hears every tone but their own', { timeout: 180_000 }, async () => {
  for (const receiver of receivers()) await receiver.hears(tones.filter((t) => t !== receiver.options.tone), tones);
});

test('the returned video has the size and the rate of the canvas', { timeout: 180_000 }, async () => {
  for (const receiver of receivers()) {
    let before = (await receiver.stats()).in_video;
    const rate = await until(`${receiver.name} gets 28 frames a second`, async () => {
      const now = (await receiver.stats()).in_video;
      const seconds = (now.timestamp - before.timestamp) / 1000;
      if (seconds < 2) return false;
      const fps = (now.framesDecoded - before.framesDecoded) / seconds;
      before = now;
      if (fps < 28) throw new Error(`${fps.toFixed(1)} frames a second`);
      return fps;
    }, { timeout: 30_000, interval: 250 });
    assert.ok(rate < 33, `${rate}`);
    assert.deepEqual([before.frameWidth, before.frameHeight], [1280, 720]);
  }
});

test('those who leave are gone from the picture and from the list', { timeout: 180_000 }, async () => {
  const [ann] = senders;
  const red = parse_color(ann.options.color);
  await ann.leave();
  await until('the room lists three senders', async () => {
    const names = (await server.room('meeting')).participants.filter((p) => p.kind !== 'viewer').map((p) => p.name);
    return names.length === 3 && !names.includes('Ann');
  });
  await viewer.sees('no red tile', (p) => {
    for (let y = 8; y < p.height; y += 16)
      for (let x = 8; x < p.width; x += 16) {
        const at = (y * p.width + x) * 4;
        if (same_color([p.data[at], p.data[at + 1], p.data[at + 2]], red, 30)) return false;
      }
    return true;
  });
});
