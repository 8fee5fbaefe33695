// What is in a media file, asked of ffprobe and ffmpeg.
import { spawn } from 'node:child_process';

import { read_barcode } from './barcode.mjs';
import { ffmpeg } from './encoded_media.mjs';

function run(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '', errors = '';
    child.stdout.on('data', (chunk) => (out += chunk));
    child.stderr.on('data', (chunk) => (errors += chunk));
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve(out) : reject(new Error(`${command} ${args.join(' ')}: ${errors}`))));
  });
}

/**
 * {duration, video: {codec, width, height, start, duration, frames, colors}, audio: {codec, start, duration}} – seconds. colors:
 * [matrix, primaries, transfer, range] in FFmpeg's words.
 */
export async function probe(path) {
  const { format, streams } = JSON.parse(await run('ffprobe', ['-v', 'error', '-show_format', '-show_streams', '-of', 'json', path]));
  const stream = (type) => {
    const s = streams.find((candidate) => candidate.codec_type === type);
    return s && { codec: s.codec_name, width: s.width, height: s.height, start: Number(s.start_time), duration: Number(s.duration ?? NaN),
      frames: Number(s.nb_frames ?? NaN), colors: [s.color_space, s.color_primaries, s.color_transfer, s.color_range] };
  };
  return { format: format.format_name, duration: Number(format.duration), video: stream('video'), audio: stream('audio') };
}

/** Chapters that stand in the file: [{ms, title}]. */
export async function chapters_in(path) {
  const { chapters } = JSON.parse(await run('ffprobe', ['-v', 'error', '-show_chapters', '-of', 'json', path]));
  return chapters.map(({ start_time, tags }) => ({ ms: Math.round(Number(start_time) * 1000), title: tags?.title }));
}

/** Presentation times (s) of all packets of a stream ("v" or "a"), in order. */
export async function packet_times(path, stream) {
  const out = await run('ffprobe', ['-v', 'error', '-select_streams', stream, '-show_entries', 'packet=pts_time', '-of', 'csv=p=0', path]);
  return out.split('\n').map((line) => parseFloat(line)).filter(Number.isFinite).sort((a, b) => a - b);
}

/** The picture shown at `time` seconds: {width, height, data: RGBA}. */
export async function picture_at(path, time) {
  const { video } = await probe(path);
  const data = await ffmpeg(['-ss', String(time), '-i', path, '-frames:v', '1', '-f', 'rawvideo', '-pix_fmt', 'rgba', 'pipe:1']);
  return { width: video.width, height: video.height, data };
}

/** Sound from `time` for `seconds` as samples of 48 kHz mono. From 0 means from the stream's first sample. */
export async function sound_at(path, time, seconds) {
  // Even a seek to 0 goes to an entry of the index: in a track to the first key frame of the picture, which may be seconds late.
  const seek = time > 0 ? ['-ss', String(time)] : [];
  const raw = await ffmpeg([...seek, '-t', String(seconds), '-i', path, '-vn', '-ac', '1', '-ar', '48000', '-f', 'f32le', 'pipe:1']);
  return new Float32Array(raw.buffer, raw.byteOffset, raw.length >> 2);
}

/** Mean luma (0…255) of a rectangle in every frame, with its time: [{time, luma}]. */
export async function brightness(path, { x, y, w, h }) {
  const out = await run('ffmpeg', ['-hide_banner', '-loglevel', 'error', '-i', path, '-an', '-vf',
    `crop=${w}:${h}:${x}:${y},signalstats,metadata=print:file=-`, '-f', 'null', '-']);
  const frames = [];
  for (const line of out.split('\n')) {
    const time = /pts_time:([\d.]+)/.exec(line);
    if (time) frames.push({ time: Number(time[1]), luma: NaN });
    const luma = /signalstats\.YAVG=([\d.]+)/.exec(line);
    if (luma) frames[frames.length - 1].luma = Number(luma[1]);
  }
  return frames;
}

/** The bar code's number in each frame of a rectangle (default: all of it): [{time, number}]. */
export async function counters(path, rect) {
  const { video, audio } = await probe(path);
  // ffmpeg counts from where the file begins, which in a track is not 0.
  const begin = Math.min(video.start, audio.start);
  const { x, y, w, h } = rect ?? { x: 0, y: 0, w: video.width, h: video.height };
  const times = await brightness(path, { x, y, w: 16, h: 16 });
  const raw = await ffmpeg(['-i', path, '-an', '-vf', `crop=${w}:${h}:${x}:${y}`, '-fps_mode', 'passthrough', '-f', 'rawvideo', '-pix_fmt', 'gray', 'pipe:1']);
  const frames = [];
  for (let i = 0; (i + 1) * w * h <= raw.length && i < times.length; i++) {
    const number = read_barcode((px, py) => raw[i * w * h + Math.min(py, h - 1) * w + Math.min(px, w - 1)], { x: 0, y: 0, w, h });
    if (number !== null) frames.push({ time: times[i].time + begin, number });
  }
  return frames;
}

/** Times at which brightness rises through the middle between its extremes. */
export function flash_onsets(frames) {
  const values = frames.map((f) => f.luma);
  const low = Math.min(...values), high = Math.max(...values);
  if (high - low < 40) return [];
  const middle = (low + high) / 2;
  return frames.filter((f, i) => i > 0 && f.luma >= middle && frames[i - 1].luma < middle).map((f) => f.time);
}

/** For each flash, how much later (s) the nearest beep begins. */
export const offsets = (flashes, beeps) =>
  flashes.flatMap((flash) => {
    const nearest = beeps.reduce((best, b) => (Math.abs(b - flash) < Math.abs(best - flash) ? b : best), Infinity);
    return Math.abs(nearest - flash) < 0.4 ? [nearest - flash] : [];
  });
