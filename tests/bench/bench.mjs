#!/usr/bin/env node
// What a room costs and how long it holds media back. Figures, never a pass or fail.
//
//   node tests/bench/bench.mjs [--binary FILE] [--quick] [--json FILE] [--participants 1,4,9,16] [--recording on|off|both] [--clients h264|vp8|both] [--seconds N]
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { default_binary } from '../support/server.mjs';
import { report } from './report.mjs';
import { run_scenario } from './scenario.mjs';

const { values } = parseArgs({
  options: {
    binary: { type: 'string', default: default_binary },
    quick: { type: 'boolean', default: false },
    json: { type: 'string' },
    participants: { type: 'string' },
    recording: { type: 'string', default: 'both' },
    clients: { type: 'string', default: 'both' },
    seconds: { type: 'string' },
    keep: { type: 'boolean', default: false },
  },
});
const counts = (values.participants ?? (values.quick ? '1,4' : '1,4,9,16')).split(',').map(Number);
const modes = { on: [true], off: [false], both: [false, true] }[values.recording];
// Browsers offer both codecs and get the room's H.264; a client that offers VP8 alone makes it encode VP8 too.
const offers = { h264: ['VP8 H264'], vp8: ['VP8'], both: ['VP8 H264', 'VP8'] }[values.clients];
if (!modes || !offers || counts.some((n) => !(n >= 1))) {
  console.error('usage: bench.mjs [--binary FILE] [--quick] [--json FILE] [--participants 1,4,9,16] [--recording on|off|both] [--clients h264|vp8|both] [--seconds N]');
  process.exit(2);
}
const seconds = Number(values.seconds ?? (values.quick ? 5 : 10));

const results = [];
for (const codec of offers)
  for (const recording of modes)
    for (const participants of counts) {
      console.error(`measuring: ${participants} participant${participants > 1 ? 's' : ''} offering ${codec.replace(' ', ' and ')}${recording ? ', recording' : ''} …`);
      results.push(await run_scenario({ binary: resolve(values.binary), participants, codec, recording, seconds, warm: values.quick ? 2 : 4, keep: values.keep }));
    }
console.log(`\n${cpus()[0].model}, ${cpus().length} cores\n\n${report(results)}`);
if (values.json) {
  writeFileSync(values.json, `${JSON.stringify({ machine: { cpu: cpus()[0].model, cores: cpus().length }, results }, null, 2)}\n`);
  console.log(`written: ${values.json}`);
}
process.exit(0);
