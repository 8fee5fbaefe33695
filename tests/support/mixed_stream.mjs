// What a light peer stored, decoded: pictures and sound with the time at which their last packet arrived.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { ffmpeg } from './encoded_media.mjs';
import { offsets } from './media_file.mjs';
import { tone_onsets } from './spectrum.mjs';

/** The arrival log of a folder written by LightClient.stored(): {video: [{timestamp, ms, bytes}], audio, reports}. */
export const read_log = (folder) => JSON.parse(readFileSync(join(folder, 'log.json'), 'utf8'));

/**
 * Yields {index, luma(x, y), log} for every stored frame, cropped to `crop` {x, y, w, h}: luma takes coordinates of
 * the cropped picture.
 */
export async function* decode_video(folder, { x, y, w, h }) {
  const log = read_log(folder).video;
  const child = spawn('ffmpeg', ['-hide_banner', '-loglevel', 'error', '-i', join(folder, 'video.ivf'), '-vf', `crop=${w}:${h}:${x}:${y}`,
    '-vsync', 'passthrough', '-f', 'rawvideo', '-pix_fmt', 'gray', 'pipe:1'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const size = w * h;
  let pending = [], pending_bytes = 0, index = 0;
  for await (const chunk of child.stdout) {
    pending.push(chunk);
    pending_bytes += chunk.length;
    if (pending_bytes < size) continue;
    let all = Buffer.concat(pending);
    while (all.length >= size) {
      const plane = all.subarray(0, size);
      yield { index, luma: (px, py) => plane[Math.min(h - 1, py) * w + Math.min(w - 1, px)], log: log[index] };
      index++;
      all = all.subarray(size);
    }
    pending = [all];
    pending_bytes = all.length;
  }
}

/** {samples, rate, log}: the stored sound at 48 kHz mono; sample i belongs to packet floor(i / 960) unless there were gaps. */
export async function decode_sound(folder) {
  const raw = await ffmpeg(['-i', join(folder, 'audio.opus'), '-f', 'f32le', '-ac', '1', '-ar', '48000', 'pipe:1'], []);
  return { samples: new Float32Array(raw.buffer, raw.byteOffset, raw.length >> 2), rate: 48000, log: read_log(folder).audio };
}

/** Milliseconds of wall clock for an RTP timestamp, by the sender reports; null without one. */
export function wall_clock(reports, rate) {
  if (!reports.length) return () => null;
  return (timestamp) => {
    const nearest = reports.reduce((best, r) =>
      Math.abs((timestamp - r.timestamp) | 0) < Math.abs((timestamp - best.timestamp) | 0) ? r : best);
    return nearest.ms + (((timestamp - nearest.timestamp) | 0) * 1000) / rate;
  };
}

/**
 * How much later (ms) each beep of `frequency` is than its flash: {by_arrival, by_timestamp}. `frames`: decoded frames
 * [{luma, ms, timestamp}] of a place that turns white; `sound`: as of decode_sound.
 */
export function onset_times(folder, frames, sound, frequency) {
  const { reports } = read_log(folder);
  const video_clock = wall_clock(reports.video, 90000), audio_clock = wall_clock(reports.audio, 48000);
  const first = sound.log[0].timestamp;
  const flashes = frames.filter((f, i) => i > 0 && f.luma >= 128 && frames[i - 1].luma < 128);
  const beeps = tone_onsets(sound.samples, sound.rate, frequency).map((sample) => {
    const packet = sound.log.find((p) => ((p.timestamp - first) >>> 0) + 960 > sample) ?? sound.log.at(-1);
    return { ms: packet.ms, timestamp: (first + sample) >>> 0 };
  });
  const pairs = (of_flash, of_beep) => offsets(flashes.map((f) => of_flash(f) / 1000), beeps.map((b) => of_beep(b) / 1000)).map((s) => s * 1000);
  return {
    by_arrival: pairs((f) => f.ms, (b) => b.ms),
    by_timestamp: pairs((f) => video_clock(f.timestamp), (b) => audio_clock(b.timestamp)),
  };
}
