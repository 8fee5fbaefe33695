// Child process that holds light peers, so that their CPU is nobody else's. Driven by light_clients.mjs over IPC:
// {id, method, peer, args} → {id, result} or {id, error}.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { LightPeer, now } from './light_peer.mjs';
import { write_ivf } from './ivf.mjs';
import { write_opus } from './ogg.mjs';

const peers = new Map();
/** Sends what is due, then sleeps until the next is: a coarse clock would look like jitter to the server. */
function send_due() {
  let next = 10;
  for (const peer of peers.values()) next = Math.min(next, peer.tick());
  setTimeout(send_due, Math.max(1, next));
}
send_due();

/** Writes stored media to files that ffmpeg reads, with a log of arrival times beside them. */
function write_stored({ video, audio }) {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-light-'));
  const log = (kept) => kept.frames.map(({ timestamp, ms, data }) => ({ timestamp, ms, bytes: data.length }));
  if (video.frames.length) writeFileSync(join(folder, 'video.ivf'), write_ivf(video.frames.map((f) => f.data), { width: 1280, height: 720, fourcc: video.codec === 'H264' ? 'H264' : 'VP80' }));
  if (audio.frames.length) {
    const first = audio.frames[0].timestamp;
    const granules = audio.frames.map((f) => ((f.timestamp - first) >>> 0) + 960);
    writeFileSync(join(folder, 'audio.opus'), write_opus(audio.frames.map((f) => f.data), granules));
  }
  writeFileSync(join(folder, 'log.json'), JSON.stringify({ video: log(video), audio: log(audio),
    reports: { video: video.reports, audio: audio.reports } }));
  return folder;
}

const methods = {
  async join(id, options) {
    const peer = new LightPeer(options);
    peers.set(id, peer);
    return peer.join();
  },
  async leave(id, how) {
    await peers.get(id)?.leave(how);
    peers.delete(id);
  },
  stats: (id) => peers.get(id).stats(),
  all_stats: () => Object.fromEntries([...peers].map(([id, peer]) => [id, peer.stats()])),
  store: (id) => (peers.get(id).store(), now()),
  stored: (id) => write_stored(peers.get(id).stored()),
  send_log: (id) => peers.get(id).send_log,
  forget_pauses: (id) => peers.get(id).forget_pauses(),
  invent_sources: (id, count) => peers.get(id).invent_sources(count),
  send_payloads: (id, codec, packets) => peers.get(id).send_payloads(codec, packets),
  request_key_frame: (id) => peers.get(id).request_key_frame(),
};

process.on('message', async ({ id, method, peer, args }) => {
  try {
    process.send({ id, result: await methods[method](peer, ...args) });
  } catch (error) {
    process.send({ id, error: error.message });
  }
});
process.on('disconnect', () => process.exit(0));
