// Picture and sound of a recording against each other and against the clock: a flash and a beep each second, recorded
// for as long as one likes, with pauses.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { until } from './deadline.mjs';
import { brightness, flash_onsets, offsets, probe, sound_at } from './media_file.mjs';
import { total } from './metrics.mjs';
import { ids_by_name, tile_of } from './placements.mjs';
import { Pressure } from './pressure.mjs';
import { tone_onsets } from './spectrum.mjs';

/** How far (ms) what a manifest says of a moment may be from it: two pictures, and a request's way. */
const by_the_clock = 100;
const mean = (list) => list.reduce((sum, v) => sum + v, 0) / list.length;

/** Onsets of the beep in a file (s), read a minute at a time. */
async function beeps(path, duration) {
  const found = [];
  for (let at = 0; at < duration; at += 60) {
    const overlap = at > 0 ? 1 : 0;  // so that none is lost between two pieces
    for (const i of tone_onsets(await sound_at(path, at - overlap, 60 + overlap), 48000, 1000)) {
      const time = at - overlap + i / 48000;
      if (!found.some((known) => Math.abs(known - time) < 0.3)) found.push(time);
    }
  }
  return found;
}

/**
 * Records `seconds` in a room, with as many pauses of two seconds. Returns milliseconds: `offsets` (beep after flash, in
 * order), `drift` (last tenth less first), `duration` (of the file) and `clock` (from begin to end less the pauses); and how
 * often this machine was too busy for the sender or the canvas to keep time, `disturbed`, and the factor on limits, `allowance`.
 */
export async function record_lips({ server, clients, room, seconds, pauses = 0, options = {} }) {
  const sender = await clients.join({ url: server.url, room, name: 'Flash', kind: 'publisher', on_key_frame: 'wait',
    video: { color: '#202020', flash: true }, audio: { frequency: 1000, shape: 'beep', amplitude: 0.4 } });
  await until('the sender is in the picture', async () => {
    const [there] = (await server.room(room)).participants;
    return there?.state === 'connected' && there.video;
  });
  // Its clocks have been compared by RTCP, and its playout buffers have found their size.
  const since_joined = Date.now();
  await until('the sender has settled', () => Date.now() - since_joined >= 5000);
  // The manifest's times are held against this test's own clock: [what it is, what it says, not before, not after].
  const moments = [];
  const pressure = new Pressure();
  const asked = Date.now();
  const started = await server.request('POST', `/api/v1/rooms/${room}/recordings`, options);
  assert.equal(started.status, 201, JSON.stringify(started.body));
  const { id } = started.body;
  await until('it runs', async () => (await server.room(room)).recordings.some((r) => r.id === id && r.state === 'recording'), { interval: 20 });
  moments.push(['startedAt', (recording) => recording.startedAt, asked, Date.now()]);
  const patch = async (state, ...moment) => {
    const before = Date.now();
    const { status, body } = await server.request('PATCH', `/api/v1/recordings/${id}`, { state });
    assert.ok(status < 300, JSON.stringify(body));
    moments.push([...moment, before, Date.now()]);
  };
  const recorded = async () => (await server.room(room)).recordings.find((r) => r.id === id)?.durationMs ?? 0;
  const { layout, participants } = await server.room(room);
  const tile = tile_of(layout, ids_by_name({ participants }).Flash);
  for (let stretch = 1; stretch <= pauses + 1; stretch++) {
    const until_ms = (seconds * 1000 * stretch) / (pauses + 1);
    await until(`${until_ms} ms are recorded`, async () => (await recorded()) >= until_ms, { timeout: until_ms * 2 + 20_000, interval: 100 });
    if (stretch > pauses) break;
    await patch('paused', `pause ${stretch}`, (recording) => recording.gaps[stretch - 1].from);
    const since = Date.now();
    await until('the pause is over', () => Date.now() - since >= 2000);
    await patch('recording', `end of pause ${stretch}`, (recording) => recording.gaps[stretch - 1].to);
  }
  const allowance = pressure.host_limit(1);
  const disturbed = (await sender.stats()).sent.late + total(await server.metrics(), 'tessera_room_canvas_skipped_total', { room });
  await patch('stopped', 'endedAt', (recording) => recording.endedAt);
  const recording = await until('it is ready', async () => {
    const found = await server.get(`/api/v1/recordings/${id}`);
    assert.notEqual(found.state, 'failed', JSON.stringify(found));
    return found.state === 'ready' && found;
  }, { timeout: 60_000 + seconds * 200, interval: 200 });
  await sender.leave();
  for (const [what, said, earliest, latest] of moments) {
    const time = Date.parse(said(recording));
    assert.ok(time >= earliest - by_the_clock && time <= latest + by_the_clock,
      `${what}: ${said(recording)}, by our clock ${new Date(earliest).toISOString()} to ${new Date(latest).toISOString()}`);
  }

  const folder = readdirSync(join(server.recordings, room)).find((name) => name.replace('.', '') === id.split('-')[0]);
  const path = join(server.recordings, room, folder, recording.files[0]);
  const even = (v) => Math.round(v / 2) * 2;
  // A part of the tile without bar code, label or border.
  const area = { x: even(tile.x + tile.w * 0.3), y: even(tile.y + tile.h * 0.15), w: even(tile.w * 0.4), h: even(tile.h * 0.2) };
  const { duration } = await probe(path);
  const found = offsets(flash_onsets(await brightness(path, area)), await beeps(path, duration)).map((s) => s * 1000);
  const tenth = Math.max(1, Math.floor(found.length / 10));
  const paused = (recording.gaps ?? []).reduce((sum, { from, to }) => sum + Date.parse(to) - Date.parse(from), 0);
  return {
    offsets: found,
    drift: mean(found.slice(-tenth)) - mean(found.slice(0, tenth)),
    duration: duration * 1000,
    clock: Date.parse(recording.endedAt) - Date.parse(recording.startedAt) - paused,
    recording,
    disturbed,
    allowance,
  };
}

/** What a recording must keep: 40 ms between picture and sound, 20 ms of drift, 50 ms by the clock; more of the first two where the host
 *  takes the machine away. */
export function check_lips({ offsets: list, drift, duration, clock, disturbed, allowance }, seconds) {
  const apart = list.flatMap((ms, i) => (Math.abs(ms) > 40 * allowance ? [`${ms.toFixed(0)} at flash ${i + 1}`] : []));
  console.log(`${list.length} flashes with their beep, ${Math.min(...list).toFixed(1)} … ${Math.max(...list).toFixed(1)} ms apart; ` +
    `drift ${drift.toFixed(1)} ms [${list.slice(0, 40).map((v) => v.toFixed(0)).join(' ')}]; file ${duration.toFixed(0)} ms, clock less pauses ${clock} ms; ` +
    `sender or canvas late ${disturbed} times; limits × ${allowance.toFixed(1)}`);
  assert.ok(list.length >= seconds * 0.9 - 2, `only ${list.length} flashes with a beep in ${seconds} s`);
  // What was sent or drawn late was not together to begin with; of a long recording one in a hundred may have been.
  assert.ok(apart.length <= Math.min(disturbed, Math.floor(list.length / 100)), `more than ${40 * allowance} ms between a flash and its beep: ${apart.join(', ')}`);
  assert.ok(Math.abs(drift) <= 20 * allowance, `a drift of ${drift.toFixed(1)} ms`);
  assert.ok(Math.abs(duration - clock) <= 50, `the file lasts ${duration.toFixed(0)} ms, the clock says ${clock} ms`);
}
