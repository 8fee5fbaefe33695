// Other people's clients, unmodified, from Debian and npm: nobody has to read our source.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, describe, test } from 'node:test';

import { Aiortc } from '../support/aiortc.mjs';
import { Browser } from '../support/browser.mjs';
import { bundled } from '../support/bundle.mjs';
import { proven } from '../support/client_table.mjs';
import { until } from '../support/deadline.mjs';
import { parse_color, same_color, tile_colors } from '../support/pixels.mjs';
import { TesseraServer } from '../support/server.mjs';

const packaged = createRequire(import.meta.url);
const version_of = (name) => JSON.parse(readFileSync(new URL(`../node_modules/${name}/package.json`, import.meta.url))).version;
const debian_version = (name) => execFileSync('dpkg-query', ['-W', '-f=${Version}', name], { encoding: 'utf8' });
let server, browser;

before(async () => {
  server = await TesseraServer.start();
  browser = await Browser.launch();
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

const room_of = (room) => server.room(room);
const people_in = async (room) => (await room_of(room)).participants ?? [];

/** Waits until `watcher` sees `name` in `color` in its tile. */
async function seen(watcher, room, name, color) {
  await watcher.sees(`${name} in ${color}`, async (picture) => {
    const { participants, layout } = await room_of(room);
    const { id } = participants.find((one) => one.name === name) ?? {};
    const place = layout.placements.find((one) => one.participant === id);
    if (!place) return false;
    const scale = picture.width / layout.width;
    const rect = { x: place.x * scale, y: place.y * scale, w: place.w * scale, h: place.h * scale };
    return tile_colors(picture, rect).every((at) => same_color(at, parse_color(color), 60));
  });
}

/** A page that has `script` and the test's source of pictures and sound. */
async function page_with(script) {
  const page = await browser.page(server.url);
  await page.goto(`${server.url}/__test/blank.html`);
  await page.addScriptTag(script);
  await page.evaluate(async () => {
    window.make_source = (await import('/__test/page/source.js')).make_source;
    window.playing = (stream) => {
      const video = Object.assign(document.createElement('video'), { autoplay: true, muted: true, srcObject: stream });
      document.body.append(video);
      return video;
    };
  });
  return page;
}

describe('simple-peer', () => {
  for (const trickle of [true, false]) {
    test(`joins by the WebSocket, with its data channel, ${trickle ? 'trickling' : 'all candidates at once'}`, { timeout: 90_000 }, async () => {
      const room = `simple-peer-${trickle}`;
      const watcher = await browser.participant({ server: server.url, room, name: 'Watcher', color: '#404040', tone: 440 });
      const page = await page_with({ path: packaged.resolve('simple-peer/simplepeer.min.js') });
      await page.evaluate(async ({ room, trickle }) => {
        const socket = new WebSocket(`${location.origin.replace('http', 'ws')}/ws`);
        await new Promise((resolve) => (socket.onopen = resolve));
        const send = (message) => socket.send(JSON.stringify(message));
        send({ type: 'join', id: 1, room, name: 'Simple' });
        await new Promise((resolve) => (socket.onmessage = ({ data }) => JSON.parse(data).type === 'joined' && resolve()));
        const source = make_source({ color: '#20a040', tone: 880 });
        const peer = new SimplePeer({ initiator: true, trickle, stream: source.stream, channelName: 'tessera', config: { iceServers: [] } });
        window.state = { connected: false, events: [] };
        socket.onmessage = ({ data }) => {
          const message = JSON.parse(data);
          if (message.type === 'reply' && message.sdp) peer.signal({ type: 'answer', sdp: message.sdp });
          if (message.type === 'candidate' && message.candidate)
            peer.signal({ candidate: { candidate: message.candidate, sdpMid: message.sdpMid, sdpMLineIndex: message.sdpMLineIndex } });
          if (message.type === 'error') window.state.error = message;
        };
        peer.on('signal', (data) => {
          if (data.type === 'offer') send({ type: 'offer', id: 2, endpoint: 'main', sdp: data.sdp });
          else if (data.candidate) send({ type: 'candidate', endpoint: 'main', ...data.candidate });
        });
        peer.on('connect', () => (window.state.connected = true));
        peer.on('data', (data) => window.state.events.push(JSON.parse(new TextDecoder().decode(data))));
        peer.on('error', (error) => (window.state.error = String(error)));
        peer.on('stream', (stream) => (window.state.video = playing(stream)));
        window.peer = peer;
      }, { room, trickle });
      await until('simple-peer is connected and sees', async () => {
        const state = await page.evaluate(() => ({ error: window.state.error, connected: window.state.connected, width: window.state.video?.videoWidth }));
        assert.equal(state.error, undefined);
        return state.connected && state.width > 0;
      }, { timeout: 30_000 });
      await seen(watcher, room, 'Simple', '#20a040');
      await watcher.hears([880], [440, 880]);
      // The channel labelled "tessera" carries the room's events.
      const late = await browser.participant({ server: server.url, room, name: 'Late', color: '#804040' });
      await until('an event over the data channel', () => page.evaluate(() =>
        window.state.events.some((event) => event.type === 'participant-joined' && event.participant.name === 'Late')));
      for (const one of [watcher, late]) await one.page.close();
      await page.close();
      proven('simple-peer', version_of('simple-peer'), `WebSocket, sound, picture and data channel, ${trickle ? 'trickle' : 'no trickle'}`);
    });
  }
});

describe('Eyevinn', () => {
  test('whip-web-client publishes, and webrtc-player watches', { timeout: 120_000 }, async () => {
    const room = 'eyevinn';
    const watcher = await browser.participant({ server: server.url, room, name: 'Watcher', color: '#404040', tone: 440 });
    const publisher = await page_with({ content: await bundled({ whip: '@eyevinn/whip-web-client' }) });
    await publisher.evaluate(async (endpoint) => {
      const source = make_source({ color: '#c08020', tone: 880 });
      window.client = new whip.WHIPClient({ endpoint, opts: { iceServers: [] } });
      await window.client.ingest(source.stream);
    }, `${server.url}/whip/${room}?name=Eyevinn`);
    await seen(watcher, room, 'Eyevinn', '#c08020');
    await watcher.hears([880], [440, 880]);

    const viewer = await page_with({ content: await bundled({ player: '@eyevinn/webrtc-player' }) });
    await viewer.evaluate(async (url) => {
      const video = Object.assign(document.createElement('video'), { autoplay: true, muted: true });
      document.body.append(video);
      window.video = video;
      window.shown = new player.WebRTCPlayer({ video, type: 'whep', iceServers: [] });
      await window.shown.load(new URL(url));
    }, `${server.url}/whep/${room}`);
    await until('the player shows the mix', () => viewer.evaluate(() => window.video.videoWidth > 0 && window.video.getVideoPlaybackQuality().totalVideoFrames > 20), { timeout: 30_000 });

    await publisher.evaluate(() => window.client.destroy());
    await until('the publisher is gone', async () => !(await people_in(room)).some((one) => one.name === 'Eyevinn'));
    for (const page of [publisher, viewer, watcher.page]) await page.close();
    proven('@eyevinn/whip-web-client', version_of('@eyevinn/whip-web-client'), 'WHIP');
    proven('@eyevinn/webrtc-player', version_of('@eyevinn/webrtc-player'), 'WHEP');
  });
});

describe('aiortc', () => {
  test('publishes and watches', { timeout: 120_000 }, async () => {
    const room = 'aiortc';
    const watcher = await browser.participant({ server: server.url, room, name: 'Watcher', color: '#404040', tone: 440 });
    const publisher = await Aiortc.start('whip', `${server.url}/whip/${room}?name=Python`);
    assert.equal(publisher.answer.status, 201);
    await seen(watcher, room, 'Python', '#ff0000');
    await watcher.hears([600], [440, 600]);
    const viewer = await Aiortc.start('whep', `${server.url}/whep/${room}`);
    await watcher.hears([600], [440, 600]);
    await until('the viewer is connected', async () => (await people_in(room)).some((one) => one.kind === 'viewer' && one.state === 'connected'));
    await watcher.hears([600], [440, 600], { seconds: 2 });
    const seen_by_viewer = await viewer.stop();
    assert.ok(seen_by_viewer.video > 10 && seen_by_viewer.audio > 20, JSON.stringify(seen_by_viewer));
    // It says goodbye by DTLS and asks for nothing to be deleted.
    await until('the viewer is gone', async () => !(await people_in(room)).some((one) => one.kind === 'viewer'), { timeout: 5_000 });
    await publisher.stop();
    await until('the publisher is gone', async () => !(await people_in(room)).some((one) => one.name === 'Python'), { timeout: 5_000 });
    await watcher.page.close();
    const version = debian_version('python3-aiortc');
    proven('aiortc', version, 'WHIP');
    proven('aiortc', version, 'WHEP');
  });
});

describe('Chromium', () => {
  test('a sender of several sizes sends the largest', { timeout: 90_000 }, async () => {
    const room = 'simulcast';
    const watcher = await browser.participant({ server: server.url, room, name: 'Watcher', color: '#404040', tone: 440 });
    const page = await page_with({ content: ';' });
    await page.evaluate(async (url) => {
      const source = make_source({ color: '#2040c0', tone: 880, width: 640, height: 360 });
      const pc = new RTCPeerConnection();
      const [video] = source.stream.getVideoTracks(), [audio] = source.stream.getAudioTracks();
      pc.addTransceiver(audio, { direction: 'sendonly' });
      pc.addTransceiver(video, { direction: 'sendonly', sendEncodings: [
        { rid: 'q', scaleResolutionDownBy: 4 }, { rid: 'h', scaleResolutionDownBy: 2 }, { rid: 'f' }] });
      await pc.setLocalDescription();
      await new Promise((resolve) => {
        if (pc.iceGatheringState === 'complete') return resolve();
        pc.onicegatheringstatechange = () => pc.iceGatheringState === 'complete' && resolve();
      });
      const answer = await fetch(url, { method: 'POST', headers: { 'Content-Type': 'application/sdp' }, body: pc.localDescription.sdp });
      if (answer.status !== 201) throw new Error(await answer.text());
      await pc.setRemoteDescription({ type: 'answer', sdp: await answer.text() });
      window.pc = pc;
    }, `${server.url}/whip/${room}?name=Layers`);
    await seen(watcher, room, 'Layers', '#2040c0');
    await until('only the full size is sent', () => page.evaluate(async () => {
      const sent = [...(await window.pc.getStats()).values()].filter((one) => one.type === 'outbound-rtp' && one.kind === 'video' && one.active);
      return sent.length === 1 && sent[0].rid === 'f' && sent[0].frameHeight === 360;
    }), { timeout: 30_000 });
    // Closing says goodbye, and the seat goes without anybody deleting it.
    await page.evaluate(() => window.pc.close());
    await until('the sender is gone', async () => !(await people_in(room)).some((one) => one.name === 'Layers'), { timeout: 5_000 });
    await watcher.page.close();
    await page.close();
    proven('Chromium', debian_version('chromium'), 'simulcast by RID: the full size alone');
    proven('Chromium', debian_version('chromium'), 'WHIP, ended by close()');
  });
});
