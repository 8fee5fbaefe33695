// Firefox ESR, unmodified, on the page that ships: join, see, hear, share, chat, record, reload, leave.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, test } from 'node:test';

import { Browser } from '../support/browser.mjs';
import { proven } from '../support/client_table.mjs';
import { until } from '../support/deadline.mjs';
import { launch_firefox } from '../support/firefox.mjs';
import { TesseraServer } from '../support/server.mjs';
import { tones_heard } from '../support/spectrum.mjs';

const room = 'fox';
let server, firefox, chromium, fox, ann;

before(async () => {
  server = await TesseraServer.start();
  chromium = await Browser.launch();
  firefox = await launch_firefox();
}, { timeout: 90_000 });

after(async () => {
  await firefox?.close();
  await chromium?.close();
  await server?.stop();
});

const by_id = (id) => `[data-testid="${id}"]`;
const seat = async (name) => (await server.room(room)).participants.find((one) => one.name === name);
const shown = (id) => fox.waitForSelector(by_id(id), { visible: true, timeout: 15_000 });
const click = async (id) => (await shown(id)).click();
const version = () => execFileSync('dpkg-query', ['-W', '-f=${Version}', 'firefox-esr'], { encoding: 'utf8' });
const shows = (what) => proven('Firefox ESR', version(), what);

async function sees_mix() {
  let last;
  await until('the mix plays in Firefox', async () => {
    const now = await fox.evaluate((selector) => {
      const video = document.querySelector(selector);
      return video && { width: video.videoWidth, height: video.videoHeight, time: video.currentTime };
    }, by_id('mixed-video'));
    const moved = last && now && now.time > last.time;
    last = now;
    return moved && now.width === 1280 && now.height === 720;
  }, { timeout: 30_000, interval: 200 });
}

test('joins, is seen and sees', { timeout: 120_000 }, async () => {
  ann = await chromium.participant({ server: server.url, room, name: 'Ann', color: '#c03030', tone: 1500 });
  fox = await firefox.newPage();
  await fox.setViewport({ width: 1280, height: 800 });
  await fox.goto(`${server.url}/?room=${room}&name=Fox`);
  await click('join-button');
  await shown('room-view');
  await sees_mix();
  await until('Fox is connected', async () => {
    const one = await seat('Fox');
    return one?.state === 'connected' && one.audio && one.video;
  });
  const { layout, participants } = await server.room(room);
  const id = participants.find((one) => one.name === 'Fox').id;
  const place = layout.placements.find((one) => one.participant === id);
  // Firefox's false camera is a picture of one colour that changes; a tile without one shows initials on a dark ground.
  let before;
  await ann.sees("Firefox's picture move", (picture) => {
    const scale = picture.width / layout.width;
    const at = (Math.round((place.y + place.h * 0.3) * scale) * picture.width + Math.round((place.x + place.w * 0.3) * scale)) * 4;
    const colour = [...picture.data.slice(at, at + 3)];
    const moved = before && Math.max(...colour.map((value, i) => Math.abs(value - before[i]))) > 12;
    before ??= colour;
    return moved;
  });
  shows('page: picture both ways');
});

test('hears and is heard', { timeout: 60_000 }, async () => {
  // There is no loudspeaker on a test machine, and Firefox's AudioContext waits for one: so it is recorded and decoded.
  await until('Firefox hears 1500 Hz', async () => {
    const samples = await fox.evaluate(async (selector) => {
      const recorder = new MediaRecorder(new MediaStream(document.querySelector(selector).srcObject.getAudioTracks()));
      const pieces = [];
      await new Promise((resolve) => {
        recorder.ondataavailable = ({ data }) => pieces.push(data) === 12 && recorder.stop();
        recorder.onstop = resolve;
        recorder.start(100);
      });
      const decoded = await new OfflineAudioContext(1, 48000, 48000).decodeAudioData(await new Blob(pieces).arrayBuffer());
      return [...decoded.getChannelData(0).slice(-24000)];
    }, by_id('mixed-video'));
    const { heard, levels } = tones_heard(Float32Array.from(samples), 48000, [1000, 1500, 2200]);
    if (heard.join() !== '1500') throw new Error(JSON.stringify(levels));
    return true;
  });
  // Its false microphone is a tone of 1000 Hz.
  await ann.hears([1000], [1000, 1500, 2200]);
  shows('page: sound both ways');
});

test('chats', { timeout: 60_000 }, async () => {
  if (!(await fox.$(`${by_id('chat-input')}`)) || !(await fox.evaluate((s) => document.querySelector(s).offsetParent, by_id('chat-input')))) await click('chat-toggle');
  const input = await shown('chat-input');
  await input.type('hello from Firefox');
  await fox.keyboard.press('Enter');
  await until('the others read it', () => fox.evaluate((s) => document.querySelector(s).textContent.includes('hello from Firefox'), by_id('chat-log')));
  shows('page: chat');
});

test('shares a screen', { timeout: 60_000 }, async () => {
  // A machine without a display has no screen to choose: what is captured is a canvas, the rest is Firefox's and the page's.
  await fox.evaluate(() => {
    navigator.mediaDevices.getDisplayMedia = async () => {
      const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 360 });
      const pen = canvas.getContext('2d');
      let count = 0;
      setInterval(() => {
        pen.fillStyle = count++ % 2 ? '#20a040' : '#20a041';
        pen.fillRect(0, 0, 640, 360);
      }, 100);
      return canvas.captureStream(10);
    };
  });
  await click('share');
  await until('the screen is placed', async () => {
    const { layout, participants } = await server.room(room);
    return participants.find((one) => one.name === 'Fox').screen && layout.placements.some((one) => one.kind === 'screen');
  }, { timeout: 20_000 });
  await click('share');
  await until('it is gone', async () => !(await seat('Fox')).screen);
  shows('page: screen sharing');
});

test('records', { timeout: 90_000 }, async () => {
  await click('record');
  await shown('recording-badge');
  await until('two seconds are recorded', async () => {
    const { recordings } = await server.room(room);
    return recordings.some((one) => one.state === 'recording' && one.durationMs > 2000);
  });
  await click('record');
  await until('it is ready', async () => {
    const { body } = await server.request('GET', `/api/v1/recordings?room=${room}`);
    const list = Array.isArray(body) ? body : body.recordings;
    return list.length === 1 && list[0].state === 'ready';
  }, { timeout: 30_000 });
  shows('page: recording');
});

test('a reload leaves nobody behind', { timeout: 90_000 }, async () => {
  const before = (await seat('Fox')).id;
  await fox.goto(`${server.url}/?room=${room}&name=Fox&autojoin=1`);
  await shown('room-view');
  await sees_mix();
  await until('one Fox is there, and it is the new one', async () => {
    const foxes = (await server.room(room)).participants.filter((one) => one.name === 'Fox');
    return foxes.length === 1 && foxes[0].id !== before && foxes[0].state === 'connected';
  }, { timeout: 10_000 });
  shows('page: reload');
});

test('leaves', { timeout: 60_000 }, async () => {
  await click('leave');
  await shown('left-view');
  await until('Fox is gone', async () => !(await seat('Fox')));
  assert.ok(await seat('Ann'));
  shows('page: leave');
});
