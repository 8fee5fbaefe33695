// Layouts in a live room: switched by hand, by rule and by voice, and changed on disk, with the returned video decoded.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { Browser } from '../support/browser.mjs';
import { until } from '../support/deadline.mjs';
import { LightClients } from '../support/light_clients.mjs';
import { total } from '../support/metrics.mjs';
import { parse_color } from '../support/pixels.mjs';
import { decode_pictures, SceneReader } from '../support/scene.mjs';
import { Pressure } from '../support/pressure.mjs';
import { slowness, source_root, TesseraServer } from '../support/server.mjs';
import { Signalling } from '../support/signalling.mjs';

const room = 'layouts';
const longest_gap = 100 * slowness, rule_limit = 300 * slowness;
const palette = ['#c03030', '#30a040', '#3050c8', '#c0a020', '#a030a8', '#20a0b0'];
// The shipped layouts with a background that is like no bar code and no name plate.
const background = '#ff80c0';
const folder = mkdtempSync(join(tmpdir(), 'tessera-layouts-'));
let server, clients, browser, viewer;
const people = [];

const layout_names = () => readdirSync(folder).filter((f) => f.endsWith('.json') && !f.includes('schema')).map((f) => f.slice(0, -5));
function change_layout(name, change) {
  const file = join(folder, `${name}.json`), layout = JSON.parse(readFileSync(file, 'utf8'));
  change(layout);
  writeFileSync(file, JSON.stringify(layout));
}

before(async () => {
  cpSync(join(source_root, 'layouts'), folder, { recursive: true });
  for (const name of layout_names()) change_layout(name, (layout) => (layout.background = { color: background }));
  server = await TesseraServer.start({ args: ['--layouts', folder] });
  clients = LightClients.start();
  for (const [i, color] of palette.entries())
    people.push(await clients.join({ url: server.url, room, name: `person ${i + 1}`, video: { color }, audio: { shape: 'silence' } }));
  viewer = await clients.join({ url: server.url, room, name: 'viewer', kind: 'viewer' });
  await viewer.receives_frames(30);
});

after(async () => {
  await browser?.close();
  await clients?.stop();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const put_layout = async (body) => {
  const { status, body: answer } = await server.request('PUT', `/api/v1/rooms/${room}/layout`, body);
  assert.equal(status, 200, JSON.stringify(answer));
  return answer.layout;
};
const layout_now = async () => (await server.room(room)).layout;
const colors = () => Object.fromEntries(people.map((p, i) => [p.participant, parse_color(palette[i])]));

test('50 switches through all layouts: every frame is one of them, or on the way between two', { timeout: 240_000 }, async () => {
  const names = layout_names();
  assert.equal(names.length, 7);
  const pressure = new Pressure();
  const scenes = [await put_layout({ name: names.at(-1) })];
  await viewer.receives_frames(30);
  await viewer.store();
  await viewer.receives_frames(30);
  for (let i = 0; i < 50; i++) {
    scenes.push(await put_layout({ name: names[i % names.length] }));
    // Some come while the one before is still under way.
    await viewer.receives_frames(i % 10 === 9 ? 3 : 14);
  }
  await viewer.receives_frames(20);
  const stored = await viewer.stored(), gap_limit = pressure.host_limit(longest_gap);

  const reader = new SceneReader(colors(), parse_color(background));
  let at = 0, frames = 0, still = 0, moving = 0, worst = 0, longest = 0, before;
  let from = scenes[0];
  for await (const { index, log, picture } of decode_pictures(stored, reader.width, reader.height)) {
    frames++;
    if (before) longest = Math.max(longest, ((log.timestamp - before.timestamp) >>> 0) / 90);
    before = log;
    const seen = reader.read(picture);
    // Where it was, or any of the next few scenes (a switch in haste skips what lies between), or on the way to them.
    const candidates = [{ share: reader.unlike(seen, scenes[at].placements, scenes[at]), scene: at }];
    for (let next = at + 1; next < Math.min(at + 3, scenes.length) && candidates[0].share > 0.01; next++) {
      candidates.push({ share: reader.unlike(seen, scenes[next].placements, scenes[next]), scene: next });
      candidates.push({ ...reader.moment(seen, scenes[at], scenes[next]), scene: at, next });
      if (next > at + 1) candidates.push({ ...reader.moment(seen, scenes[next - 1], scenes[next]), scene: next - 1, next });
    }
    let best = candidates.reduce((a, b) => (b.share < a.share ? b : a));
    // Or a switch came before the one before it was over; that one may have looked as good as done.
    for (const first of [at, at - 1]) {
      if (best.share <= 0.03 || first < 0 || !scenes[first + 2]) continue;
      const hasty = reader.moment_of_haste(seen, scenes[first], scenes[first + 1], scenes[first + 2]);
      if (hasty.share < best.share) best = { ...hasty, scene: at, next: first + 2 };
    }
    worst = Math.max(worst, best.share);
    if (best.next && best.time > 0.02 && best.time < 0.98) moving++;
    else still++;
    assert.ok(best.share < 0.04, `frame ${index} fits nothing near scene ${at}: ${(best.share * 100).toFixed(1)} % of it is elsewhere`);
    at = best.scene;
    from = scenes[at];
  }
  rmSync(stored, { recursive: true, force: true });
  console.log(`${frames} frames: ${still} of a layout, ${moving} on the way; at most ${(worst * 100).toFixed(1)} % of the points elsewhere; ` +
    `longest pause ${longest.toFixed(0)} ms`);
  assert.equal(from, scenes.at(-1), 'the last switch was seen');
  assert.ok(moving > 50, `${moving} frames on the way: the switches are animated`);
  assert.ok(longest <= gap_limit, `${longest} ms between two frames; ${pressure}`);
});

test('a shared screen switches to presentation by rule, and its end back, within 300 ms', { timeout: 120_000 }, async () => {
  await put_layout({ name: null });
  assert.deepEqual([(await layout_now()).name, (await layout_now()).choice], ['grid', 'default']);
  browser = await Browser.launch();
  const sharer = await browser.participant({ server: server.url, room, name: 'Sharer', color: '#603000', codec: 'VP8' });
  const screen_color = '#00e000';
  const watched = { ...colors(), [sharer.participant]: parse_color('#603000'), screen: parse_color(screen_color) };
  const reader = new SceneReader(watched, parse_color(background));
  // The screen's tile and its sharer's have the same participant.
  const scene_of = (layout) => ({ ...layout, placements: layout.placements.map((p) => (p.kind === 'screen' ? { ...p, participant: 'screen' } : p)) });
  const times = { there: [], picture: [], back: [] };
  let since = 0;
  const pressure = new Pressure();
  for (let round = 0; round < 3; round++) {
    const without = scene_of(await layout_now());
    await viewer.store();
    await viewer.receives_frames(5);
    await sharer.share_screen({ color: screen_color });
    await until('the rule has chosen', async () => (await layout_now()).name === 'presentation');
    const shared = await layout_now();
    assert.equal(shared.choice, 'rule');
    const is_shared = (seen, ignored) => reader.unlike(seen, scene_of(shared).placements, shared, ignored) < 0.03;
    await viewer.receives_frames(20);
    const asked = await sharer.stop_screen();
    await until('the grid is back', async () => (await layout_now()).name === 'grid');
    await viewer.receives_frames(20);

    const noticed = (await sharer.events('participant-updated'))
      .find((e) => e.at > since && e.participant.id === sharer.participant && e.participant.screen).at;
    since = asked;
    const stored = await viewer.stored();
    let there, picture_there, back;
    for await (const { log, picture } of decode_pictures(stored, reader.width, reader.height)) {
      const seen = reader.read(picture);
      if (there === undefined && is_shared(seen, 'screen')) there = log.ms;
      if (picture_there === undefined && is_shared(seen)) picture_there = log.ms;
      if (there !== undefined && log.ms > asked && back === undefined && reader.unlike(seen, without.placements, without) < 0.03) back = log.ms;
    }
    rmSync(stored, { recursive: true, force: true });
    times.there.push(Math.round(there - noticed));
    times.picture.push(Math.round(picture_there - noticed));
    times.back.push(Math.round(back - asked));
  }
  console.log(`from the room's notice of the screen to the whole presentation in the returned video: ${times.there} ms ` +
    `(the screen's own first picture: ${times.picture} ms); ` +
    `from the request to end it to the whole grid: ${times.back} ms; ${pressure}`);
  const limit = pressure.limit(rule_limit);
  await sharer.leave();
  for (const ms of [...times.there, ...times.back]) assert.ok(ms <= limit, `${ms} ms`);
});

test('the speaker layout follows who talks, and an interjection switches it at most once', { timeout: 120_000 }, async () => {
  const talkers = [];
  for (const [i, color] of ['#e06000', '#00c0e0', '#60e000'].entries())
    talkers.push(await clients.join({ url: server.url, room: 'talk', name: `talker ${i + 1}`, video: { color, width: 320, height: 180, bitrate: 200 },
      audio: { frequency: 300 + 130 * i, shape: 'speech' } }));
  const mute = (talker, muted) => server.request('PATCH', `/api/v1/rooms/talk/participants/${talker.participant}`, { muted });
  for (const talker of talkers) await mute(talker, true);
  await server.request('PUT', '/api/v1/rooms/talk/layout', { name: 'speaker' });
  const observer = await Signalling.open(server.url);
  const joined = await observer.request('join', { room: 'talk', name: 'observer' });
  await server.request('PATCH', `/api/v1/rooms/talk/participants/${joined.participant}`, { role: 'viewer' });
  const in_main = (layout) => layout.placements.find((p) => p.region === 'main').participant;
  const switches = () => {
    const seen = observer.events.filter((e) => e.type === 'layout').map(in_main);
    return seen.filter((who, i) => i > 0 && who !== seen[i - 1]).length;
  };
  const main_is = (talker) => until(`${talker.participant} has the main place`, async () => in_main((await server.room('talk')).layout) === talker.participant, { timeout: 10_000 });

  for (const talker of [...talkers, talkers[0]]) {
    await mute(talker, false);
    await main_is(talker);
    await mute(talker, true);
  }
  // One goes on talking; another says something short (heard by the room, then silent again).
  const [first, second] = talkers;
  await mute(first, false);
  await main_is(first);
  await until('the first is heard', async () => (await server.room('talk')).speakers.includes(first.participant));
  const before = switches();
  await mute(second, false);
  await until('the interjection is heard', async () => (await server.room('talk')).speakers.includes(second.participant), { interval: 10 });
  await mute(second, true);
  await until('it is over', async () => !(await server.room('talk')).speakers.includes(second.participant));
  // Longer than any hold or confirmation lasts, counted in frames of the room's own clock.
  await talkers[2].receives_frames(90);
  const after_all = switches() - before;
  console.log(`${after_all} switches for an interjection`);
  assert.ok(after_all <= 1, `${after_all} switches`);
  assert.equal(in_main((await server.room('talk')).layout), first.participant);
  for (const talker of talkers) await talker.leave();
  observer.close();
});

test('a bad file in the live folder changes nothing but a reported error; a good one is taken at once', { timeout: 60_000 }, async () => {
  await put_layout({ name: null });
  const observer = await Signalling.open(server.url);
  await observer.request('join', { room, name: 'operator' });
  const before = await layout_now();
  const good = readFileSync(join(folder, 'grid.json'), 'utf8');
  writeFileSync(join(folder, 'grid.json'), good.replace('"columns"', '"colums"'));
  const { refused } = await until('the file is refused', async () => {
    const list = await server.get('/api/v1/layouts');
    return list.refused.length > 0 && list;
  });
  assert.equal(refused[0].file, 'grid.json');
  assert.match(refused[0].reason, /grid\.json: \$\.templates\[0\]\.grid\.colums: .*did you mean "columns"/);
  const notice = await observer.event('notice', (e) => e.code === 'layout-refused');
  assert.match(notice.text, /\$\.templates\[0\]\.grid\.colums/);
  assert.match(server.log, /refused.*\n.*grid\.json: \$\.templates\[0\]\.grid\.colums/);
  const metrics = await server.metrics();
  assert.equal(total(metrics, 'tessera_layouts_refused'), 1);
  assert.ok(total(metrics, 'tessera_layout_refusals_total') >= 1);
  assert.equal((await layout_now()).name, before.name);
  assert.equal((await server.get('/api/v1/layouts')).layouts.length, 7);
  // A room that opens meanwhile has the old one.
  assert.equal((await server.request('PUT', '/api/v1/rooms/meanwhile', {})).status, 201);
  assert.equal((await server.room('meanwhile')).layout.name, 'grid');

  const blue = '#0000ff';
  writeFileSync(join(folder, 'grid.json'), good.replace(background, blue));
  await until('nothing is refused', async () => (await server.get('/api/v1/layouts')).refused.length === 0);
  await observer.event('layouts');
  const reader = new SceneReader(colors(), parse_color(blue));
  const scene = await layout_now();
  await viewer.store();
  await viewer.receives_frames(20);
  const stored = await viewer.stored();
  let fits = 0;
  for await (const { picture } of decode_pictures(stored, reader.width, reader.height)) fits += reader.unlike(reader.read(picture), scene.placements, scene) < 0.2;
  rmSync(stored, { recursive: true, force: true });
  assert.ok(fits > 5, `${fits} frames with the new background`);
  observer.close();
});

test('previews are drawn for every layout, and wrong wishes are refused', { timeout: 60_000 }, async () => {
  for (const name of layout_names()) {
    const response = await fetch(`${server.url}/api/v1/layouts/${name}/preview.png?participants=7&screen=1&size=320x180`);
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('content-type'), 'image/png');
    const bytes = Buffer.from(await response.arrayBuffer());
    assert.equal(bytes.subarray(1, 4).toString(), 'PNG');
    assert.deepEqual([bytes.readUInt32BE(16), bytes.readUInt32BE(20)], [320, 180]);
  }
  assert.equal((await server.request('GET', '/api/v1/layouts/none/preview.png')).status, 404);
  assert.equal((await server.request('GET', '/api/v1/layouts/grid/preview.png?participants=99')).status, 400);
  assert.equal((await server.request('GET', '/api/v1/layouts/grid/preview.png?size=9999x9999')).status, 400);
});

test('the command line lists, checks and previews layouts', { timeout: 60_000 }, async () => {
  const run = (...args) => spawnSync(server.binary, ['layout', ...args], { cwd: source_root, encoding: 'utf8' });
  const list = run('list');
  assert.equal(list.status, 0);
  assert.match(list.stdout, /^speaker +Active speaker/m);
  const file = join(folder, 'grid.json'), bad = join(folder, 'bad.txt.json');
  assert.deepEqual([run('check').status, run('check', file).status], [0, 0]);
  writeFileSync(bad, readFileSync(file, 'utf8').replace('"columns"', '"colums"'));
  const refused = run('check', file, bad);
  rmSync(bad);
  assert.equal(refused.status, 2);
  assert.match(refused.stderr, /bad\.txt\.json: \$\.templates\[0\]\.grid\.colums: .*did you mean "columns"/);
  const out = join(folder, 'out.png');
  assert.equal(run('preview', 'speaker', '--participants', '6', '--screen', '--size', '480x270', '-o', out).status, 0);
  const bytes = readFileSync(out);
  rmSync(out);
  assert.deepEqual([bytes.readUInt32BE(16), bytes.readUInt32BE(20)], [480, 270]);
  for (const wrong of [['preview', 'speaker'], ['preview', '-o', out], ['preview', 'nothing', '-o', out], ['preview', 'speaker', '--size', '7', '-o', out],
    ['preview', 'speaker', '--participants', '9999', '-o', out]])
    assert.equal(run(...wrong).status, 2, wrong.join(' '));
  assert.equal(run('preview', 'speaker', '-o', '/nowhere/out.png').status, 1);
});
