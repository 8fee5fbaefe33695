// The processes that read strangers' bytes are confined, and everything they do for people still works. What a confined
// process cannot do is tried in tests/integration/sandbox, where each attempt has a process of its own.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { until } from '../support/deadline.mjs';
import { LightClients } from '../support/light_clients.mjs';
import { children } from '../support/proc.mjs';
import { default_binary, slowness, source_root, TesseraServer } from '../support/server.mjs';

const key = 'a-secret-that-nobody-else-may-see-0123456789';
const patience = { timeout: 20_000 * slowness };
const check = spawnSync(default_binary, ['check'], { cwd: source_root, encoding: 'utf8', env: { ...process.env, ASAN_OPTIONS: 'detect_leaks=0' } });
const holds = (name) => new RegExp(`^  ${name} +in force`, 'm').test(check.stdout);
const without = (name) => (holds(name) ? false : `this kernel has no ${name}`);

let server, clients, peer, pid;
const status_of = (process, thread = process) =>
  Object.fromEntries(readFileSync(`/proc/${process}/task/${thread}/status`, 'utf8').split('\n').map((line) => line.split(':\t')));

before(async () => {
  server = await TesseraServer.start();
  clients = LightClients.start();
  peer = await clients.join({ url: server.url, room: 'confined', name: 'a' });
  pid = await server.room_pid('confined');
});
after(async () => {
  await clients?.stop();
  await server?.stop();
});

test('tessera check says what is in force', () => {
  assert.equal(check.status, 0, check.stdout + check.stderr);
  for (const name of ['no_new_privs', 'capabilities', 'landlock', 'seccomp', 'cgroup'])
    assert.match(check.stdout, new RegExp(`^  ${name} +(in force|not in force) +\\S`, 'm'));
  assert.ok(holds('no_new_privs') && holds('capabilities'));
});

test('every thread of a room has no new privileges and a filter of system calls', { skip: without('seccomp') }, async () => {
  await until('media flows', async () => (await peer.stats()).video.frames > 0, patience);
  const threads = readdirSync(`/proc/${pid}/task`);
  assert.ok(threads.length > 5);
  for (const thread of threads) {
    let status;
    try {
      status = status_of(pid, thread);
    } catch (error) {
      if (error.code === 'ENOENT') continue; // it ended
      throw error;
    }
    assert.equal(status.NoNewPrivs, '1', status.Name);
    assert.equal(status.Seccomp, '2', status.Name);
    assert.equal(BigInt(`0x${status.CapEff}`) & ~0x80000an, 0n, `${status.Name} has ${status.CapEff}`);
  }
});

test('Landlock holds for the whole room: no thread was there before it', { skip: without('landlock') }, () => {
  assert.doesNotMatch(server.log, /threads were started before/);
});

test('the front shows its key in no file of /proc', async () => {
  const closed = await TesseraServer.start({ env: { TESSERA_AUTH_KEY: key, TESSERA_TURN_SECRET: `turn-${key}` } });
  try {
    assert.equal((await closed.request('GET', '/api/v1/rooms')).status, 401, 'the key is in use');
    for (const process of [closed.pid, ...children(closed.pid)]) {
      const environment = readFileSync(`/proc/${process}/environ`, 'latin1');
      assert.match(environment, /PATH=/);
      assert.doesNotMatch(environment, /secret-that-nobody/);
      assert.doesNotMatch(readFileSync(`/proc/${process}/cmdline`, 'latin1'), /secret-that-nobody/);
    }
  } finally {
    await closed.stop();
  }
});

test('the same user cannot read the memory of the front', { skip: process.getuid() === 0 ? false : 'needs root to become somebody else' }, async () => {
  // As nobody, who runs the server and tries to look into it.
  const script = `
    "$0" serve --listen 127.0.0.1:0 --recordings "$1" > "$1/log" 2>&1 & front=$!
    until grep -q 'Tessera is at' "$1/log"; do kill -0 $front || { cat "$1/log"; exit 3; }; done
    cat /proc/$front/environ > /dev/null 2>&1 && echo environ
    head -c 1 /proc/$front/maps > /dev/null 2>&1 && echo maps
    ls /proc/$front/fd > /dev/null 2>&1 && echo fd
    kill $front; wait $front; echo done`;
  const folder = join(server.folder, 'nobody');
  mkdirSync(folder);
  spawnSync('chown', ['nobody', folder, server.folder]);
  const ran = spawnSync('setpriv', ['--reuid=nobody', '--clear-groups', 'sh', '-c', script, default_binary, folder],
    { cwd: source_root, encoding: 'utf8', timeout: 60_000 * slowness, env: { PATH: process.env.PATH, TESSERA_AUTH_KEY: key, ASAN_OPTIONS: 'detect_leaks=0' } });
  assert.equal(ran.stdout, 'done\n', ran.stderr);
});

test('a room makes its folder for recordings, and leaves none when it recorded nothing', async () => {
  const folder = join(server.recordings, 'confined');
  assert.ok(existsSync(folder));
  await peer.leave();
  await server.request('DELETE', '/api/v1/rooms/confined');
  await until('the folder is gone', () => !existsSync(folder), patience);
});

test('a recording goes on into a room whose last recording was deleted meanwhile', async () => {
  peer = await clients.join({ url: server.url, room: 'confined', name: 'b' });
  const record = async () => {
    const made = await server.request('POST', '/api/v1/rooms/confined/recordings', {});
    assert.equal(made.status, 201, made.text);
    await until('it records', async () => (await server.get(`/api/v1/recordings/${made.body.id}`)).state === 'recording', patience);
    await server.request('PATCH', `/api/v1/recordings/${made.body.id}`, { state: 'stopped' });
    await until('it is ready', async () => (await server.get(`/api/v1/recordings/${made.body.id}`)).state === 'ready', { timeout: 40_000 * slowness });
    return made.body.id;
  };
  const first = await record();
  // 409 while the finisher makes its pictures.
  await until('it is deleted', async () => (await server.request('DELETE', `/api/v1/recordings/${first}`)).status === 204, patience);
  await record();
});

test('a preview is drawn by a process that starts no other', async () => {
  const drawn = await fetch(`${server.url}/api/v1/layouts/grid/preview.png?participants=3`);
  assert.equal(drawn.status, 200, server.tail());
  assert.match(Buffer.from(await drawn.arrayBuffer()).subarray(0, 8).toString('latin1'), /PNG/);
  assert.doesNotMatch(server.log, /plugin loader failed/);
});

test('the mode is one of three', () => {
  const wrong = spawnSync(default_binary, ['check'], { cwd: source_root, encoding: 'utf8', env: { ...process.env, TESSERA_SANDBOX: 'perhaps' } });
  assert.equal(wrong.status, 2);
  assert.match(wrong.stderr, /sandbox\.mode: "perhaps" is not one of auto, required, off/);
  const off = spawnSync(default_binary, ['check'], { cwd: source_root, encoding: 'utf8', env: { ...process.env, TESSERA_SANDBOX: 'off' } });
  assert.match(off.stdout, /not in force +sandbox\.mode is off/);
});
