// What recording costs a room that encodes H.264 anyway: `./dev bench recording`. CPU of the room's process with and
// without, in turns in one room, and what the sound's encoder alone takes of it.
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

import { pause, until } from '../support/deadline.mjs';
import { LightClients } from '../support/light_clients.mjs';
import { cpu_seconds } from '../support/proc.mjs';
import { TesseraServer } from '../support/server.mjs';

const { values } = parseArgs({ options: { binary: { type: 'string' }, seconds: { type: 'string', default: '10' }, turns: { type: 'string', default: '4' }, json: { type: 'boolean' } } });
const seconds = Number(values.seconds), turns = Number(values.turns), people = 4, room = 'bench';
const mean = (list) => list.reduce((sum, v) => sum + v, 0) / list.length;
const spread = (list) => Math.max(...list) - Math.min(...list);

/** Cores that FFmpeg's AAC encoder, which the recorder uses, needs for one second of noise a second. */
function aac_alone() {
  const length = 120;
  const run = spawnSync('ffmpeg', ['-hide_banner', '-nostats', '-benchmark', '-f', 'lavfi', '-i', `anoisesrc=r=48000:d=${length}:c=pink`,
    '-c:a', 'aac', '-b:a', '96k', '-threads', '1', '-f', 'null', '-'], { encoding: 'utf8' });
  const [, user, system] = /utime=([\d.]+)s stime=([\d.]+)s/.exec(run.stderr) ?? [NaN, NaN, NaN];
  return (Number(user) + Number(system)) / length;
}

const server = await TesseraServer.start({ binary: values.binary, args: ['--log-level', 'warn'] });
const clients = LightClients.start();
try {
  for (let i = 0; i < people; i++)
    await clients.join({ url: server.url, room, name: `P${i}`, codec: 'VP8 H264', audio: { frequency: 300 + 70 * i, shape: 'speech', amplitude: 0.2 } });
  const pid = await server.room_pid(room);
  const encoders = async () => (await server.room(room)).encoders.map((e) => e.codec).join('+');
  const window = async () => {
    await pause(1500);  // what starting and stopping costs is not what running costs
    const before = cpu_seconds(pid);
    await pause(seconds * 1000);
    return (cpu_seconds(pid) - before) / seconds;
  };
  const record = async (format, work) => {
    const { body } = await server.request('POST', `/api/v1/rooms/${room}/recordings`, { format });
    const result = await work();
    const used = await encoders();
    await server.request('PATCH', `/api/v1/recordings/${body.id}`, { state: 'stopped' });
    await until('it is finished', async () => (await server.get(`/api/v1/recordings/${body.id}`)).state === 'ready', { timeout: 30_000 });
    return [result, used];
  };
  const rows = { none: [], mp4: [], 'mp4-opus': [], wav: [] }, used = {};
  for (let turn = 0; turn < turns; turn++)
    for (const format of Object.keys(rows)) {
      if (format === 'none') rows.none.push(await window());
      else [rows[format][turn], used[format]] = await record(format, window);
    }
  const base = mean(rows.none), aac = aac_alone();
  const result = { people, seconds, turns, encoders: used, cores: base, aac_alone: aac, recording: {} };
  for (const [format, list] of Object.entries(rows))
    if (format !== 'none') result.recording[format] = { more: mean(list) - base, spread: spread(list) };
  result.mp4_beyond_aac = result.recording.mp4.more - aac;
  if (values.json) console.log(JSON.stringify(result, null, 1));
  else {
    console.log(`a room of ${people}, H.264 encoded for its listeners: ${base.toFixed(3)} cores (± ${(spread(rows.none) / 2).toFixed(3)})`);
    for (const [format, { more, spread: wide }] of Object.entries(result.recording))
      console.log(`  and recorded as ${format.padEnd(8)} ${more >= 0 ? '+' : '−'}${Math.abs(more).toFixed(3)} cores (± ${(wide / 2).toFixed(3)}), video encoders: ${used[format]}`);
    console.log(`  AAC alone ${aac.toFixed(3)} cores: mp4 beyond AAC ${result.mp4_beyond_aac.toFixed(3)} cores (budget 0.03)`);
  }
} finally {
  await clients.stop();
  await server.stop();
}
