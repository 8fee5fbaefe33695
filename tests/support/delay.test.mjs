// The delay measurement itself, against a relay that holds every packet back for a known time.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import rtc from 'node-datachannel';

import { audio_delays, video_delays } from '../bench/delay.mjs';
import { distribution } from '../bench/statistics.mjs';
import { until } from './deadline.mjs';
import { LightClients } from './light_clients.mjs';

const held_back = 25;
let server, url, clients;
const relays = [];

/** Answers an offer; `on_packet(kind, packet)` for what comes, `send(kind, packet)` for what goes. */
async function answer(sdp, direction) {
  const pc = new rtc.PeerConnection('relay', { iceServers: [], bindAddress: '127.0.0.1', disableAutoNegotiation: true });
  relays.push(pc);
  const media = { audio: new rtc.Audio('0', direction), video: new rtc.Video('1', direction) };
  media.audio.addOpusCodec(111);
  media.video.addVP8Codec(96);
  const ssrc = { audio: 7001, video: 7002 };
  const tracks = {};
  for (const kind of ['audio', 'video']) {
    if (direction === 'SendOnly') media[kind].addSSRC(ssrc[kind], 'relay', 'relay', kind);
    tracks[kind] = pc.addTrack(media[kind]);
  }
  pc.setRemoteDescription(sdp, 'offer');
  pc.setLocalDescription('answer');
  await until('gathered', () => pc.gatheringState() === 'complete', { interval: 5 });
  relays.push(tracks); // tracks that nobody holds are collected, and their packets with them
  return { sdp: pc.localDescription().sdp, tracks, ssrc };
}

before(async () => {
  let out;
  server = createServer(async (request, response) => {
    let sdp = '';
    for await (const chunk of request) sdp += chunk;
    if (request.method !== 'POST') return response.end();
    const watching = request.url.startsWith('/whep');
    const peer = await answer(sdp, watching ? 'SendOnly' : 'RecvOnly');
    if (watching) out = peer;
    else
      for (const kind of ['audio', 'video'])
        peer.tracks[kind].onMessage((packet) => {
          if (packet[1] >= 192 && packet[1] <= 223) return;
          const copy = Buffer.from(packet);
          setTimeout(() => {
            if (!out?.tracks[kind].isOpen()) return;
            copy.writeUInt32BE(out.ssrc[kind], 8);
            out.tracks[kind].sendMessageBinary(copy);
          }, held_back);
        });
    response.writeHead(201, { 'content-type': 'application/sdp', location: '/session' }).end(peer.sdp);
  });
  await new Promise((go) => server.listen(0, '127.0.0.1', go));
  url = `http://127.0.0.1:${server.address().port}`;
  clients = LightClients.start();
});

after(async () => {
  await clients?.stop();
  for (const relay of relays) relay.close?.();
  server?.close();
  rtc.cleanup();
});

test(`a relay that holds packets back for ${held_back} ms is measured as that`, { timeout: 60_000 }, async () => {
  const viewer = await clients.join({ url, room: 'r', name: 'viewer', kind: 'viewer' });
  const sender = await clients.join({ url, room: 'r', name: 'sender', kind: 'publisher', audio: { frequency: 300, shape: 'marked', marker: 3000 } });
  await viewer.receives_frames(1);
  await viewer.store();
  await viewer.receives_frames(150, 15_000);
  const folder = await viewer.stored();
  const sent = await sender.send_log();
  const video = distribution((await video_delays(folder, sent, { x: 0, y: 0, w: 640, h: 360 })).delays);
  const audio = distribution(await audio_delays(folder, sent, 3000));
  assert.ok(video.n >= 100 && video.p50 >= held_back - 1 && video.p50 <= held_back + 8, JSON.stringify(video));
  assert.ok(audio.n >= 3 && audio.p50 >= held_back - 6 && audio.p50 <= held_back + 10, JSON.stringify(audio));
});
