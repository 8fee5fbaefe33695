// What a light peer hears at this moment.
import { until } from './deadline.mjs';
import { decode_sound } from './mixed_stream.mjs';
import { tone_level } from './spectrum.mjs';

/**
 * Half a second of what `peer` hears from now on, as a function of frequency: the median of short windows. The playout buffer
 * may stretch sound by half a percent, which a long and therefore narrow window would not see as the same tone.
 */
export async function hear(peer, packets = 25) {
  const before = (await peer.stats()).audio.packets;
  await peer.store();
  await until('sound comes', async () => (await peer.stats()).audio.packets >= before + packets + 8, { interval: 20 });
  const { samples, rate } = await decode_sound(await peer.stored());
  const windows = Array.from({ length: packets / 2.5 }, (_, i) => samples.subarray(-packets * 960).subarray(i * 2400, (i + 1) * 2400));
  return (frequency) => windows.map((window) => tone_level(window, rate, frequency)).sort((a, b) => a - b)[windows.length >> 1];
}
