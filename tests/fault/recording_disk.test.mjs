// A disk that fills while it is recorded on: a small tmpfs, so this needs to be run by one who may mount.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statfsSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { until } from '../support/deadline.mjs';
import { LightClients } from '../support/light_clients.mjs';
import { probe } from '../support/media_file.mjs';
import { select } from '../support/metrics.mjs';
import { Signalling } from '../support/signalling.mjs';
import { Pressure } from '../support/pressure.mjs';
import { Standstill } from '../support/standstill.mjs';
import { slowness, TesseraServer } from '../support/server.mjs';

const MB = 1_000_000;
const disk = mkdtempSync(join(tmpdir(), 'tessera-disk-'));
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=120m', 'tmpfs', disk]).status === 0;
const skip = mounted ? false : 'no right to mount a tmpfs';
let server, clients, pressure, standstill;

before(async () => {
  if (!mounted) return;
  server = await TesseraServer.start({ recordings: join(disk, 'recordings'), config: { recording: { reserveMb: 2, warnMinutes: 5 } } });
  clients = LightClients.start();
  standstill = await Standstill.start();
});
after(async () => {
  await clients?.stop();
  await server?.stop();
  await standstill?.stop();
  if (mounted) spawnSync('umount', ['-l', disk]);
  rmSync(disk, { recursive: true, force: true });
});

const free = () => {
  const { bavail, bsize } = statfsSync(disk);
  return bavail * bsize;
};
/** Takes all of the disk but so many bytes. */
const ballast = join(disk, 'ballast');
function leave_free(bytes) {
  rmSync(ballast, { force: true });
  const size = free() - bytes;
  if (size > 0) {
    // In pieces: the last one may not fit whole.
    const wrote = spawnSync('dd', ['if=/dev/zero', `of=${ballast}`, 'bs=64k', `count=${Math.ceil(size / 65536)}`]);
    assert.ok(wrote.status === 0 || bytes === 0, String(wrote.stderr));
  }
}

async function begin(t, room) {
  const peer = await clients.join({ url: server.url, room, name: 'Ann', codec: 'VP8 H264', audio: { frequency: 440, shape: 'steady' } });
  const witness = await Signalling.open(server.url);
  // Also when the test fails: the disk is too small for what it would leave to the next one.
  t.after(async () => {
    witness.close();
    await peer.leave();
    await server.request('DELETE', `/api/v1/rooms/${room}`);
    rmSync(ballast, { force: true });
    await until('nobody holds a recording', async () => (await server.get('/api/v1/recordings?state=active')).recordings.length === 0);
    rmSync(join(server.recordings, room), { recursive: true, force: true });
  });
  await witness.request('join', { room, name: 'Wit' });
  await peer.receives_frames(60);
  const { status, body } = await server.request('POST', `/api/v1/rooms/${room}/recordings`, {});
  assert.equal(status, 201, JSON.stringify(body));
  const { startedAt } = await witness.event('recording', (e) => e.id === body.id && e.state === 'recording');
  await peer.forget_pauses();
  pressure = new Pressure();
  return { peer, witness, id: body.id, began: Date.parse(startedAt) };
}

/** The mix went on: nobody's picture stood still. */
async function mix_went_on(peer) {
  await peer.receives_frames(60);
  const { video } = await peer.stats();
  const own = standstill.longest(video.pauses);
  console.log(`longest pause of the live picture: ${video.longest_gap.toFixed(0)} ms; of those over 60 ms, less where the machine stood still: ${own.toFixed(0)} ms; ${pressure}`);
  assert.ok(own <= pressure.limit(100 * slowness), `${own} ms`);
}

const manifest = (id) => server.get(`/api/v1/recordings/${id}`);

test('the reserve is reached: operators are warned, the recording is closed and finished, the mix goes on', { skip, timeout: 120_000 * slowness }, async (t) => {
  const { peer, witness, id, began } = await begin(t, 'reserve');
  await until('some is recorded', () => Date.now() - began > 3000);
  // More than the reserve, but not more than the recording takes when it is finished, beside its live file.
  const folder = join(server.recordings, 'reserve', readdirSync(join(server.recordings, 'reserve'))[0]);
  const live = () => statSync(join(folder, 'live.mkv')).size;
  const finishing = 16 * MB;  // what it takes besides
  leave_free(finishing + live() + 8 * MB);  // and the recording takes the rest of it, but for its reserve
  const notice = await witness.event('notice', (e) => e.code === 'disk-low', 30_000 * slowness);
  assert.match(notice.text, /disk/);
  await until('the forecast is a metric', async () => select(await server.metrics(), 'tessera_recording_disk_seconds_left', { room: 'reserve' }).some((s) => s.value < 300));
  const ended = await witness.event('recording', (e) => e.id === id && e.state === 'stopping', 30_000 * slowness);
  const stopped = Date.now();
  assert.equal(ended.endReason, 'disk-low');
  const found = await until('it is ready', async () => {
    const about = await manifest(id);
    assert.notEqual(about.state, 'failed', JSON.stringify(about));
    return about.state === 'ready' && about;
  }, { timeout: 30_000 * slowness });
  assert.equal(found.endReason, 'disk-low');
  assert.ok(found.durationMs >= stopped - began - 1000, `${found.durationMs} ms`);
  await mix_went_on(peer);

  leave_free(1.5 * MB);
  const refused = await server.request('POST', '/api/v1/rooms/reserve/recordings', {});
  assert.equal(refused.status, 507, JSON.stringify(refused.body));
  assert.equal(refused.body.code, 'disk-full');
});

test('the disk is full at once: the mix goes on, the event says why, and what was written is finished when there is room', { skip, timeout: 120_000 * slowness }, async (t) => {
  const { peer, witness, id, began } = await begin(t, 'full');
  await until('some is recorded', () => Date.now() - began > 4000);
  const full = Date.now();
  leave_free(0);
  const failed = await witness.event('recording', (e) => e.id === id && ['failed', 'stopping'].includes(e.state), 30_000 * slowness);
  assert.match(`${failed.error ?? ''} ${failed.endReason ?? ''}`, /disk-(full|low)/, JSON.stringify(failed));
  await until('its finisher has seen that there is no room', async () => (await manifest(id)).state === 'failed', { timeout: 30_000 * slowness });
  await mix_went_on(peer);
  assert.match(JSON.stringify((await manifest(id)).error ?? {}), /disk|space/i);

  const [listed] = (await server.get('/api/v1/recordings?room=full')).recordings;
  assert.equal(listed.state, 'failed', 'and so the list says');
  rmSync(ballast);
  const found = await until('the server finishes it by itself', async () => {
    const about = await manifest(id);
    return about.state === 'ready' && about.sidecars === 'made' && about;
  }, { timeout: 40_000 * slowness });
  const folder = join(server.recordings, 'full', readdirSync(join(server.recordings, 'full'))[0]);
  const { duration } = await probe(join(folder, found.files[0]));
  console.log(`full after ${((full - began) / 1000).toFixed(2)} s; the file lasts ${duration} s`);
  assert.ok(duration * 1000 >= full - began - 1000, `${duration} s`);
});
