// Chromium, driven by playwright-core, and the test participants that live in its pages.
//
//   const browser = await Browser.launch();
//   const a = await browser.participant({ server: server.url, room: 'r', name: 'Ann', color: '#c03030', tone: 440 });
//   const picture = await a.picture();           // {width, height, data: RGBA}
//   const { heard } = tones_heard(await a.sound(1), 48000, [440, 550]);
//   await browser.close();
import { readFile } from 'node:fs/promises';
import { extname, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

import { until } from './deadline.mjs';
import { tones_heard } from './spectrum.mjs';

const flags = [
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
  '--allow-loopback-in-peer-connection',
  '--autoplay-policy=no-user-gesture-required',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-background-timer-throttling',
  '--disable-renderer-backgrounding',
  '--disable-backgrounding-occluded-windows',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];
const types = { '.js': 'text/javascript', '.mjs': 'text/javascript', '.html': 'text/html' };
const root = fileURLToPath(new URL('.', import.meta.url));

export class Browser {
  #browser;

  /** `real_addresses`: host candidates with addresses instead of mDNS names. */
  static async launch({ args = [], real_addresses = false } = {}) {
    const browser = new Browser();
    // Intercepted pages have no address, so Chromium takes them for pages of the internet that reach for this machine.
    const off = ['LocalNetworkAccessChecks', ...(real_addresses ? ['WebRtcHideLocalIpsWithMdns'] : [])];
    browser.#browser = await chromium.launch({
      executablePath: process.env.TESSERA_CHROMIUM ?? '/usr/bin/chromium',
      args: [...flags, `--disable-features=${off}`, ...args],
    });
    return browser;
  }

  /** An empty page on the origin of `server`, with this folder served under /__test/ by interception. */
  async page(server, { viewport = { width: 800, height: 600 }, permissions = [] } = {}) {
    const context = await this.#browser.newContext({ viewport, permissions });
    const page = await context.newPage();
    page.on('pageerror', (error) => console.error(`page: ${error.message}`));
    if (process.env.TESSERA_TEST_VERBOSE) page.on('console', (message) => console.error(`page: ${message.text()}`));
    await page.route(`${server}/__test/**`, async (route) => {
      const path = normalize(new URL(route.request().url()).pathname.slice('/__test/'.length));
      if (path === 'blank.html') return route.fulfill({ contentType: 'text/html', body: '<!doctype html><body></body>' });
      return route.fulfill({ contentType: types[extname(path)], body: await readFile(root + path) });
    });
    return page;
  }

  /** A participant that has joined (options: see page/participant.js, page/source.js). */
  async participant(options) {
    const page = await this.page(options.server);
    await page.goto(`${options.server}/__test/blank.html`);
    await page.evaluate(() => import('/__test/page/participant.js'));
    const participant = new BrowserParticipant(page, options);
    Object.assign(participant, await page.evaluate((o) => window.participant.join(o), options));
    return participant;
  }

  close() {
    return this.#browser.close();
  }
}

class BrowserParticipant {
  constructor(page, options) {
    this.page = page;
    this.name = options.name;
    this.options = options;
  }

  /** The picture shown now; waits for the first. */
  async picture() {
    const p = await until(`${this.name} sees a picture`, () => this.page.evaluate(() => window.participant.picture()));
    return { width: p.width, height: p.height, data: new Uint8ClampedArray(Buffer.from(p.data, 'base64')) };
  }

  /** Polls pictures until `fits(picture)` is true; returns that picture. */
  async sees(what, fits, timeout = 30_000) {
    let picture;
    await until(`${this.name} sees ${what}`, async () => fits((picture = await this.picture())), { timeout, interval: 150 });
    return picture;
  }

  /** The newest `seconds` of sound as samples of 48 kHz, once that much has been heard since `fresh` was asked for. */
  async sound(seconds, { fresh = true } = {}) {
    if (fresh) await this.page.evaluate(() => window.participant.listener.clear());
    await until(`${this.name} hears ${seconds} s`, () => this.page.evaluate((n) => window.participant.listener.kept >= n, seconds * 48000),
      { timeout: 10_000 + seconds * 1000 });
    const bytes = Buffer.from(await this.page.evaluate((s) => window.participant.sound(s), seconds), 'base64');
    return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  }

  /** Listens until exactly `expected` of the frequencies `all` are heard. */
  async hears(expected, all, { timeout = 15_000, seconds = 0.5 } = {}) {
    const wanted = [...expected].sort().join();
    return until(`${this.name} hears ${wanted} Hz`, async () => {
      const { heard, levels } = tones_heard(await this.sound(seconds), 48000, all);
      if ([...heard].sort().join() !== wanted) throw new Error(JSON.stringify(levels));
      return levels;
    }, { timeout });
  }

  watch_frames() {
    return this.page.evaluate(() => window.participant.watch_frames());
  }

  /** Times of frames decoded since watch_frames() or the last call, ms since 1970. */
  frame_times() {
    return this.page.evaluate(() => window.participant.clock.take());
  }

  stats() {
    return this.page.evaluate(() => window.participant.stats());
  }

  /** Events that the server sent over the WebSocket, each with when it came: `at`, ms since 1970. */
  events(type) {
    return this.page.evaluate((t) => window.participant.connection.events.filter((e) => !t || e.type === t)
      .map((e) => ({ ...e, at: performance.timeOrigin + e.received_at })), type);
  }

  /** Shares a screen of one colour; resolves when it is connected. */
  share_screen(options) {
    return this.page.evaluate((o) => window.participant.share_screen(o), options);
  }

  /** Resolves with the time (ms since 1970) at which the server was asked to end the share. */
  stop_screen() {
    return this.page.evaluate(() => window.participant.stop_screen());
  }

  request(type, fields) {
    return this.page.evaluate(([t, f]) => window.participant.connection.request(t, f), [type, fields]);
  }

  async leave() {
    const result = await this.page.evaluate(() => window.participant.connection.leave());
    await this.page.context().close();
    return result;
  }

  /** Goes without a word. */
  async vanish() {
    await this.page.context().close();
  }
}

/** The page's peer connections are then in its `connections`, oldest first. To be called before it loads. */
export const keep_connections = (page) => page.addInitScript(() => {
  globalThis.connections = [];
  globalThis.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...args) {
      super(...args);
      globalThis.connections.push(this);
    }
  };
});
