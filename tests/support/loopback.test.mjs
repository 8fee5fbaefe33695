// The library against itself: a light peer and a Chromium page talk through a stand-in for the server's WHIP and WHEP.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';

import { Browser } from './browser.mjs';
import { until } from './deadline.mjs';
import { LightClients } from './light_clients.mjs';
import { decode_video } from './mixed_stream.mjs';
import { luma_of, parse_color, same_color, tile_colors } from './pixels.mjs';
import { read_barcode } from './barcode.mjs';
import { tones_heard } from './spectrum.mjs';

let browser, page, clients, server, url;
const whole = { x: 0, y: 0, w: 640, h: 360 };

before(async () => {
  server = createServer(async (request, response) => {
    let sdp = '';
    for await (const chunk of request) sdp += chunk;
    if (request.method !== 'POST') return response.end();
    const answer = await page.evaluate(([o, send]) => window.answer(o, send), [sdp, request.url.startsWith('/whep')]);
    response.writeHead(201, { 'content-type': 'application/sdp', location: '/session' }).end(answer);
  });
  await new Promise((go) => server.listen(0, '127.0.0.1', go));
  url = `http://127.0.0.1:${server.address().port}`;
  // A light peer tells no candidates, so Chromium must tell real ones.
  browser = await Browser.launch({ real_addresses: true });
  page = await browser.page(url);
  await page.goto(`${url}/__test/blank.html`);
  await page.evaluate(async () => {
    const { make_source } = await import('/__test/page/source.js');
    const { Viewer, Listener } = await import('/__test/page/receiver.js');
    await import('/__test/page/participant.js');
    window.answer = async (sdp, send) => {
      const pc = (window.pc = new RTCPeerConnection());
      const tracks = new MediaStream();
      pc.ontrack = ({ track }) => tracks.addTrack(track);
      await pc.setRemoteDescription({ type: 'offer', sdp });
      if (send) for (const track of make_source({ color: '#20a040', tone: 700 }).stream.getTracks()) pc.addTrack(track);
      await pc.setLocalDescription();
      while (pc.iceGatheringState !== 'complete') await new Promise((go) => setTimeout(go, 10));
      if (!send) {
        window.participant.viewer = new Viewer(new MediaStream(tracks.getVideoTracks()));
        window.participant.listener = await Listener.open(new MediaStream(tracks.getAudioTracks()));
      }
      return pc.localDescription.sdp;
    };
  });
  clients = LightClients.start();
});

after(async () => {
  await clients?.stop();
  await browser?.close();
  server?.close();
});

test('Chromium sees and hears what a light publisher sends', async () => {
  const peer = await clients.join({ url, room: 'r', name: 'light', kind: 'publisher', video: { color: '#c03030' }, audio: { frequency: 520 } });
  const values = new Set();
  await until('bar codes are read', async () => {
    const p = await page.evaluate(() => window.participant.picture());
    const picture = { ...p, data: Buffer.from(p.data, 'base64') };
    assert.ok(tile_colors(picture, whole).every((c) => same_color(c, parse_color('#c03030'))));
    values.add(read_barcode(luma_of(picture), whole));
    return !values.has(null) && values.size >= 5;
  });
  await until('the tone is heard', async () => {
    const bytes = Buffer.from(await page.evaluate(() => window.participant.sound(0.5)), 'base64');
    const samples = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
    return tones_heard(samples, 48000, [440, 520, 700]).heard.join() === '520';
  });
  await until('Chromium reports transport-wide congestion feedback', async () => (await peer.stats()).sent.twcc_feedback >= 1);
  await peer.leave();
});

test('a light viewer counts, stores and decodes what Chromium sends', async () => {
  const peer = await clients.join({ url, room: 'r', name: 'light', kind: 'viewer' });
  await peer.receives_frames(1);
  await peer.store();
  await peer.receives_frames(40);
  const folder = await peer.stored();
  const values = [];
  for await (const { luma, log } of decode_video(folder, { ...whole })) values.push([read_barcode(luma, whole), log.ms]);
  assert.ok(values.length >= 25, `${values.length} frames`);
  const read = values.filter(([v]) => v !== null);
  assert.ok(read.length >= values.length * 0.9, JSON.stringify(values));
  assert.ok(read.every(([v, ms], i) => i === 0 || (v > read[i - 1][0] && ms >= read[i - 1][1])), JSON.stringify(read));
  await peer.leave();
});
