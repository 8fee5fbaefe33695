// Child process that holds audio peers, so that their CPU is nobody else's. {id, method, args} → {id, result | error}.
import { opus_loop } from '../../support/encoded_media.mjs';
import { AudioPeer } from './audio_peer.mjs';

const peers = new Map();
function send_due() {
  let next = 10;
  for (const peer of peers.values()) next = Math.min(next, peer.tick());
  setTimeout(send_due, Math.max(1, next));
}
send_due();

const methods = {
  async offer({ key, sound, level, address }) {
    const peer = new AudioPeer({ name: key, packets: await opus_loop(sound), level, address });
    peers.set(key, peer);
    return peer.offer();
  },
  async answer({ key, sdp }) {
    await peers.get(key).take_answer(sdp);
  },
  candidate({ key, candidate }) {
    peers.get(key).add_candidate(candidate);
  },
  counters: () => [...peers.values()].map(({ received, sent, late }) => ({ received, sent, late })),
};

process.on('message', async ({ id, method, args }) => {
  try {
    process.send({ id, result: await methods[method](args) });
  } catch (error) {
    process.send({ id, error: error.message });
  }
});
process.on('disconnect', () => process.exit(0));
