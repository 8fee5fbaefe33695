// Runs the fuzz targets of build/fuzz, as many at once as there are processors. `./dev fuzz` calls it.
//   node tests/fuzz/run.mjs [--minimise] [SECONDS] [TARGET…]
// Leaves in build/fuzz, for each target:
//   found/<target>/      inputs that crashed, hung or took too much memory; one that no longer does is deleted
//   corpus/<target>/     what was learnt so far; the next run begins with it
//   minimised/<target>/  with --minimise: the fewest inputs that reach all that this and the committed corpus reach
import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const source = import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname);
const build = path.resolve(source, '../../build/fuzz');
const limits = ['-timeout=5', '-rss_limit_mb=2048', '-malloc_limit_mb=256', '-max_len=65536'];
const shown_bytes = 4096;

const { seconds, targets, minimise } = read_arguments(process.argv.slice(2));
const terminal = process.stderr.isTTY;
const state = new Map();

function fail(reason) {
  console.error(`fuzz: ${reason}`);
  process.exit(2);
}

function read_arguments(words) {
  const known = readdirSync(source).filter((name) => name.endsWith('_fuzz.cpp')).map((name) => name.slice(0, -9)).sort();
  const minimise = words[0] === '--minimise';
  if (minimise) words.shift();
  const seconds = /^\d+$/.test(words[0] ?? '') ? Number(words.shift()) : 60;
  if (seconds < 1) fail('SECONDS must be at least 1');
  for (const word of words) if (!known.includes(word)) fail(`there is no target "${word}"; there are ${known.join(', ')}`);
  return { seconds, targets: words.length ? words : known, minimise };
}

const program = (target) => path.join(build, `${target}_fuzz`);
const folder = (kind, target) => {
  const where = path.join(build, kind, target);
  mkdirSync(where, { recursive: true });
  return where;
};
const files_in = (where) => existsSync(where) ? readdirSync(where).map((name) => path.join(where, name)) : [];
const relative = (file) => path.relative(process.cwd(), file);

/** The target's own options: `// options: -max_len=4096` in its source. They come last, so they win. */
function options_of(target) {
  const text = readFileSync(path.join(source, `${target}_fuzz.cpp`), 'utf8');
  return [...text.matchAll(/^\/\/ options: (.*)$/gm)].flatMap((match) => match[1].trim().split(/\s+/));
}

/** Runs a target's program; resolves with its exit status and the end of what it printed. */
function run(target, args, each_line = () => {}) {
  return new Promise((resolve) => {
    let text = '', rest = '';
    const own = options_of(target);
    const leaks = own.includes('-detect_leaks=0') ? { ASAN_OPTIONS: 'detect_leaks=0' } : {};  // at its end, too
    const child = spawn(program(target), [...limits, ...own, ...args], {
      stdio: ['ignore', 'ignore', 'pipe'], env: { UBSAN_OPTIONS: 'print_stacktrace=1', ...process.env, ...leaks } });
    child.on('error', (failure) => resolve({ status: 127, text: `${failure.message}; build it with ./dev build fuzz` }));
    child.stderr.setEncoding('utf8').on('data', (piece) => {
      text = (text + piece).slice(-200_000);
      const lines = (rest + piece).split('\n');
      rest = lines.pop();
      lines.forEach(each_line);
    });
    child.on('close', (status, signal) => resolve({ status: signal ? 128 : status, text }));
  });
}

const number = (text) => Number(text ?? 0).toLocaleString('en');

function summary(target, text) {
  const stat = (name) => Number(text.match(new RegExp(`stat::${name}:\\s*(\\d+)`))?.[1] ?? 0);
  const last = [...text.matchAll(/cov: (\d+) ft: (\d+)(?: corp: (\d+))?/g)].at(-1) ?? [];
  return `${number(stat('number_of_executed_units'))} runs (${number(stat('average_exec_per_sec'))} a second), ` +
    `${number(last[1])} edges, ${number(last[2])} features, corpus of ${number(last[3])}, ` +
    `slowest ${stat('slowest_unit_time_sec')} s, ${stat('peak_rss_mb')} MB`;
}

function show_progress() {
  if (!terminal) return;
  const done = [...state.values()].filter((one) => one === 'done').length;
  const running = [...state].filter(([, one]) => one !== 'done').map(([target, one]) => `${target} ${one}`);
  process.stderr.write(`\r\x1b[K[${done}/${targets.length}] ${running.join(' · ')}`.slice(0, (process.stderr.columns ?? 80) + 3));
}

function hex(file) {
  const bytes = readFileSync(file);
  const shown = bytes.subarray(0, shown_bytes).toString('hex').replace(/(.{64})/g, '$1\n    ').trim();
  return `    ${shown}${bytes.length > shown_bytes ? `\n    … (${bytes.length} bytes)` : ''}`;
}

/** The stack and what led to it, without libFuzzer's own progress and its list of strategies. */
const essence = (text) => text.split('\n').filter((line) => line && !/^#\d+\t|^\tNEW_FUNC|^Dictionary:|^INFO:|^MS: |^stat::|^artifact_prefix|^0x[0-9a-f]{2},|^Base64:|^NOTE:|Combine libFuzzer/.test(line)).slice(-60);

async function fuzz(target) {
  const found = folder('found', target), corpus = folder('corpus', target), seeds = path.join(source, 'corpus', target);
  const dictionary = path.join(source, `${target}.dict`);
  // What earlier runs found is tried first: mended faults are forgotten, the others are told again.
  const problems = [];
  for (const file of files_in(found)) {
    const { status, text } = await run(target, [file]);
    if (status === 0) rmSync(file);
    else problems.push({ file, text });
  }
  if (problems.length) return { problems, line: 'what an earlier run found is still there' };

  state.set(target, '…');
  const { status, text } = await run(target, [`-max_total_time=${seconds}`, '-print_final_stats=1',
    `-artifact_prefix=${found}/`, ...(existsSync(dictionary) ? [`-dict=${dictionary}`] : []), corpus,
    ...(existsSync(seeds) ? [seeds] : [])], (line) => {
    const progress = line.match(/^#(\d+)\t.*cov: (\d+)/);
    if (progress) state.set(target, `${number(progress[1])} runs, ${number(progress[2])} edges`);
  });
  for (const file of files_in(found)) {
    // A machine that stands still is no hang: it counts when the input takes as long once more.
    if (/^timeout-|^slow-unit-/.test(path.basename(file)) && (await run(target, [file])).status === 0) rmSync(file);
    else problems.push({ file, text });
  }
  if (status !== 0 && !problems.length && !/libFuzzer: timeout/.test(text)) problems.push({ text });
  if (minimise && !problems.length) {
    rmSync(path.join(build, 'minimised', target), { recursive: true, force: true });
    const where = folder('minimised', target);
    await run(target, ['-merge=1', where, ...(existsSync(seeds) ? [seeds] : []), corpus]);
  }
  return { problems, line: summary(target, text) };
}

function report(target, { problems, line }) {
  if (terminal) process.stderr.write('\r\x1b[K');
  console.log(`${problems.length ? '✖' : '✔'} ${target}: ${line}`);
  for (const { file, text } of problems) {
    console.log(essence(text).map((one) => `    ${one}`).join('\n'));
    if (!file) continue;
    console.log(`  the input, ${relative(file)}:\n${hex(file)}`);
    console.log(`  to see it again: ${relative(program(target))} ${relative(file)}`);
  }
}

const queue = [...targets];
let failed = 0;
const ticker = setInterval(show_progress, 1000);
await Promise.all(Array.from({ length: Math.min(os.cpus().length, queue.length) }, async () => {
  for (let target; (target = queue.shift());) {
    const outcome = await fuzz(target);
    state.set(target, 'done');
    if (outcome.problems.length) failed += 1;
    report(target, outcome);
  }
}));
clearInterval(ticker);
if (terminal) process.stderr.write('\r\x1b[K');
if (minimise) console.log(`  minimised corpora are in ${relative(path.join(build, 'minimised'))}`);
console.log(`ℹ pass ${targets.length - failed}\nℹ fail ${failed}`);
process.exit(failed ? 1 : 0);
