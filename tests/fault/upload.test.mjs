// Uploads against a store that stumbles, cuts, lies and is restarted: in the end the copy is whole, and nothing local went before.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';

import { until } from '../support/deadline.mjs';
import { S3Server } from '../support/s3_server.mjs';
import { default_binary, slowness, TesseraServer } from '../support/server.mjs';

const sha256 = (data) => createHash('sha256').update(data).digest('hex');
let store, folder, count = 0;

before(() => { folder = mkdtempSync(join(tmpdir(), 'tessera-upload-')); });
beforeEach(async () => {
  await store?.stop();
  store = await S3Server.start();
});
after(async () => {
  await store?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A finished recording on disk: {id, directory, medium, key}. */
function finished_recording(recordings, bytes, room = 'hall') {
  const start = new Date(Date.UTC(2026, 10, 21, 10, 0, 0, count++)).toISOString();
  const name = start.replace(/[-:]/g, '');
  const directory = join(recordings, room, name);
  mkdirSync(directory, { recursive: true });
  const medium = randomBytes(bytes);
  writeFileSync(join(directory, 'recording.mp4'), medium);
  writeFileSync(join(directory, 'chapters.vtt'), 'WEBVTT\n');
  const id = `${name.replace('.', '')}-AAAAAAAAAAAA`;
  const part = { n: 1, file: 'recording.mp4', bytes, sha256: sha256(medium), durationMs: 1000, codecs: {} };
  writeFileSync(join(directory, 'recording.json'), JSON.stringify({ version: 1, id, room, state: 'ready', startedAt: start, endedAt: start,
    files: ['recording.mp4'], bytes, sha256: part.sha256, durationMs: 1000, parts: [part], closed: true, recovered: false, sidecars: 'made' }));
  return { id, directory, medium, key: `${room}/${name}` };
}

const manifest_of = ({ directory }) => JSON.parse(readFileSync(join(directory, 'recording.json')));

function recordings_folder() {
  return mkdtempSync(join(folder, 'r-'));
}

/** `tessera recording upload`: {status, output}; `on_start(child)`. */
function upload(recordings, more = {}, on_start = () => {}) {
  const config = join(recordings, '..', `${basename(recordings)}.json`);
  writeFileSync(config, JSON.stringify({ recording: { upload: store.config(more) } }));
  return new Promise((resolve, reject) => {
    const child = spawn(default_binary, ['recording', 'upload', '--config', config, '--recordings', recordings], { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => { output += chunk; });
    child.once('error', reject);
    child.once('close', (status, signal) => resolve({ status, signal, output }));
    on_start(child);
  });
}

function assert_copied({ key, medium }) {
  assert.ok(store.objects.get(`${key}/recording.mp4`)?.equals(medium), 'the medium is there, bit for bit');
  assert.ok(store.objects.has(`${key}/chapters.vtt`));
  assert.equal(JSON.parse(store.objects.get(`${key}/recording.json`)).state, 'ready');
  assert.ok(!store.objects.has(`${key}/recording.lock`) && !store.objects.has(`${key}/upload.json`));
  assert.deepEqual(store.refused, []);
}

test('small and large recordings arrive, every request signed, the manifest last', { timeout: 60_000 }, async () => {
  const recordings = recordings_folder();
  const small = finished_recording(recordings, 1000), large = finished_recording(recordings, 12 << 20);
  const { status, output } = await upload(recordings, { prefix: 'a b/ü+' });
  assert.equal(status, 0, output + store.refused.join('\n'));
  for (const one of [small, large]) assert_copied({ ...one, key: `a b/ü+${one.key}` });
  const puts = store.requests.filter(({ method }) => method !== 'HEAD').map(({ path }) => path.split('?')[0]);
  assert.ok(puts.at(-1).endsWith('recording.json'));
  assert.equal(manifest_of(large).upload.state, 'done');
  assert.match(manifest_of(large).upload.url, /^s3:\/\/talks\//);
  assert.ok(existsSync(join(large.directory, 'recording.mp4')), 'the local file stays');
  const sent = store.requests.length;
  assert.equal((await upload(recordings)).status, 0);
  assert.equal(store.requests.length, sent, 'done is done');
});

test('a wrong key is refused and said; nothing local goes', { timeout: 60_000 }, async () => {
  const recordings = recordings_folder();
  const one = finished_recording(recordings, 1000);
  const { status, output } = await upload(recordings, { secretKey: 'wrong', deleteAfter: true });
  assert.equal(status, 1);
  assert.match(output, /SignatureDoesNotMatch/);
  assert.equal(manifest_of(one).upload.state, 'failed');
  assert.equal(manifest_of(one).upload.error.code, 'upload-refused');
  assert.ok(existsSync(join(one.directory, 'recording.mp4')));
  assert.ok(!output.includes('wrong'), 'the key is not printed');
});

test('statuses of 500 and cut connections are gone through', { timeout: 120_000 }, async () => {
  const recordings = recordings_folder();
  const large = finished_recording(recordings, 17 << 20);
  let calls = 0;
  store.misbehave = ({ method }) => [, '500', , 'cut', method === 'PUT' ? 'slow' : '500'][calls++ % 5];
  const { status, output } = await upload(recordings);
  store.misbehave = () => undefined;
  assert.equal(status, 0, output);
  assert.ok(calls > 10);
  assert.ok(store.requests.some(({ status: answer }) => answer === 400));
  assert_copied(large);
});

test('what the store damaged is found out, and sent again', { timeout: 60_000 }, async () => {
  for (const bytes of [1000, 12 << 20]) {
    const recordings = recordings_folder();
    const one = finished_recording(recordings, bytes);
    store.misbehave = ({ method, url }) => method === 'PUT' && url.includes('recording.mp4') && 'corrupt';
    const { status, output } = await upload(recordings, { deleteAfter: true });
    assert.equal(status, 1, output);
    assert.equal(manifest_of(one).upload.error.code, 'verify-failed');
    assert.ok(existsSync(join(one.directory, 'recording.mp4')), 'nothing local goes before it is verified');
    assert.ok(!store.objects.has(`${one.key}/recording.json`), 'no manifest for what is not there');
    assert.equal(store.uploads.size, 0, 'no parts are left behind');
    store.misbehave = () => undefined;
    assert.equal((await upload(recordings, { deleteAfter: true })).status, 0);
    assert_copied(one);
    assert.ok(!existsSync(join(one.directory, 'recording.mp4')), 'now it may go');
    assert.equal(manifest_of(one).local, false);
  }
});

test('what a failed run had copied is not sent again, unless it has gone from the store', { timeout: 60_000 }, async () => {
  for (const bytes of [1000, 12 << 20])
    for (const gone of [false, true]) {
      const recordings = recordings_folder();
      const one = finished_recording(recordings, bytes);
      store.misbehave = ({ method, url }) => method === 'PUT' && url.includes('chapters.vtt') && 'deny';
      const { status, output } = await upload(recordings, { deleteAfter: true });
      store.misbehave = () => undefined;
      assert.equal(status, 1, output);
      const medium = `${one.key}/recording.mp4`;
      assert.ok(store.objects.has(medium));
      if (gone) store.objects.delete(medium);
      const before = store.requests.length;
      assert.equal((await upload(recordings, { deleteAfter: true })).status, 0);
      const sent = store.requests.slice(before).filter(({ method, path }) => method === 'PUT' && path.includes('recording.mp4'));
      assert.equal(sent.length > 0, gone);
      assert_copied(one);
      assert.ok(!existsSync(join(one.directory, 'recording.mp4')), 'now it may go');
    }
});

test('a second copy that was damaged on its way does not count, though the first one did', { timeout: 60_000 }, async () => {
  const recordings = recordings_folder();
  const one = finished_recording(recordings, 1000), medium = `${one.key}/recording.mp4`;
  const run = async (misbehave) => {
    store.misbehave = misbehave;
    const { status } = await upload(recordings, { deleteAfter: true });
    store.misbehave = () => undefined;
    return status;
  };
  assert.equal(await run(({ method, url }) => method === 'PUT' && url.includes('chapters.vtt') && 'deny'), 1);
  store.objects.delete(medium);
  assert.equal(await run(({ method, url }) => method === 'PUT' && url.includes('recording.mp4') && 'corrupt'), 1);
  assert.ok(!store.objects.get(medium).equals(one.medium));
  assert.equal(await run(() => undefined), 0);
  assert_copied(one);
});

test('where the store keeps no headers, or says 403 of what is not there, the copy is read back or made again', { timeout: 60_000 }, async () => {
  for (const [what, gone, sent] of [['keeps_headers', false, false], ['may_list', true, true]]) {
    const recordings = recordings_folder();
    const one = finished_recording(recordings, 1000);
    store[what] = false;
    store.misbehave = ({ method, url }) => method === 'PUT' && url.includes('chapters.vtt') && 'deny';
    assert.equal((await upload(recordings, { deleteAfter: true })).status, 1);
    store.misbehave = () => undefined;
    if (gone) store.objects.delete(`${one.key}/recording.mp4`);
    const before = store.requests.length;
    assert.equal((await upload(recordings, { deleteAfter: true })).status, 0);
    store[what] = true;
    assert.equal(store.requests.slice(before).some(({ method, path }) => method === 'PUT' && path.includes('recording.mp4')), sent);
    assert_copied(one);
  }
});

test('a copy that cannot be asked for is not sent again', { timeout: 60_000 }, async () => {
  const recordings = recordings_folder();
  const one = finished_recording(recordings, 1000);
  const medium = ({ url }) => url.includes('recording.mp4');
  store.keeps_headers = false;
  store.misbehave = ({ method, url }) => method === 'PUT' && url.includes('chapters.vtt') && 'deny';
  assert.equal((await upload(recordings)).status, 1);
  const before = store.requests.length;
  for (const fault of ['500', 'deny']) {
    store.misbehave = (request) => request.method === 'GET' && medium(request) && fault;
    assert.equal((await upload(recordings)).status, 1, fault);
  }
  store.misbehave = () => undefined;
  assert.equal((await upload(recordings)).status, 0);
  assert.ok(!store.requests.slice(before).some(({ method, path }) => method === 'PUT' && medium({ url: path })));
  assert_copied(one);
});

test('reading back goes on where the store stumbles, and what cannot be read is not called damaged', { timeout: 60_000 }, async () => {
  const recordings = recordings_folder();
  const one = finished_recording(recordings, 11 << 20);
  const parts = () => store.requests.filter(({ method, path }) => method === 'PUT' && path.includes('partNumber=')).length;
  store.opaque_etags = true;
  for (const fault of ['500', 'deny', 'deny']) {
    store.misbehave = ({ method }) => method === 'GET' && fault;
    assert.equal((await upload(recordings, { deleteAfter: true })).status, 1);
    assert.equal(manifest_of(one).upload.error.code, 'upload-failed');
    assert.equal(parts(), 3);
  }
  let gets = 0;
  store.misbehave = ({ method, url }) => method === 'GET' && url.includes('recording.mp4') && gets++ === 0 && '500';
  assert.equal((await upload(recordings, { deleteAfter: true })).status, 0);
  assert.equal(gets, 2);
  assert.equal(parts(), 3, 'nothing is sent again');
  assert_copied(one);
});

test('who is forbidden a part for a while goes on with that part', { timeout: 60_000 }, async () => {
  const recordings = recordings_folder();
  const one = finished_recording(recordings, 11 << 20);
  const head = ({ method, url }) => method === 'HEAD' && url.includes('recording.mp4');
  for (const denied of [({ url }) => url.includes('partNumber=2'), ({ method, url }) => method === 'POST' && url.includes('uploadId='), head, head, head]) {
    store.misbehave = (request) => denied(request) && 'deny';
    assert.equal((await upload(recordings)).status, 1);
    assert.equal(manifest_of(one).upload.error.code, 'upload-refused');
  }
  store.misbehave = () => undefined;
  assert.equal((await upload(recordings)).status, 0);
  assert_copied(one);
  const sent = store.requests.filter(({ method, path, status }) => method === 'PUT' && path.includes('partNumber=') && status === 200);
  assert.equal(sent.length, 3);
  assert.equal(store.uploads.size, 0);
});

test('where parts of that size are refused, smaller ones are sent, and none of the others stay in the store', { timeout: 60_000 }, async () => {
  const recordings = recordings_folder();
  const one = finished_recording(recordings, 13 << 20);
  let length = 0;
  store.misbehave = ({ method, url, headers }) => {
    if (method !== 'PUT' || !url.includes('partNumber=')) return undefined;
    length = Number(headers['content-length']);
    return length > 5 << 20 && url.includes('partNumber=2') && 'large';
  };
  assert.equal((await upload(recordings, { partMb: 6 })).status, 1);
  assert.equal(length, 6 << 20);
  assert.equal(manifest_of(one).upload.error.code, 'upload-refused');
  assert.equal((await upload(recordings, { partMb: 5 })).status, 0);
  assert.equal(store.uploads.size, 0);
  assert_copied(one);
});

test('a deletion that was stopped: what is left goes when its copy is there again, and verified', { timeout: 120_000 }, async () => {
  for (const [bytes, fault, code, sent] of [[1000, 'corrupt', 'verify-failed', 2], [11 << 20, 'corrupt', 'verify-failed', 6], [11 << 20, 'deny', 'upload-refused', 3]]) {
    const recordings = recordings_folder();
    const one = finished_recording(recordings, 1000), name = 'tracks/ann-main-001.mkv';
    const track = randomBytes(bytes), path = join(one.directory, name), key = `${one.key}/${name}`;
    mkdirSync(join(one.directory, 'tracks'));
    writeFileSync(path, track);
    const change = (more) => writeFileSync(join(one.directory, 'recording.json'), JSON.stringify({ ...manifest_of(one), ...more }));
    change({ tracks: [{ file: name, bytes, sha256: sha256(track) }] });
    // The journal as it is when all is copied; then the folder as it is when the first medium has gone.
    let journal;
    store.misbehave = ({ method, url }) => { if (method === 'HEAD' && url.includes('recording.json')) journal = readFileSync(join(one.directory, 'upload.json')); };
    assert.equal((await upload(recordings, { deleteAfter: true })).status, 0);
    writeFileSync(path, track);
    writeFileSync(join(one.directory, 'upload.json'), journal);
    change({ upload: { ...manifest_of(one).upload, deleting: true } });
    store.objects.delete(key);
    const before = store.requests.length;
    store.misbehave = ({ method, url }) => method === 'PUT' && url.includes('ann-main') && (bytes < 5 << 20 || url.includes('partNumber=2')) && fault;
    const { status, output } = await upload(recordings, { deleteAfter: true });
    assert.equal(status, 1, output);
    assert.equal(manifest_of(one).upload.state, 'done');
    assert.equal(manifest_of(one).upload.error.code, code);
    assert.ok(existsSync(path), 'it stays');
    store.misbehave = () => undefined;
    assert.equal((await upload(recordings, { deleteAfter: true })).status, 0, 'without being named');
    assert.ok(store.objects.get(key).equals(track));
    assert.ok(!existsSync(path));
    assert.equal(manifest_of(one).upload.deleting, undefined);
    assert.notEqual(JSON.parse(store.objects.get(`${one.key}/recording.json`)).local, false);
    const puts = store.requests.slice(before).filter((r) => r.method === 'PUT' && r.path.includes('ann-main') && r.status === 200);
    assert.equal(puts.length, sent, `${bytes} bytes, ${fault}`);
    assert_copied(one);
  }
});

test('a store whose ETags are no MD5 is verified by reading back', { timeout: 60_000 }, async () => {
  const recordings = recordings_folder();
  const one = finished_recording(recordings, 11 << 20);
  store.opaque_etags = true;
  store.misbehave = ({ method, url }) => method === 'PUT' && url.includes('partNumber=2') && 'corrupt';
  assert.equal((await upload(recordings)).status, 1, 'damage is seen there, too');
  store.misbehave = () => undefined;
  assert.equal((await upload(recordings)).status, 0);
  assert_copied(one);
  assert.ok(store.requests.some(({ method }) => method === 'GET'));
});

test('killed at any part, the next run goes on with the next part', { timeout: 120_000 }, async () => {
  const recordings = recordings_folder();
  const large = finished_recording(recordings, 21 << 20);
  let runs = 0;
  for (const stop_at of ['partNumber=2', 'partNumber=4', 'uploadId=', undefined]) {
    let child;
    store.misbehave = ({ method, url }) => {
      const here = stop_at && url.includes(stop_at) && (stop_at !== 'uploadId=' || method === 'POST') && !url.includes('uploads');
      if (here) child.kill('SIGKILL');
      return here && 'stall';
    };
    const { signal, status, output } = await upload(recordings, {}, (started) => { child = started; });
    if (stop_at) assert.equal(signal, 'SIGKILL', output);
    else assert.equal(status, 0, output);
    ++runs;
  }
  assert.equal(runs, 4);
  assert_copied(large);
  const sent = store.requests.filter(({ method, path }) => method === 'PUT' && path.includes('partNumber='));
  assert.equal(sent.length, 5, `each of five parts was taken once: ${sent.map(({ path }) => /partNumber=\d+/.exec(path)[0])}`);
});

test('a completion that is not answered is asked for again, and its parts are not sent again', { timeout: 60_000 }, async () => {
  const recordings = recordings_folder();
  const large = finished_recording(recordings, 11 << 20);
  store.misbehave = ({ method, url }) => method === 'POST' && url.includes('uploadId=') && '500';
  assert.equal((await upload(recordings)).status, 1);
  assert.equal(manifest_of(large).upload.error.code, 'upload-failed');
  store.misbehave = () => undefined;
  assert.equal((await upload(recordings)).status, 0);
  assert_copied(large);
  const sent = store.requests.filter(({ method, path }) => method === 'PUT' && path.includes('partNumber='));
  assert.equal(sent.length, 3);
});

test('an upload that the store forgot begins anew', { timeout: 60_000 }, async () => {
  const recordings = recordings_folder();
  const large = finished_recording(recordings, 11 << 20);
  let child;
  store.misbehave = ({ url }) => url.includes('partNumber=2') && child.kill('SIGKILL') && 'stall';
  await upload(recordings, {}, (started) => { child = started; });
  store.misbehave = () => undefined;
  store.uploads.clear();
  assert.equal((await upload(recordings)).status, 1, 'it says so');
  assert.equal((await upload(recordings)).status, 0);
  assert_copied(large);
});

test('the server uploads what is finished, goes on after a restart, and says how many wait', { timeout: 120_000 }, async () => {
  const recordings = recordings_folder();
  const one = finished_recording(recordings, 11 << 20), other = finished_recording(recordings, 1000, 'attic');
  store.misbehave = () => 'deny';
  const server = await TesseraServer.start({ recordings, config: { recording: { upload: store.config({ deleteAfter: true }) } } });
  try {
    const samples = async () => (await fetch(`${server.url}/metrics`)).text();
    await until('a refusal is counted', async () => /tessera_recording_uploads_total\{outcome="failed"\} [1-9]/.test(await samples()), { timeout: 20_000 * slowness });
    assert.match(await samples(), /tessera_recording_uploads_waiting 2/);
    let cut = false;
    store.misbehave = ({ url }) => (cut = cut || url.includes('partNumber=2')) && 'stall';
    await until('the second part is on its way', () => cut, { timeout: 20_000 * slowness });
    await server.kill();
    store.misbehave = () => undefined;
    await server.run();
    await until('both are uploaded', () => [one, other].every((r) => manifest_of(r).upload?.state === 'done'), { timeout: 60_000 * slowness });
    for (const recording of [one, other]) {
      assert_copied(recording);
      await until('the local medium is gone', () => !existsSync(join(recording.directory, 'recording.mp4')));
    }
    await until('none wait', async () => /tessera_recording_uploads_waiting 0/.test(await samples()));
    assert.equal((await server.get(`/api/v1/recordings/${one.id}`)).upload.state, 'done');
    assert.ok(!server.log.includes(store.secret_key), 'the key is not logged');
  } finally {
    await server.stop();
  }
});
