// The finisher is killed at random moments: nothing recorded is ever gone, the next run ends ready, nothing is made twice.
// TESSERA_KILLS says how often (default 40).
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { default_binary, slowness } from '../support/server.mjs';

const kills = Number(process.env.TESSERA_KILLS ?? 40);
const parts = 2, seconds = 60;
let folder, live, serial = 0;

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'tessera-kill-'));
  live = join(folder, 'live.mkv');
  // Noise, so that the file is large enough for every step to take its time.
  execFileSync('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=30', '-f', 'lavfi', '-i', 'sine=frequency=440',
    '-t', String(seconds), '-vf', 'noise=alls=40:allf=t', '-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-g', '30',
    '-b:v', '3M', '-c:a', 'aac', '-ac', '1', '-ar', '48000', live]);
});
after(() => rmSync(folder, { recursive: true, force: true }));

const wall = (ms) => new Date(Date.UTC(2026, 10, 21, 10) + ms).toISOString();

/** A recording as a recorder leaves it: live files of two parts, timeline, manifest. */
function recorded(loudness) {
  const start = new Date(Date.UTC(2026, 10, 21, 10, 0, 0, serial++)).toISOString();
  const recordings = mkdtempSync(join(folder, 'r-'));
  const name = start.replace(/[-:]/g, '');
  const directory = join(recordings, 'hall', name);
  mkdirSync(directory, { recursive: true });
  const lines = [];
  for (let n = 1; n <= parts; ++n) {
    const file = n === 1 ? 'live.mkv' : `live-00${n}.mkv`, from = (n - 1) * seconds * 1000;
    copyFileSync(live, join(directory, file));
    lines.push({ at: wall(from), part: n, ms: 0, type: 'part', file, width: 320, height: 180, framerate: 30, format: 'mp4', reason: n === 1 ? 'start' : 'split' });
    lines.push({ at: wall(from), part: n, ms: 0, type: 'participant-joined', id: `p${n}`, name: `Person ${n}`, role: 'speaker' });
    lines.push({ at: wall(from + seconds * 1000), part: n, ms: seconds * 1000, type: 'part-end', durationMs: seconds * 1000 });
  }
  writeFileSync(join(directory, 'timeline.jsonl'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const id = `${name.replace('.', '')}-AAAAAAAAAAAA`;
  writeFileSync(join(directory, 'recording.json'), JSON.stringify({ version: 1, id, room: 'hall', state: 'finishing', startedAt: start,
    format: 'mp4', files: ['live.mkv'], closed: true, recovered: false, ...(loudness && { loudness }) }));
  return { recordings, directory, id };
}

function tessera(...args) {
  const { status, stdout, stderr } = spawnSync(default_binary, ['recording', ...args], { encoding: 'utf8' });
  return { status, stdout, stderr };
}

/** Starts finishing and kills it after `ms`; how long it ran if it ended before. */
function finish_and_kill(directory, ms) {
  return new Promise((resolve, reject) => {
    const begun = performance.now();
    const child = spawn(default_binary, ['recording', 'finish', directory], { stdio: 'ignore' });
    child.once('error', reject);
    child.once('exit', (status, signal) => resolve({ killed: signal === 'SIGKILL', status, ran: performance.now() - begun }));
    if (ms !== undefined) setTimeout(() => child.kill('SIGKILL'), ms);
  });
}

const final_name = (n) => (n === 1 ? 'recording.mp4' : `recording-00${n}.mp4`);
const live_name = (n) => (n === 1 ? 'live.mkv' : `live-00${n}.mkv`);

/** How far a killed finisher had come. */
function stage(directory) {
  const manifest = JSON.parse(readFileSync(join(directory, 'recording.json')));
  if (manifest.state === 'ready') return `ready, sidecars ${manifest.sidecars}`;
  const files = readdirSync(directory);
  const part = files.find((file) => file.endsWith('.part'));
  if (part?.includes('loud')) return 'loudness';
  if (part) return `writing or verifying ${part.replace('.part', '')}`;
  const named = files.filter((file) => /^recording.*\.mp4$/.test(file));
  if (!named.length) return manifest.loudnessGain ? 'measured' : 'scanning';
  return `${named.length} named, ${(manifest.parts ?? []).filter((p) => p.sha256).length} noted, ${files.filter((f) => f.startsWith('live')).length} live`;
}

test(`killed ${kills} times at random moments: all are ready in the end, and none is made twice`, { timeout: (kills * 6000 + 120_000) * slowness }, async () => {
  const stages = {};
  for (const loudness of [undefined, -20]) {
    const whole = recorded(loudness);
    const { status, ran } = await finish_and_kill(whole.directory);
    assert.equal(status, 0);
    rmSync(whole.recordings, { recursive: true });
    for (let i = 0; i < kills / 2; ++i) {
      const { recordings, directory, id } = recorded(loudness);
      // Several kills in a row before it may end.
      const rounds = 1 + (i % 3);
      const made = {};
      for (let round = 0; round < rounds; ++round) {
        const { killed } = await finish_and_kill(directory, Math.random() * ran * 1.02);
        const where = killed ? stage(directory) : 'it was faster';
        stages[where] = (stages[where] ?? 0) + 1;
        for (let n = 1; n <= parts; ++n) {
          const file = join(directory, final_name(n));
          assert.ok(existsSync(file) || existsSync(join(directory, live_name(n))), `part ${n} is neither live nor finished, killed at: ${where}`);
          if (!existsSync(file)) continue;
          const { ino, mtimeMs } = statSync(file);
          made[n] ??= { ino, mtimeMs };
          assert.deepEqual({ ino, mtimeMs }, made[n], `part ${n} was made again`);
        }
      }
      const recovered = tessera('recover', '--json', '--recordings', recordings);
      assert.equal(recovered.status, 0, recovered.stderr + recovered.stdout);
      const manifest = JSON.parse(readFileSync(join(directory, 'recording.json')));
      assert.equal(manifest.state, 'ready');
      assert.equal(manifest.id, id);
      assert.equal(manifest.parts.length, parts);
      assert.equal(manifest.recovered, false, 'the recorder had closed it');
      assert.ok(Math.abs(manifest.durationMs - parts * seconds * 1000) <= 200, `${manifest.durationMs} ms`);
      assert.equal(manifest.participants.length, parts);
      assert.ok(existsSync(join(directory, 'poster.jpg')) && existsSync(join(directory, 'chapters.vtt')));
      for (const [n, { ino, mtimeMs }] of Object.entries(made)) {
        const now = statSync(join(directory, final_name(Number(n))));
        assert.deepEqual({ ino: now.ino, mtimeMs: now.mtimeMs }, { ino, mtimeMs }, `part ${n} was made again by recovery`);
      }
      const verified = tessera('verify', '--json', id, '--recordings', recordings);
      assert.equal(verified.status, 0, verified.stdout);
      for (const file of readdirSync(directory)) assert.doesNotMatch(file, /\.part$|\.tmp$|^live/, `${file} was left behind`);
      assert.equal(tessera('recover', '--recordings', recordings).stdout.startsWith('nothing to recover'), true);
      rmSync(recordings, { recursive: true });
    }
  }
  console.log('killed at:', JSON.stringify(stages, null, 1));
  assert.ok(Object.keys(stages).length >= 5, 'the kills fell on different steps');
});
