// Recordings that are there without a meeting: FFmpeg makes the live files, the real finisher does the rest.
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { ffmpeg } from './encoded_media.mjs';
import { default_binary, source_root } from './server.mjs';

const run = promisify(execFile);
const live_name = (part) => (part === 1 ? 'live.mkv' : `live-${String(part).padStart(3, '0')}.mkv`);
const seconds_of = (scenes) => scenes.reduce((sum, scene) => sum + scene.seconds, 0);

/** The id and folder of a recording that began then. */
function place(recordings, room, started) {
  const stamp = started.toISOString().replace(/[-:]/g, '');        // 20261121T073000.000Z
  const directory = join(recordings, room, stamp);
  mkdirSync(directory, { recursive: true });
  return { id: `${stamp.replace('.', '')}-${randomBytes(9).toString('base64url')}`, directory };
}

const coding = {
  mp4: ['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-profile:v', 'baseline', '-pix_fmt', 'yuv420p', '-g', '60', '-c:a', 'aac'],
  webm: ['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-b:v', '1M', '-g', '60', '-c:a', 'libopus'],
};

// As the recorder has it: what an Opus decoder drops (6.5 ms) lies behind 0 and not before it.
const lead = { mp4: '', webm: ';[sound]asetpts=PTS+0.0065/TB[a]' };

async function make_live(path, scenes, size, format) {
  const inputs = scenes.flatMap(({ color, seconds, tone = 440 }) => [
    '-f', 'lavfi', '-i', `color=c=${color.replace('#', '0x')}:s=${size}:r=30:d=${seconds}`,
    '-f', 'lavfi', '-i', `sine=f=${tone}:r=48000:d=${seconds}`]);
  const pairs = scenes.map((_, i) => `[${2 * i}:v][${2 * i + 1}:a]`).join('');
  await ffmpeg([...inputs, '-filter_complex', `${pairs}concat=n=${scenes.length}:v=1:a=1[v]${lead[format] ? '[sound]' : '[a]'}${lead[format]}`, '-map', '[v]', '-map', '[a]',
    ...coding[format], '-ac', '2', '-f', 'matroska', '-y', path]);
}

/**
 * A finished recording: {id, directory, manifest}. parts: a list of lists of scenes {color, seconds, tone?}, one list a part;
 * people: [{id, name}]; events: [{part?, ms, type, …}] of the timeline; format: 'mp4' or 'webm'.
 */
export async function finished_recording({ recordings, room = 'studio', name, started = new Date(), parts, people = [], events = [], size = '640x360', format = 'mp4' }) {
  const { id, directory } = place(recordings, room, started);
  const manifest = { version: 1, id, room, ...(name && { name }), state: 'finishing', format, startedAt: started.toISOString(), files: [], closed: true, recovered: false };
  writeFileSync(join(directory, 'recording.json'), JSON.stringify(manifest));
  const lines = [];
  let begins = started.getTime();
  for (const [i, scenes] of parts.entries()) {
    const part = i + 1, length = seconds_of(scenes) * 1000;
    await make_live(join(directory, live_name(part)), scenes, size, format);
    const line = (ms, fields) => lines.push({ at: new Date(begins + ms).toISOString(), part, ms, ...fields });
    line(0, { type: 'part', file: live_name(part), format, reason: part === 1 ? 'start' : 'split' });
    if (part === 1) for (const person of people) line(0, { type: 'participant-joined', role: 'speaker', kind: 'participant', ...person });
    for (const { part: of = 1, ms, ...fields } of events) if (of === part) line(ms, fields);
    line(length, { type: 'part-end', durationMs: length });
    if (part === parts.length) line(length, { type: 'ended', reason: 'stopped' });
    begins += length;
  }
  writeFileSync(join(directory, 'timeline.jsonl'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  await run(default_binary, ['recording', 'finish', directory], { cwd: source_root });
  return { id, directory, manifest: JSON.parse(readFileSync(join(directory, 'recording.json'), 'utf8')) };
}
