// What the page knows of the room's sound: meters, announcements, hold, volume.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { announcementOrder, lineOf, soundChoices } from '../../../src/web/js/announce-dialog.js';
import { announcementOf } from '../../../src/web/js/announcer.js';
import { meterOf } from '../../../src/web/js/meters.js';
import { initialState, reduce } from '../../../src/web/js/state.js';
import { gainLabel } from '../../../src/web/js/volume-dialog.js';

const room = reduce(initialState, { type: 'joined', participant: 'me', now: 0, room: {
  id: 'r', participants: [{ id: 'me', name: 'Me', role: 'operator' }, { id: 'b', name: 'Bo' }], announcements: [{ id: 'a1', state: 'playing' }], chimes: true } });

test('a meter spans 60 dB, and who is not named is silent', () => {
  assert.deepEqual([-60, -30, 0, 12, -127, undefined].map(meterOf), [0, 0.5, 1, 1, 0, 0]);
});

test('announcements come with the room, change, and go when they have ended', () => {
  assert.equal(room.announcements.length, 1);
  assert.equal(room.chimes, true);
  const waiting = reduce(room, { type: 'announcement', announcement: { id: 'a2', state: 'waiting' } });
  assert.deepEqual(waiting.announcements.map((a) => a.id), ['a1', 'a2']);
  const playing = reduce(waiting, { type: 'announcement', announcement: { id: 'a2', state: 'playing' } });
  assert.equal(playing.announcements[1].state, 'playing');
  for (const state of ['ended', 'stopped']) assert.equal(reduce(room, { type: 'announcement', announcement: { id: 'a1', state } }).announcements.length, 0);
  assert.equal(reduce(room, { type: 'announcement' }), room);
});

test('the dialog offers files first and asks for exactly what was chosen', () => {
  const choices = soundChoices({ files: ['a:b.mp3'], builtin: ['join'] });
  assert.deepEqual(choices.map((c) => c.id), ['file:a:b.mp3', 'builtin:join']);
  assert.deepEqual(announcementOrder({ sound: choices[0].id, to: '', duckDb: '18' }), { file: 'a:b.mp3', duckDb: 18 });
  assert.deepEqual(announcementOrder({ sound: choices[1].id, to: 'b', duckDb: '0' }), { builtin: 'join', to: 'b', duckDb: 0 });
  assert.deepEqual(soundChoices(), []);
});

test('a line says what plays, for how long and to whom', () => {
  assert.equal(lineOf({ file: 'x.mp3', durationMs: 61_000, state: 'playing' }, room.participants), 'x.mp3 · 1:01 · to everybody · playing');
  assert.match(lineOf({ builtin: 'recording', to: 'b', state: 'waiting' }, room.participants), /recorded.*to Bo · waiting/);
});

test('who is put on hold is told, and told when that is over', () => {
  const update = (held, before) => {
    const event = { type: 'participant-updated', participant: { id: 'me', held } };
    return [announcementOf(event, reduce(before, { now: 0, ...event }), before), reduce(before, { now: 0, ...event })];
  };
  const [news, on_hold] = update(true, room);
  assert.match(news.text, /on hold/);
  assert.match(update(false, on_hold)[0].text, /back/);
});

test('a gain reads as decibels', () => {
  assert.deepEqual([0, 0.5, 1, 4].map(gainLabel), ['silent', '−6 dB', '+0 dB', '+12 dB']);
});
