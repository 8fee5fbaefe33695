import assert from 'node:assert/strict';
import { test } from 'node:test';
import { activeRecording, canOperate, initialState, initialsOf, isTalking, isViewer, reduce, rosterOf } from '../../../src/web/js/state.js';

const person = (id, fields = {}) => ({
  id, name: `Name ${id}`, role: 'speaker', kind: 'participant', audio: true, video: true, hand: false, screen: false,
  muted: false, pinned: false, state: 'connected', joinedAt: `2026-01-01T00:00:0${id.at(-1)}Z`, ...fields,
});

const snapshot = (fields = {}) => ({
  id: 'lobby', participants: [person('p-1', { role: 'operator' }), person('p-2')], speakers: ['p-2'],
  layout: { name: 'grid', width: 1280, height: 720, placements: [] }, layouts: [{ name: 'grid', title: 'Grid' }, 'speaker'],
  recordings: [], streams: [], canvas: { width: 1280, height: 720, framerate: 30 }, ...fields,
});

const play = (actions, state = initialState) => actions.reduce((s, action) => reduce(s, { now: 1000, ...action }), state);
const inRoom = (fields) => play([{ type: 'joined', participant: 'p-1', room: snapshot(fields) }]);

test('Joined_TakesTheSnapshotAndOurSeat', () => {
  const state = inRoom();
  assert.equal(state.phase, 'room');
  assert.equal(state.link, 'open');
  assert.equal(state.self, 'p-1');
  assert.deepEqual(Object.keys(state.participants), ['p-1', 'p-2']);
  assert.deepEqual(state.layouts, [{ name: 'grid', title: 'Grid' }, { name: 'speaker', title: 'speaker' }]);
  assert.ok(canOperate(state));
  assert.ok(isTalking(state, 'p-2'));
});

test('Joined_AcceptsAWholeParticipantToo', () => {
  const state = play([{ type: 'joined', participant: person('p-9'), room: snapshot() }]);
  assert.equal(state.self, 'p-9');
  assert.equal(state.participants['p-9'].name, 'Name p-9');
});

test('JoinedAgain_ForgetsWhoLeftMeanwhile_AndKeepsTheChat', () => {
  const before = play([{ type: 'chat', from: 'p-2', name: 'B', text: 'hello' }], inRoom());
  const state = play([{ type: 'joined', participant: 'p-1', room: snapshot({ participants: [person('p-1')] }) }], before);
  assert.deepEqual(Object.keys(state.participants), ['p-1']);
  assert.equal(state.chat.length, 1);
});

test('ParticipantEvents_AddMergeAndRemove', () => {
  let state = play([{ type: 'participant-joined', participant: person('p-3') }], inRoom());
  assert.equal(state.participants['p-3'].name, 'Name p-3');
  state = play([{ type: 'participant-updated', participant: { id: 'p-3', video: false } }], state);
  assert.equal(state.participants['p-3'].video, false);
  assert.equal(state.participants['p-3'].name, 'Name p-3');
  state = play([{ type: 'speakers', speakers: ['p-3', 'p-2'] }, { type: 'participant-left', participant: { id: 'p-3' } }], state);
  assert.equal(state.participants['p-3'], undefined);
  assert.deepEqual(state.speakers, ['p-2']);
});

test('AnUnknownEvent_OrOneWithoutAnId_ChangesNothing', () => {
  const state = inRoom();
  assert.equal(play([{ type: 'weather' }], state), state);
  assert.equal(play([{ type: 'participant-updated', participant: {} }], state), state);
  assert.equal(play([{ type: 'participant-left', participant: { id: 'nobody' } }], state), state);
  assert.equal(play([{ type: 'recording', state: 'recording' }], state), state);
});

test('Layout_ReplacesWhatItNames', () => {
  const state = play([{ type: 'layout', name: 'speaker', placements: [{ participant: 'p-1', x: 0, y: 0, w: 9, h: 9 }] }], inRoom());
  assert.equal(state.layout.name, 'speaker');
  assert.equal(state.layout.width, 1280);
  assert.equal(state.layout.placements.length, 1);
  assert.equal(state.layout.type, undefined);
});

test('Recording_IsActiveUntilItsFileIsClosed', () => {
  let state = play([{ type: 'recording', id: 'r', state: 'starting' }], inRoom());
  assert.equal(activeRecording(state).state, 'starting');
  assert.equal(activeRecording(state).clock, undefined);
  state = play([{ type: 'recording', id: 'r', state: 'recording', startedAt: '2020-01-01T00:00:00Z', now: 5000 }], state);
  assert.deepEqual(activeRecording(state).clock, { elapsed: 0, since: 5000 });
  for (const over of ['finishing', 'failed', 'ready', 'stopped']) {
    assert.equal(activeRecording(play([{ type: 'recording', id: 'r', state: over }], state)), null, over);
  }
});

test('ARecordingThatWasGoing_ShowsItsWholeLength', () => {
  const startedAt = new Date(10_000).toISOString();
  const state = play([{ type: 'joined', participant: 'p-1', room: snapshot({ recordings: [{ id: 'r', state: 'recording', startedAt }] }), now: 75_000 }]);
  assert.deepEqual(activeRecording(state).clock, { elapsed: 65_000, since: 75_000 });
});

test('JoiningAgain_DoesNotRestartTheClock', () => {
  const started = play([{ type: 'recording', id: 'r', state: 'recording', now: 5000 }], inRoom());
  const again = play([{ type: 'joined', participant: 'p-1', room: snapshot({ recordings: [{ id: 'r', state: 'recording', startedAt: 0 }] }), now: 9000 }], started);
  assert.deepEqual(activeRecording(again).clock, { elapsed: 0, since: 5000 });
});

test('Roster_PutsUsFirst_ThenHands_ThenWhoCameFirst', () => {
  const state = inRoom({ participants: [person('p-3'), person('p-2'), person('p-4', { hand: true }), person('p-1'), person('v-1', { kind: 'viewer' })] });
  const { people, watching } = rosterOf(state);
  assert.deepEqual(people.map((p) => p.id), ['p-1', 'p-4', 'p-2', 'p-3']);
  assert.deepEqual(watching.map((p) => p.id), ['v-1']);
});

test('Roster_SortsJoinTimesThatAreNumbers', () => {
  const state = inRoom({ participants: [person('p-1'), person('p-2', { joinedAt: 1000 }), person('p-3', { joinedAt: 999 })] });
  assert.deepEqual(rosterOf(state).people.map((p) => p.id), ['p-1', 'p-3', 'p-2']);
});

test('SpeakersAndViewers_DoNotOperate', () => {
  assert.equal(canOperate(inRoom({ participants: [person('p-1')] })), false);
  const viewer = inRoom({ participants: [person('p-1', { role: 'viewer', kind: 'viewer' })] });
  assert.equal(canOperate(viewer), false);
  assert.ok(isViewer(viewer));
});

test('Chat_KeepsTheLastFiveHundred', () => {
  const lines = Array.from({ length: 520 }, (_, i) => ({ type: 'chat', from: 'p-2', text: i }));
  const { chat } = play(lines, inRoom());
  assert.equal(chat.length, 500);
  assert.equal(chat.at(-1).text, '519');
});

test('Reduce_NeverChangesTheStateItWasGiven', () => {
  const freeze = (value) => { if (value && typeof value === 'object') { Object.values(value).forEach(freeze); Object.freeze(value); } return value; };
  const state = freeze(inRoom({ recordings: [{ id: 'r', state: 'recording', startedAt: 1 }] }));
  play([
    { type: 'participant-joined', participant: person('p-5') }, { type: 'participant-updated', participant: { id: 'p-2', hand: true } },
    { type: 'participant-left', participant: { id: 'p-2' } }, { type: 'speakers', speakers: [] }, { type: 'layout', name: 'x' },
    { type: 'recording', id: 'r', state: 'paused' }, { type: 'stream', id: 's', state: 'live' }, { type: 'chat', text: 'x' },
    { type: 'local:patch', patch: { link: 'waiting' } }, { type: 'local:devices', patch: { audio: true } }, { type: 'local:reset' },
  ], state);
});

test('Initials_ComeFromFirstAndLastWord', () => {
  assert.equal(initialsOf('Mei Tanaka'), 'MT');
  assert.equal(initialsOf('  ada  m.  lovelace '), 'AL');
  assert.equal(initialsOf('Plato'), 'PL');
  assert.equal(initialsOf(''), '?');
  assert.equal(initialsOf('𝒜b'), '𝒜B');
});

test('Recording_IsInterruptedForAsLongAsItIsSaidToBe', () => {
  const away = { id: 'x', state: 'recording', interrupted: true, durationMs: 5000 };
  const waits = inRoom({ recordings: [away] });
  assert.equal(activeRecording(waits).interrupted, true);
  assert.deepEqual(activeRecording(waits).clock, { elapsed: 5000, since: null });
  const again = play([{ type: 'recording', id: 'x', state: 'recording', now: 9000 }], waits);
  assert.equal(activeRecording(again).interrupted, undefined);
  assert.deepEqual(activeRecording(again).clock, { elapsed: 5000, since: 9000 });
  const rejoined = play([{ type: 'joined', participant: 'p-1', room: snapshot({ recordings: [{ id: 'x', state: 'recording' }] }) }], waits);
  assert.equal(activeRecording(rejoined).interrupted, undefined);
});
