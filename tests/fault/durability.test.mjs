// What is said to be on the disk was put there, and in that order: seen by the system calls. A test without a power cut
// cannot tell otherwise whether anything was ever synced.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { until } from '../support/deadline.mjs';
import { LightClients } from '../support/light_clients.mjs';
import { alive } from '../support/proc.mjs';
import { slowness, TesseraServer } from '../support/server.mjs';

const calls = 'fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat';
// May one process look at another's system calls here? (A sanitizer's own checks do not go with it.)
const traces = spawnSync('strace', ['-o', '/dev/null', 'true']).status === 0;
const skip = traces ? false : 'strace is not allowed here';
let server, clients;

before(async () => {
  server = await TesseraServer.start();
  clients = LightClients.start();
});
after(async () => {
  await clients?.stop();
  await server?.stop();
});

/** Begins a recording with tracks; waits until some is written: {id, folder, peer}. */
async function begin(room) {
  const peer = await clients.join({ url: server.url, room, name: 'Ann', audio: { frequency: 440, shape: 'steady' } });
  await peer.receives_frames(30);
  const { status, body } = await server.request('POST', `/api/v1/rooms/${room}/recordings`, { tracks: true });
  assert.equal(status, 201, JSON.stringify(body));
  const folder = join(server.recordings, room, readdirSync(join(server.recordings, room))[0]);
  await until('some is written', () => readdirSync(folder).includes('live.mkv') && statSync(join(folder, 'live.mkv')).size > 200_000,
    { timeout: 20_000 * slowness });
  return { id: body.id, folder, peer };
}

/** The calls of a trace that succeeded, in the order in which they were done: {name, paths}. */
function read_trace(path) {
  const begun = new Map();  // by thread: what another one's call interrupted in the text
  return readFileSync(path, 'utf8').split('\n').flatMap((line) => {
    const [, thread, text] = /^(\d+)\s+(.*)$/.exec(line) ?? [];
    if (!thread) return [];
    if (text.endsWith('<unfinished ...>')) {
      begun.set(thread, text.replace(/ *<unfinished \.\.\.>$/, ''));
      return [];
    }
    const whole = text.replace(/^<\.\.\. \w+ resumed>/, () => begun.get(thread) ?? '');
    const [, name, rest] = /^(\w+)\((.*)\) += 0$/.exec(whole) ?? [];
    if (!name) return [];
    return [{ name, paths: [...rest.matchAll(/"((?:[^"\\]|\\.)*)"|<([^<>]*)>/g)].map((m) => m[1] ?? m[2]) }];
  });
}

test('while it runs, live file and tracks are synced about every second, and each line of the timeline', { skip, timeout: 120_000 * slowness }, async () => {
  const { id, folder, peer } = await begin('synced');
  const trace = join(server.folder, 'live.trace');
  const strace = spawn('strace', ['-f', '-y', '-e', `trace=${calls}`, '-o', trace, '-p', String(await server.room_pid('synced'))], { stdio: 'ignore' });
  const synced = (ending) => read_trace(trace).filter(({ name, paths }) => /sync/.test(name) && paths.some((path) => path.startsWith(folder) && path.endsWith(ending))).length;
  const since = Date.now();
  try {
    await until('it is traced', () => existsSync(trace) && synced('/live.mkv') > 0, { timeout: 20_000 * slowness });
    for (const name of ['speaker', 'grid', 'speaker']) {
      const before = synced('/timeline.jsonl');
      assert.ok((await server.request('PUT', '/api/v1/rooms/synced/layout', { name })).status < 300);
      await until('the line is synced', () => synced('/timeline.jsonl') > before, { timeout: 5_000 * slowness, interval: 50 });
    }
    await until('the others were synced three times', () => ['/live.mkv', '-main-001.mkv'].every((ending) => synced(ending) >= 3),
      { timeout: 20_000 * slowness, interval: 200 });
  } finally {
    strace.kill('SIGINT');
  }
  const seconds = (Date.now() - since) / 1000;
  for (const ending of ['/live.mkv', '-main-001.mkv'])
    assert.ok(synced(ending) >= seconds / (2 * slowness) - 1, `${ending}: ${synced(ending)} times in ${seconds.toFixed(1)} s`);
  await server.request('PATCH', `/api/v1/recordings/${id}`, { state: 'stopped' });
  await until('it is ready', async () => (await server.get(`/api/v1/recordings/${id}`)).state === 'ready', { timeout: 30_000 * slowness });
  await peer.leave();
});

test('the live file goes only when the finished one, its name and its check sum are on the disk; nobody has to listen', { skip, timeout: 120_000 * slowness }, async () => {
  const { folder, peer } = await begin('killed');
  const room = await server.room_pid('killed');
  await server.kill();
  await until('its room ends', () => !alive(room), { timeout: 15_000 * slowness });
  await peer.leave({ rude: true }).catch(() => {});

  const trace = join(server.folder, 'finish.trace');
  // Whoever reads its progress is gone with the first line.
  const finish = spawn('strace', ['-f', '-y', '-e', `trace=${calls}`, '-o', trace, server.binary, 'recording', 'finish', folder, '--json'],
    { stdio: ['ignore', 'pipe', 'inherit'], cwd: server.folder });
  finish.stdout.destroy();
  const status = await new Promise((resolve) => finish.on('exit', (code, signal) => resolve(signal ?? code)));
  assert.equal(status, 0);
  const manifest = JSON.parse(readFileSync(join(folder, 'recording.json'), 'utf8'));
  assert.deepEqual([manifest.state, manifest.sidecars], ['ready', 'made']);

  const done = read_trace(trace);
  let at = -1;
  /** The next call of that kind, after what was found before. */
  const then = (what, name, ...endings) => {
    const found = done.findIndex((call, i) => i > at && name.test(call.name) && endings.every((ending) => call.paths.some((path) => path.endsWith(ending))));
    assert.ok(found >= 0, `${what} does not come after call ${at}: ${JSON.stringify(done.map((call) => [call.name, ...call.paths.map((path) => path.replace(folder, ''))]))}`);
    at = found;
  };
  const index_of = (name, ending) => done.findIndex((call) => name.test(call.name) && call.paths.some((path) => path.endsWith(ending)));
  then('the new file is synced', /^f(data)?sync$/, '/recording.mp4.part');
  then('it gets its name', /^rename/, '/recording.mp4.part', '/recording.mp4');
  then('the name is synced', /^fsync$/, folder);
  then('the manifest with its check sum is synced', /^f(data)?sync$/, '/recording.json.tmp');
  then('the manifest gets its name', /^rename/, '/recording.json.tmp', '/recording.json');
  then('that is synced', /^fsync$/, folder);
  then('the live file goes', /^unlink/, '/live.mkv');
  assert.equal(index_of(/^unlink/, '/live.mkv'), at, 'not before');
  at = -1;
  then('the track with its index is synced', /^f(data)?sync$/, '-main-001.mkv.part');
  then('it takes the place of the one without', /^rename/, '-main-001.mkv.part', '-main-001.mkv');
  then('that is synced', /^fsync$/, '/tracks');
  await server.run();
});
