// Others come and go: the returned video goes on without a pause, and who comes sees a picture at once.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Browser } from '../support/browser.mjs';
import { until } from '../support/deadline.mjs';
import { LightClients } from '../support/light_clients.mjs';
import { Pressure } from '../support/pressure.mjs';
import { slowness, TesseraServer } from '../support/server.mjs';
import { Standstill } from '../support/standstill.mjs';

const longest_pause = 100 * slowness;
let server, browser, clients, standstill;

before(async () => {
  server = await TesseraServer.start();
  browser = await Browser.launch();
  clients = LightClients.start();
  standstill = await Standstill.start();
});

after(async () => {
  await browser?.close();
  await clients?.stop();
  await server?.stop();
  await standstill?.stop();
});

const pauses = (times) => times.slice(1).map((t, i) => t - times[i]);

test('no join or leave pauses the video of the others for more than 100 ms', { timeout: 120_000 }, async () => {
  const room = 'coming-and-going';
  const watcher = await browser.participant({ server: server.url, room, name: 'Watcher', color: '#c03030', tone: 440, codec: 'VP8' });
  const light = await clients.join({ url: server.url, room, name: 'light watcher' });
  await light.receives_frames(60);
  await watcher.watch_frames();
  await until('a steady rate before it begins', async () => {
    const times = await watcher.frame_times();
    return times.length >= 25 && Math.max(...pauses(times)) < longest_pause;
  }, { interval: 1000, timeout: 30_000 });
  await light.forget_pauses();

  const pressure = new Pressure();
  const first_pictures = [];
  for (let round = 0; round < 6; round++) {
    const guests = [];
    for (const kind of ['participant', 'publisher', 'viewer']) {
      const guest = await clients.join({ url: server.url, room, name: `guest ${round} ${kind}`, kind });
      guests.push(guest);
      if (kind === 'publisher') continue;
      await guest.receives_frames(1);
      const { answered, video } = await guest.stats();
      first_pictures.push(Math.round(video.first_frame - answered));
    }
    for (const guest of guests) await guest.leave({ rude: round % 3 === 2 });
  }
  const times = await watcher.frame_times();
  const arrivals = standstill.longest((await light.stats()).video.pauses);
  const worst = Math.max(...pauses(times));
  console.log(`longest pause: ${worst.toFixed(0)} ms decoded by Chromium (${times.length} frames), ${arrivals.toFixed(0)} ms between arrivals at a light peer (less where the machine stood still)`);
  console.log(`answer to first picture: ${first_pictures.join(' ')} ms; ${pressure}`);
  assert.ok(arrivals <= pressure.limit(longest_pause), `${arrivals} ms between two frames`);
  assert.ok(worst <= pressure.limit(longest_pause), `${worst} ms between two decoded frames`);
  assert.ok(Math.max(...first_pictures) <= pressure.limit(500 * slowness), `first pictures after ${first_pictures} ms`);
});
