// Media encoded once with FFmpeg and kept under the temporary directory, for peers that must not spend CPU on encoding.
//
// Both kinds are loops: video is `loop_frames` frames whose number is drawn as a bar code, sound is `loop_packets`
// packets of 20 ms.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { barcode_rects } from './barcode.mjs';
import { read_ivf } from './ivf.mjs';
import { read_opus_packets } from './ogg.mjs';
import { parse_color } from './pixels.mjs';
import { is_key_frame } from './vp8_payload.mjs';

const format = 4; // raise when what is drawn or encoded changes
export const loop_seconds = 10;
const directory = join(tmpdir(), 'tessera-test-media');

/** Runs ffmpeg, feeding it `input` chunks (any iterable of Buffers). */
export function ffmpeg(args, input = []) {
  return new Promise((resolve, reject) => {
    const child = spawn('ffmpeg', ['-hide_banner', '-loglevel', 'error', '-y', ...args], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const out = [];
    let errors = '';
    child.stdout.on('data', (chunk) => out.push(chunk));
    child.stderr.on('data', (chunk) => (errors += chunk));
    child.stdin.on('error', () => {}); // its exit status says why
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve(Buffer.concat(out)) : reject(new Error(`ffmpeg ${args.join(' ')}: ${errors}`))));
    (async () => {
      for (const chunk of input) if (!child.stdin.write(chunk)) await new Promise((go) => child.stdin.once('drain', go));
      child.stdin.end();
    })();
  });
}

async function cached(kind, options, extension, make) {
  const key = createHash('sha256').update(JSON.stringify([format, kind, options])).digest('hex').slice(0, 16);
  mkdirSync(directory, { recursive: true });
  const path = join(directory, `${kind}-${key}.${extension}`);
  if (!existsSync(path)) {
    const unfinished = `${path}.${process.pid}.${extension}`;
    await make(unfinished);
    renameSync(unfinished, path);
  }
  return readFileSync(path);
}

/** I420 frames: a flat colour with some grain, a moving bar, and the frame's number as a bar code. */
function* draw_frames({ width, height, rate, color, flash }) {
  const [r, g, b] = parse_color(color);
  const y_plain = Math.round(16 + 0.257 * r + 0.504 * g + 0.098 * b);
  const u_plain = Math.round(128 - 0.148 * r - 0.291 * g + 0.439 * b);
  const v_plain = Math.round(128 + 0.439 * r - 0.368 * g - 0.071 * b);
  const luma_size = width * height, chroma_size = luma_size / 4;
  const count = loop_seconds * rate;
  let noise = 12345;
  for (let n = 0; n < count; n++) {
    const frame = Buffer.alloc(luma_size + 2 * chroma_size);
    const white = flash && n % rate < 3;
    for (let i = 0; i < luma_size; i++) {
      noise = (Math.imul(noise, 1103515245) + 12345) & 0x7fffffff;
      frame[i] = white ? 235 : y_plain + ((noise >> 16) & 3);
    }
    frame.fill(white ? 128 : u_plain, luma_size, luma_size + chroma_size);
    frame.fill(white ? 128 : v_plain, luma_size + chroma_size);
    const bar = Math.round(((n * 7) % width) / 2) * 2;
    const rects = barcode_rects(n, width, height).map((rect) => ({ ...rect, luma: rect.white ? 235 : 16 }));
    rects.push({ x: bar, y: Math.round(height * 0.82), w: Math.min(40, width - bar), h: Math.round(height * 0.06), luma: 180 });
    for (const { x, y, w, h, luma } of rects) {
      for (let row = y; row < y + h; row++) frame.fill(luma, row * width + x, row * width + x + w);
      for (let row = y >> 1; row < (y + h) >> 1; row++) {
        const at = luma_size + row * (width / 2);
        frame.fill(128, at + (x >> 1), at + ((x + w) >> 1));
        frame.fill(128, at + chroma_size + (x >> 1), at + chroma_size + ((x + w) >> 1));
      }
    }
    yield frame;
  }
}

/**
 * VP8 frames, one key frame a second: [{data, key}]. With `flash` the first three frames of every second are white.
 */
export async function vp8_loop({ width = 640, height = 360, rate = 30, color = '#2060c0', bitrate = 700, flash = false } = {}) {
  const options = { width, height, rate, color, bitrate, flash };
  const file = await cached('vp8', options, 'ivf', (path) =>
    ffmpeg(
      `-f rawvideo -pix_fmt yuv420p -s ${width}x${height} -r ${rate} -i pipe:0 -c:v libvpx -deadline realtime -cpu-used 8
       -g ${rate} -keyint_min ${rate} -auto-alt-ref 0 -error-resilient 1 -b:v ${bitrate}k -maxrate ${bitrate * 1.5}k -bufsize ${bitrate}k
       -f ivf`.split(/\s+/).concat(path),
      draw_frames(options)));
  return read_ivf(file).map((data) => ({ data, key: is_key_frame(data) }));
}

/**
 * Opus packets of 20 ms. `shape`: "speech" rises and falls four times a second as talking does, "steady" does not,
 * "beep" sounds for the first 100 ms of every second, "marked" is speech with a burst of `marker` Hz in the first 60 ms
 * of every second, "silence" is digital silence.
 */
export async function opus_loop({ frequency = 440, amplitude = 0.25, shape = 'speech', bitrate = 32, marker = 3000 } = {}) {
  const options = { frequency, amplitude, shape, bitrate, marker };
  const envelope = {
    steady: '1',
    speech: '(0.15+0.85*pow(abs(sin(2*PI*2*t)),1))',
    marked: '(0.15+0.85*pow(abs(sin(2*PI*2*t)),1))',
    beep: 'lt(mod(t,1),0.1)',
    silence: '0',
  }[shape];
  const burst = shape === 'marked' ? `+0.25*lt(mod(t,1),0.06)*sin(2*PI*${marker}*t)` : '';
  const wave = `${amplitude}*${envelope}*(0.8*sin(2*PI*${frequency}*t)+0.2*sin(2*PI*${frequency * 2}*t))${burst}`;
  const file = await cached('opus', options, 'opus', (path) =>
    ffmpeg(['-f', 'lavfi', '-i', `aevalsrc='${wave}':s=48000:d=${2 * loop_seconds}`, '-c:a', 'libopus', '-frame_duration', '20',
      '-b:a', `${bitrate}k`, '-vbr', 'off', '-application', 'audio', '-f', 'ogg', path], []));
  // The second of two rounds: its first packet follows on its last. CELT predicts each band's energy from the frame before,
  // so a seam between unlike states would be heard as a burst of wrong levels.
  return read_opus_packets(file).slice(loop_seconds * 50, 2 * loop_seconds * 50);
}
