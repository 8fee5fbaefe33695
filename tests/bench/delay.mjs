// The delay that the server adds, seen from outside: marked media in, recognised in the mix that comes out.
import { read_barcode } from '../support/barcode.mjs';
import { decode_sound, decode_video } from '../support/mixed_stream.mjs';
import { tone_onsets } from '../support/spectrum.mjs';

const encoder_delay = 312; // samples that libopus's output is behind its input

const latest_before = (log, index, ms) => {
  let found = null;
  for (const entry of log) if (entry.index === index && entry.ms <= ms) found = entry;
  return found;
};

/**
 * For each of the sender's frames that is shown: ms from its first packet leaving the sender to the arrival of the last
 * packet of the first mixed frame that shows it. `tile`: where the sender is in the mix.
 */
export async function video_delays(folder, sent, tile) {
  const delays = [];
  let last = null, unread = 0, frames = 0;
  for await (const { luma, log } of decode_video(folder, tile)) {
    frames++;
    const value = read_barcode(luma, { x: 0, y: 0, w: tile.w, h: tile.h });
    if (value === null) unread++;
    else if (value !== last) {
      last = value;
      const origin = latest_before(sent.video, value, log.ms);
      if (origin) delays.push(log.ms - origin.ms);
    }
  }
  return { delays, frames, unread };
}

/**
 * For each burst of the marked sound: ms from the packet that holds its first sample leaving the sender to the arrival
 * of the packet of the mix that holds it, corrected by the sample's places in the two packets.
 */
export async function audio_delays(folder, sent, marker) {
  const { samples, rate, log } = await decode_sound(folder);
  const first = log[0].timestamp;
  return tone_onsets(samples, rate, marker).flatMap((onset) => {
    const packet = log.find((p) => ((p.timestamp - first) >>> 0) + 960 > onset);
    if (!packet) return [];
    const place_out = onset - ((packet.timestamp - first) >>> 0);
    // Bursts begin with each second of the loop, 50 packets apart.
    const origin = sent.audio.filter((e) => e.index % 50 === 0 && e.ms <= packet.ms + 20).at(-1);
    const delay = origin && packet.ms - origin.ms + (place_out - encoder_delay) / 48;
    return origin && delay < 500 ? [delay] : [];
  });
}
