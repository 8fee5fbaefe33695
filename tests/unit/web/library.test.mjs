// The library's pure parts: what it computes from manifests, timelines and WebVTT, and the calls that it makes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError, RecordingsApi } from '../../../src/web/js/library-api.js';
import {
  canControl, canPause, checkSumsOf, clockOf, countOf, currentOf, durationOf, endingOf, formatBytes, hueOf, noteOf, partAt, partsOf, peopleOf, runningFor, speakerLanes, spokenDuration,
  startOf, stateWord,
} from '../../../src/web/js/library-model.js';
import { parseChapters, parseCues, parseStrip } from '../../../src/web/js/webvtt.js';

test('WebVtt_IsReadAsTheServerWritesIt', () => {
  const text = 'WEBVTT\n\n1\n00:00:00.000 --> 00:00:20.000\nStart\n\n2\n00:00:20.000 --> 01:02:03.004\nA&lt;nn&gt; &amp; Ben joined\n';
  assert.deepEqual(parseChapters(text), [{ ms: 0, end: 20_000, title: 'Start' }, { ms: 20_000, end: 3_723_004, title: 'A<nn> & Ben joined' }]);
  assert.deepEqual(parseStrip('WEBVTT\n\n00:00:02.000 --> 00:00:04.000\nstrip.jpg#xywh=160,90,160,90\n'),
    [{ from: 2000, to: 4000, x: 160, y: 90, width: 160, height: 90 }]);
});

test('WebVtt_WhatCannotBeReadIsLeftOut', () => {
  assert.deepEqual(parseCues(''), []);
  assert.deepEqual(parseCues('WEBVTT\r\n\r\nx --> y\r\nno\r\n\r\n00:01.000 --> 00:02.000\r\n<b>yes</b>\r\n'), [{ from: 1000, to: 2000, text: 'yes' }]);
  assert.deepEqual(parseStrip('WEBVTT\n\n00:01.000 --> 00:02.000\njavascript:alert(1)\n'), []);
});

test('Bytes_AndDurations_ReadAsPeopleWriteThem', () => {
  assert.deepEqual([0, undefined, 999, 1500, 15_360, 1_536_000, 2_500_000_000].map(formatBytes), ['–', '–', '999 B', '1.5 kB', '15 kB', '1.5 MB', '2.5 GB']);
  assert.deepEqual([0, 5000, 65_000, 3_600_000, 3_725_400].map(spokenDuration), ['0 s', '5 s', '1 min 5 s', '1 h', '1 h 2 min 5 s']);
  assert.equal(clockOf(undefined), '0:00');
});

test('Ending_IsSaidWhenNobodyEndedIt', () => {
  assert.equal(endingOf({ endReason: 'disk-low' }), 'Ended: the disk was nearly full');
  assert.equal(endingOf({ endReason: 'interrupted' }), 'Ended: the room’s process died');
  for (const endReason of ['stopped', 'room-closed', undefined]) assert.equal(endingOf({ endReason }), '');
});

test('Start_IsSaidFromTheReadersDay', () => {
  const now = new Date(2026, 10, 21, 12, 0).getTime();
  const at = (...date) => startOf({ startedAt: new Date(...date).toISOString() }, now, 'en-GB');
  assert.equal(at(2026, 10, 21, 9, 30), 'Today 09:30');
  assert.equal(at(2026, 10, 20, 23, 59), 'Yesterday 23:59');
  assert.match(at(2026, 10, 13, 9, 30), /13 Nov 2026.*09:30/);
  assert.equal(startOf({}, now), '');
});

test('Parts_CountPositionsOverAllOfThem', () => {
  const parts = partsOf({ parts: [{ n: 1, durationMs: 4000 }, { n: 2, error: {} }, { n: 3, durationMs: 6000 }] });
  assert.deepEqual(parts.map(({ n, start, duration }) => [n, start, duration]), [[1, 0, 4000], [3, 4000, 6000]]);
  assert.deepEqual([0, 3999, 4000, 99_999, -5].map((at) => partAt(parts, at).n), [1, 1, 3, 3, 1]);
  assert.equal(durationOf({ durationMs: 7000 }), 7000);
  assert.deepEqual(partsOf({}), [{ n: 1, start: 0, duration: 0, bytes: undefined }]);
});

test('People_AreNamedOnce', () => {
  assert.deepEqual(peopleOf({ participants: [{ name: 'Ann' }, { name: 'Ben' }, { name: 'Ann' }, { name: '' }] }), ['Ann', 'Ben']);
  assert.deepEqual(peopleOf({}), []);
});

test('Current_IsTheLastThatHasBegun', () => {
  const list = [{ ms: 0 }, { ms: 10 }, { ms: 20 }];
  assert.deepEqual([0, 9, 10, 500].map((at) => currentOf(list, at).ms), [0, 0, 10, 20]);
  assert.equal(currentOf([], 5), null);
});

const said = (position, ...ids) => ({ type: 'speakers', position, ids });
const came = (position, id, name) => ({ type: 'participant-joined', position, id, name });

test('Lanes_ShowWhoSpokeWhen_MostTalkativeFirst', () => {
  const { lanes } = speakerLanes({ events: [came(0, 'a', 'Ann'), came(0, 'b', 'Ben'), said(1000, 'a'), said(5000, 'b', 'a'), said(7000, 'b'), said(20_000)] }, 30_000);
  assert.deepEqual(lanes, [
    { name: 'Ben', spans: [{ from: 5000, to: 20_000 }], total: 15_000 },
    { name: 'Ann', spans: [{ from: 1000, to: 7000 }], total: 6000 },
  ]);
});

test('Lanes_JoinBreaths_AndConnectionsOfOneName', () => {
  const { lanes } = speakerLanes({ events: [came(0, 'a', 'Ann'), said(1000, 'a'), said(2000), said(2500, 'a'), { type: 'participant-left', position: 3000, id: 'a' },
    came(9000, 'a2', 'Ann'), said(10_000, 'a2')] }, 12_000);
  assert.deepEqual(lanes, [{ name: 'Ann', spans: [{ from: 1000, to: 3000 }, { from: 10_000, to: 12_000 }], total: 4000 }]);
});

test('Lanes_EndAtACrash_AndShowScreens', () => {
  const { lanes, screens } = speakerLanes({ events: [came(0, 'a', 'Ann'), said(1000, 'a'), { type: 'screen-started', position: 2000, id: 'a' },
    { type: 'part', position: 5000, reason: 'crash' }, { type: 'screen-started', position: 8000, id: 'a' }] }, 10_000);
  assert.deepEqual(lanes[0].spans, [{ from: 1000, to: 5000 }]);
  assert.deepEqual(screens.map(({ from, to }) => [from, to]), [[2000, 5000], [8000, 10_000]]);
});

test('Lanes_HaveWhoOnlySpokeInAPartThatACrashEnded', () => {
  // Nothing says that part 1 ended; its file does: 8939 ms.
  const parts = [{ n: 1, startMs: 0, durationMs: 8939 }, { n: 2, startMs: 8939, durationMs: 4907 }];
  const event = (part, ms, type, fields) => ({ part, ms, position: parts[part - 1].startMs + ms, type, ...fields });
  const events = [
    event(1, 0, 'part', { reason: 'start' }), event(1, 0, 'participant-joined', { id: 'p-1', name: 'Ann' }), event(1, 0, 'participant-joined', { id: 'p-2', name: 'Ben' }),
    event(1, 2000, 'speakers', { ids: ['p-1'] }),
    event(2, 0, 'part', { reason: 'crash' }), event(2, 0, 'participant-joined', { id: 'p-1', name: 'Ben' }), event(2, 1000, 'speakers', { ids: ['p-1'] }),
  ];
  const manifest = { parts: [{ n: 1, durationMs: 8939 }, { n: 2, durationMs: 4907 }] };
  assert.deepEqual(partsOf(manifest).map(({ start }) => start), parts.map(({ startMs }) => startMs));
  const { lanes } = speakerLanes({ events, parts }, durationOf(manifest));
  assert.deepEqual(lanes, [{ name: 'Ann', spans: [{ from: 2000, to: 8939 }], total: 6939 }, { name: 'Ben', spans: [{ from: 9939, to: 13_846 }], total: 3907 }]);
});

test('Lanes_OfWhatACrashTookFromAFile_DoNotReachIntoTheNextPart', () => {
  const parts = [{ n: 1, startMs: 0, durationMs: 8939 }, { n: 2, startMs: 8939, durationMs: 4907 }];
  const { lanes } = speakerLanes({ parts, events: [came(0, 'a', 'Ann'), said(2000, 'a'), { ...said(9400), part: 1 }, { type: 'part', part: 2, position: 8939, reason: 'crash' }] }, 13_846);
  assert.deepEqual(lanes[0].spans, [{ from: 2000, to: 8939 }]);
});

test('Parts_ThatCouldNotBeFinished_TakeNoTime', () => {
  const parts = partsOf({ parts: [{ n: 1, durationMs: 4000, error: {} }, { n: 2, durationMs: 6000 }] });
  assert.deepEqual(parts.map(({ n, start, duration }) => [n, start, duration]), [[2, 0, 6000]]);
});

test('CheckSums_AreOfEachFile', () => {
  assert.deepEqual(checkSumsOf({ sha256: 'aa', parts: [{ n: 1, sha256: 'aa' }] }), [{ name: 'SHA-256', sum: 'aa' }]);
  assert.deepEqual(checkSumsOf({ parts: [{ n: 1, sha256: 'aa' }, { n: 2, error: {} }, { n: 3, sha256: 'cc' }] }),
    [{ name: 'SHA-256, part 1', sum: 'aa' }, { name: 'SHA-256, part 3', sum: 'cc' }]);
  assert.deepEqual(checkSumsOf({}), []);
});

test('Interrupted_StandsStill_AndCanOnlyBeStopped', () => {
  const startedAt = new Date(0).toISOString();
  for (const state of ['recording', 'paused']) {
    const waiting = { state, startedAt, interrupted: true };
    assert.deepEqual([canControl(waiting), canPause(waiting), stateWord(waiting), noteOf(waiting)], [true, false, 'Interrupted', 'Goes on when the room opens again']);
    assert.equal(countOf(waiting, 90_000, 30_000), 30_000);
    assert.equal(countOf(waiting, 90_000), null);
    assert.equal(countOf({ ...waiting, durationMs: 31_000 }, 90_000, 30_000), 31_000);
    assert.equal(countOf({ ...waiting, gaps: [{ from: new Date(32_000).toISOString() }] }, 90_000), 32_000);
  }
  const running = { state: 'recording', startedAt };
  assert.deepEqual([canPause(running), stateWord(running), noteOf(running), countOf(running, 90_000, 5)], [true, 'Recording', '', 90_000]);
  assert.equal(noteOf({ state: 'ready', interrupted: true, endReason: 'disk-full' }), 'Ended: the disk was full');
});

test('RunningTime_LeavesOutPausesAndInterruptions', () => {
  const at = (ms) => new Date(ms).toISOString();
  const gaps = [{ from: at(10_000), to: at(15_000), reason: 'crash' }, { from: at(50_000), reason: 'paused' }];
  assert.equal(runningFor({ startedAt: at(0), gaps }, 60_000), 45_000);
});

test('Lanes_OfNothing_AndOfNonsense', () => {
  assert.deepEqual(speakerLanes({}, 0), { lanes: [], screens: [] });
  assert.deepEqual(speakerLanes({ events: [said(5000, 'x'), { type: 'screen-stopped', id: 'y' }, { type: 'new-thing' }, said(99_000)] }, 10_000).lanes,
    [{ name: 'Somebody', spans: [{ from: 5000, to: 10_000 }], total: 5000 }]);
});

test('Hues_AreOfAName', () => {
  assert.equal(hueOf('Ann'), hueOf('Ann'));
  for (const name of ['', 'Ann', '会議', '🙂']) assert.ok(hueOf(name) >= 0 && hueOf(name) < 8);
});

// ── The calls ─────────────────────────────────────────────────────────────────────────────────────────────

function fake(answers) {
  const calls = [];
  const fetch = async (url, options) => {
    calls.push({ url: String(url), ...options });
    const { status = 200, body = {} } = answers.shift() ?? {};
    return { ok: status < 400, status, json: async () => body, text: async () => String(body) };
  };
  return { calls, api: new RecordingsApi({ base: 'https://mcu.example/sub/recordings', token: 'secret', fetch }) };
}

test('Api_SendsItsTokenInAHeaderAndNeverInAnAddress', async () => {
  const { calls, api } = fake([{ body: { recordings: [] } }, {}, { status: 204 }]);
  await api.list({ q: 'a b', room: '', state: null, limit: 5 });
  await api.setState('id/1', 'paused');
  await api.remove('id1');
  assert.equal(calls[0].url, 'https://mcu.example/sub/api/v1/recordings?q=a+b&limit=5');
  assert.equal(calls[1].url, 'https://mcu.example/sub/api/v1/recordings/id%2F1');
  assert.deepEqual([calls[1].method, calls[1].body], ['PATCH', '{"state":"paused"}']);
  assert.equal(calls[2].method, 'DELETE');
  for (const call of calls) {
    assert.equal(call.headers.authorization, 'Bearer secret');
    assert.doesNotMatch(call.url, /secret/);
  }
});

test('Api_KeepsALinkUntilItIsAboutToExpire', async () => {
  const now = Date.now();
  const link = (grant, minutes) => ({ status: 201, body: { grant, expiresAt: new Date(now + minutes * 60_000).toISOString() } });
  const { calls, api } = fake([link('one', 10), link('two', 10), link('three', 10)]);
  assert.equal(await api.link('a', { now }), 'one');
  assert.equal(await api.link('a', { now: now + 5 * 60_000 }), 'one');
  assert.equal(await api.link('a', { now: now + 9.5 * 60_000 }), 'two');
  assert.equal(await api.link('a', { now, renew: true }), 'three');
  assert.equal(calls.length, 3);
  assert.equal(api.fileUrl('a', 'file', 'one', { part: 2 }), 'https://mcu.example/sub/api/v1/recordings/a/file?part=2&grant=one');
});

test('Api_SaysWhatWentWrong', async () => {
  const { api } = fake([{ status: 409, body: { code: 'conflict', detail: 'stop it first' } }, { status: 401, body: { code: 'unauthorized' } }, { status: 502, body: null }]);
  await assert.rejects(api.remove('a'), (error) => error instanceof ApiError && error.message === 'stop it first' && error.status === 409);
  await assert.rejects(api.one('a'), /link is not valid/);
  const away = new RecordingsApi({ base: 'https://mcu.example/', fetch: async () => { throw new TypeError('failed'); } });
  await assert.rejects(away.list(), /cannot be reached/);
});
