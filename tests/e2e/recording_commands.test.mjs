// `tessera recording …` as people and cron jobs run it: its exit status, what it says, and what it leaves behind.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { until } from '../support/deadline.mjs';
import { ffmpeg } from '../support/encoded_media.mjs';
import { default_binary, slowness, source_root } from '../support/server.mjs';

const folder = mkdtempSync(join(tmpdir(), 'tessera-commands-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('TESSERA_')));
const recording = (...words) => spawnSync(default_binary, ['recording', ...words], { encoding: 'utf8', cwd: folder, env: environment });

/** Runs it until `begun` holds, then does something to it; {status, signal, output}. */
async function disturb(words, begun, how) {
  const child = spawn(default_binary, ['recording', ...words], { cwd: folder, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => { output += chunk; });
  const ended = new Promise((resolve) => { child.once('close', (status, signal) => resolve({ status, signal })); });
  try {
    await until('it has begun', begun, { timeout: 20_000 * slowness });
    how(child);
    return { ...(await ended), output };
  } finally {
    child.kill('SIGKILL');
  }
}

/** The folder of a ready recording. */
function ready(recordings, room, manifest) {
  const start = '20261121T073000.000Z', directory = join(recordings, room, start);
  mkdirSync(directory, { recursive: true });
  const id = `${start.replace('.', '')}-abcdefghijkl`;
  writeFileSync(join(directory, 'recording.json'), JSON.stringify({ version: 1, id, room, state: 'ready', startedAt: '2026-11-21T07:30:00.000Z', sidecars: 'made', files: [], ...manifest }));
  return { id, directory };
}

/** One with a minute of somebody's track. */
async function with_track(recordings) {
  const file = 'tracks/ann-main-001.mkv';
  const made = ready(recordings, 'tracks', { durationMs: 60_000, width: 640, height: 360, framerate: 30,
    tracks: [{ file, participant: 'ann', name: 'Ann', kind: 'main', startMs: 0, durationMs: 60_000, indexed: true }] });
  mkdirSync(join(made.directory, 'tracks'));
  await ffmpeg(['-f', 'lavfi', '-i', 'color=c=red:s=320x180:r=30:d=60', '-f', 'lavfi', '-i', 'sine=f=440:r=48000:d=60',
    '-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-c:a', 'libopus', '-y', join(made.directory, file)]);
  return made;
}

test('a mistyped folder is no success', () => {
  const typo = join(folder, 'recs'), file = join(folder, 'file');
  writeFileSync(file, 'x');
  const config = join(folder, 'upload.json');
  writeFileSync(config, JSON.stringify({ recording: { upload: { directory: join(folder, 'copies') } } }));
  for (const where of [typo, file])
    for (const words of [['list'], ['verify'], ['recover'], ['export', 'x', '-o', folder], ['upload', '--config', config], ['mix', 'x']]) {
      const { status, stdout, stderr } = recording(...words, '--recordings', where);
      assert.equal(status, 2, `${words}: ${stdout}${stderr}`);
      assert.ok(stderr.includes(where) && stderr.includes('--recordings'), stderr);
    }
  const configured = join(folder, 'configured.json');
  writeFileSync(configured, JSON.stringify({ recording: { directory: typo } }));
  for (const [words, wanted] of [[['list'], 0], [['recover'], 0], [['verify'], 2], [['mix', 'x'], 2]]) {
    const { status, stderr } = recording(...words, '--config', configured);
    assert.equal(status, wanted, `${words}: ${stderr}`);
    assert.match(stderr, /nothing was recorded there yet/);
  }
});

test('uploads without keys, or to what is no address, are refused before anything is sent', () => {
  const recordings = join(folder, 'to-upload');
  ready(recordings, 'blue', {});
  const config = join(folder, 's3.json');
  for (const [endpoint, wanted] of [['http://127.0.0.1:1', /TESSERA_S3_ACCESS_KEY, TESSERA_S3_SECRET_KEY/], ['banana', /recording\.upload\.endpoint: "banana"/]]) {
    writeFileSync(config, JSON.stringify({ recording: { upload: { endpoint, bucket: 'talks' } } }));
    const { status, stderr } = recording('upload', '--config', config, '--recordings', recordings);
    assert.equal(status, 2, stderr);
    assert.match(stderr, wanted);
    const serve = spawnSync(default_binary, ['serve', '--config', config, '--recordings', recordings, '--listen', '127.0.0.1:0'], { encoding: 'utf8', cwd: source_root, env: environment });
    assert.equal(serve.status, 2, serve.stderr);
    assert.match(serve.stderr, wanted);
  }
});

test('Ctrl-C and SIGTERM take away what an export began', { timeout: 120_000 * slowness }, async () => {
  const recordings = join(folder, 'to-export'), out = join(folder, 'exported');
  mkdirSync(out);
  const sparse = join(folder, 'medium');
  writeFileSync(sparse, 'x');
  truncateSync(sparse, 1_500_000_000);
  const sha256 = spawnSync('sha256sum', [sparse], { encoding: 'utf8' }).stdout.slice(0, 64);
  const { id, directory } = ready(recordings, 'blue', { files: ['recording.mp4'], sha256 });
  renameSync(sparse, join(directory, 'recording.mp4'));
  for (const signal of ['SIGINT', 'SIGTERM'])
    for (const output of [join(out, 'talk.mp4'), out]) {
      const { status, output: said } = await disturb(['export', id, '--recordings', recordings, '-o', output],
        () => readdirSync(out, { recursive: true }).some((name) => name.endsWith('.part')), (child) => child.kill(signal));
      assert.equal(status, 130, said);
      assert.match(said, /interrupted/);
      assert.deepEqual(readdirSync(out), []);
    }
});

test('Ctrl-C, SIGTERM and a reader that goes take away what a mix began', { timeout: 120_000 * slowness }, async () => {
  const recordings = join(folder, 'to-mix'), output = join(folder, 'again.mp4');
  const { id } = await with_track(recordings);
  const mix = ['mix', id, '--recordings', recordings, '--layouts', join(source_root, 'layouts'), '--json', '-o', output];
  for (const how of [(child) => child.kill('SIGINT'), (child) => child.kill('SIGTERM'), (child) => child.stdout.destroy()]) {
    const { status, output: said } = await disturb(mix, () => existsSync(`${output}.part`), how);
    assert.equal(status, 130, said);
    assert.match(said, /interrupted/);
    assert.ok(!existsSync(output) && !existsSync(`${output}.part`), said);
  }
  const { status, stderr } = recording(...mix, '--fps', '0');
  assert.equal(status, 2);
  assert.match(stderr, /--fps: 1 to 60/);
});
