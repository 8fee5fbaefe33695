// kill -9 at random moments of a recording's whole life: live, paused, stopping, while it is finished; of its room's
// process, of the front, of both, of the finisher. Every one must end as a playable file with all but the last second,
// and none may be finished twice.
//
// TESSERA_KILLS says how many (default 24; `TESSERA_KILLS=200` for the whole), TESSERA_SEED which.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { until } from '../support/deadline.mjs';
import { alive } from '../support/proc.mjs';
import { packet_times, probe } from '../support/media_file.mjs';
import { slowness, TesseraServer } from '../support/server.mjs';

const kills = Number(process.env.TESSERA_KILLS ?? 24);
const seed = Number(process.env.TESSERA_SEED ?? 20261121);
const rooms_at_once = 3;
// What is recorded, and with what beside it.
const kinds = [{ format: 'mp4' }, { format: 'mp4', splitMs: 1000 }, { format: 'mp4', tracks: true }, { format: 'mp4-opus' },
  { format: 'webm' }, { format: 'webm', splitMs: 1000 }, { format: 'opus' }, { format: 'm4a' }, { format: 'wav' }];
const moments = ['live', 'live', 'paused', 'stopping', 'finishing'];
const victims = ['room', 'front', 'both', 'finisher'];

let server;
before(async () => {
  // Small rooms with nobody in them: what is recorded is an empty canvas and silence, and its length is what counts.
  server = await TesseraServer.start({ config: {
    room: { width: 320, height: 180, framerate: 30, idleSeconds: 1 },
    recording: { continueSeconds: 4, reserveMb: 1 }, limits: { spareRooms: 2 },
  } });
});
after(async () => server?.stop());

/** Mulberry32: the same numbers for the same seed. */
function random_from(state) {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
const random = random_from(seed);
const pick = (list) => list[Math.floor(random() * list.length)];
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

const patch = async (id, state) => (await server.request('PATCH', `/api/v1/recordings/${id}`, { state })).status;
const about = async (room, id) => (await server.room(room)).recordings.find((r) => r.id === id);

async function begin(room) {
  await server.request('PUT', `/api/v1/rooms/${room}`, {});
  const kind = pick(kinds);
  const { status, body } = await server.request('POST', `/api/v1/rooms/${room}/recordings`, kind);
  assert.equal(status, 201, JSON.stringify(body));
  const running = await until('it runs', async () => {
    const found = await about(room, body.id);
    return found?.state === 'recording' && found;
  }, { timeout: 15_000 * slowness });
  return { room, id: body.id, kind, pid: await server.room_pid(room), since: Date.parse(running.startedAt), recorded: 0 };
}

/** Pauses and goes on now and then, and leaves it at the moment that was chosen. */
async function live(recording, moment) {
  await sleep(600 + random() * 1800);
  const pause = async () => {
    recording.recorded += Date.now() - recording.since;
    recording.since = null;
    assert.equal(await patch(recording.id, 'paused'), 200);
  };
  if (random() < 0.4) {
    await pause();
    await sleep(random() * 300);
    assert.equal(await patch(recording.id, 'recording'), 200);
    recording.since = Date.now() + 100;
    await sleep(300 + random() * 700);
  }
  if (moment === 'paused') {
    await pause();
    await sleep(random() * 400);
  }
  if (moment === 'stopping' || moment === 'finishing') {
    recording.recorded += Date.now() - recording.since;
    recording.since = null;
    recording.stopped = true;
    assert.ok((await patch(recording.id, 'stopped')) < 300);
    await sleep(moment === 'stopping' ? random() * 350 : 300 + random() * 500);
  }
}

/** Child processes of the front that finish a recording. */
function finishers() {
  const list = execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(server.pid)], { encoding: 'utf8' });
  return list.split('\n').filter((line) => /recording finish/.test(line)).map((line) => parseInt(line, 10));
}

function kill(pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

async function strike(victim, recordings) {
  const mark = () => {
    for (const recording of recordings) {
      if (recording.since !== null) recording.recorded += Date.now() - recording.since;
      recording.since = null;
    }
  };
  if (victim === 'finisher') {
    // There is one only for a moment: up to a second is waited for one, then a room has to do.
    for (let i = 0; i < 50; i++) {
      const [pid] = finishers();
      if (pid) return kill(pid);
      await sleep(20);
    }
    victim = 'room';
  }
  mark();
  if (victim !== 'front') for (const { pid } of recordings) kill(pid);
  if (victim === 'room') return;
  await server.kill();
  await until('rooms end without their front', () => recordings.every(({ pid }) => !alive(pid)), { timeout: 15_000 * slowness });
  await server.run();
}

const folder_of = (recording) => {
  const folder = join(server.recordings, recording.room);
  return join(folder, readdirSync(folder).find((name) => name.replace('.', '') === recording.id.split('-')[0]));
};

async function check(recording) {
  const found = await until(`${recording.id} is ready`, async () => {
    const { status, body } = await server.request('GET', `/api/v1/recordings/${recording.id}`);
    assert.equal(status, 200, JSON.stringify(body));
    assert.notEqual(body.state, 'failed', JSON.stringify(body));
    // Its pictures come last: while they are made there may be a temporary file.
    return body.state === 'ready' && !['making', 'again', 'waiting'].includes(body.sidecars) && body;
  }, { timeout: 60_000 * slowness });
  const folder = folder_of(recording);
  const files = readdirSync(folder);
  assert.deepEqual(files.filter((name) => /^live|\.part$|\.tmp$/.test(name)), [], `${folder}: ${files}`);
  let length = 0;
  for (const part of found.parts) {
    if (part.error && part.durationMs === undefined) continue;  // killed before its first picture was written
    const path = join(folder, part.file);
    const { duration, video } = await probe(path);
    const [picture, sound] = await Promise.all(['v', 'a'].map((stream) => packet_times(path, stream)));
    if (video && sound.length) assert.ok(Math.abs(picture.at(-1) - sound.at(-1)) <= 0.15, `${path}: the last picture at ${picture.at(-1)} s, the last sound at ${sound.at(-1)} s`);
    assert.equal(part.missingMs, undefined, JSON.stringify(part));
    const decoded = spawnSync('ffmpeg', ['-v', 'error', '-xerror', '-i', path, '-f', 'null', '-'], { encoding: 'utf8' });
    assert.equal(decoded.status, 0, `${path}: ${decoded.stderr}`);
    length += duration * 1000;
  }
  assert.ok(length >= recording.recorded - 1000, `${recording.id}: ${length.toFixed(0)} ms of ${recording.recorded} ms`);
  assert.ok(length <= recording.recorded + 3000 * slowness + (recording.again ?? 0), `${recording.id}: ${length.toFixed(0)} ms of ${recording.recorded} ms`);
  const verified = spawnSync(server.binary, ['recording', 'verify', recording.id, '--recordings', server.recordings], { encoding: 'utf8', cwd: server.folder });
  assert.equal(verified.status, 0, verified.stdout + verified.stderr);
  return { found, folder, length, stamps: stamps_of(folder, found) };
}

/** Which file it is, and when it was written: another one would have another number. */
function stamps_of(folder, found) {
  return found.files.map((file) => {
    const { mtimeMs, ino } = statSync(join(folder, file));
    return `${mtimeMs} ${ino}`;
  });
}

test(`${kills} times kill -9, seed ${seed}`, { timeout: (60_000 + kills * 8_000) * slowness }, async () => {
  const counts = {}, done = [];
  let killed = 0, shortest = Infinity;
  for (let round = 0; killed < kills; round++) {
    const moment = pick(moments);
    const victim = moment === 'finishing' ? pick([...victims, 'finisher', 'finisher']) : pick(victims.filter((v) => v !== 'finisher'));
    const recordings = [];
    for (let i = 0; i < rooms_at_once; i++) recordings.push(await begin(`kill-${round}-${i}`));
    await Promise.all(recordings.map((recording) => live(recording, moment)));
    await strike(victim, recordings);
    killed += recordings.length;
    counts[`${moment}/${victim}`] = (counts[`${moment}/${victim}`] ?? 0) + recordings.length;
    // Where the front lives, one room opens again: its recording goes on, in another file.
    if (victim === 'room' && (moment === 'live' || moment === 'paused')) {
      const [one] = recordings;
      await until('it goes on', async () => {
        await server.request('PUT', `/api/v1/rooms/${one.room}`, {});  // again: the front may not have seen the old one go
        const now = await about(one.room, one.id).catch(() => null);
        return now?.part > 1 || now?.state === 'paused';
      }, { timeout: 15_000 * slowness });
      await sleep(500);
      one.again = 60_000;
      assert.ok((await patch(one.id, 'stopped')) < 300);
    }
    for (const recording of recordings) {
      const result = await check(recording);
      shortest = Math.min(shortest, result.length - recording.recorded);
      done.push({ ...recording, ...result });
    }
  }
  console.log(`${done.length} of ${done.length} recordings are whole; ${JSON.stringify(counts)}; the most that was lost: ${Math.max(0, -shortest).toFixed(0)} ms`);
  // None is finished again: not by a recovery, and not by any of the starts above after it was ready.
  const recover = spawnSync(server.binary, ['recording', 'recover', '--json', '--recordings', server.recordings], { encoding: 'utf8', cwd: server.folder });
  assert.equal(recover.status, 0, recover.stderr);
  assert.equal(recover.stdout, '', 'a line for each that was finished');
  for (const { id, folder, found, stamps } of done) assert.deepEqual(stamps_of(folder, found), stamps, `${id} as it was when it was ready first`);
  // A seed that leaves something out proves nothing of it.
  if (kills >= 100)
    for (const moment of moments)
      for (const victim of victims.filter((v) => v !== 'finisher' || moment === 'finishing'))
        assert.ok(counts[`${moment}/${victim}`] > 0, `${moment}/${victim} never came`);
  for (const { id } of done) {
    const times = server.log.split('\n').filter((line) => line.includes(`recording ${id} is ready`)).length;
    assert.ok(times <= 1, `${id} was made ready ${times} times`);
  }
  for (const { folder, found } of done) assert.equal(JSON.parse(readFileSync(join(folder, 'recording.json'), 'utf8')).sha256, found.sha256);
});
