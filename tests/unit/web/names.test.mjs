// Names that strangers chose: what is left of one that tries to read as another.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lineOf } from '../../../src/web/js/announce-dialog.js';
import { announcementOf } from '../../../src/web/js/announcer.js';
import { peopleOf, speakerLanes, titleOf } from '../../../src/web/js/library-model.js';
import { linkify } from '../../../src/web/js/linkify.js';
import { shownName } from '../../../src/web/js/names.js';
import { initialState, reduce } from '../../../src/web/js/state.js';
import { parseChapters } from '../../../src/web/js/webvtt.js';

const turned = '\u202e gnp.exe';

test('Name_IsShownWithoutMarksThatTurnIt', () => {
  assert.equal(shownName(turned), 'gnp.exe');
  for (const mark of '\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069') assert.equal(shownName(`A${mark}nn${mark}`), 'Ann', mark.codePointAt(0).toString(16));
  assert.equal(shownName('\u202e\u202c ', 'Guest'), 'Guest');
  for (const nothing of ['', null, undefined]) assert.equal(shownName(nothing, 'Guest'), 'Guest');
});

test('Name_KeepsItsLettersWhateverTheirDirection', () => {
  for (const name of ['שרה לוי', 'محمد', '会議', 'Zoë', '👩‍💻', 'می‌خواهم']) assert.equal(shownName(name), name);
});

test('Library_ShowsNoTurnedNames', () => {
  assert.equal(titleOf({ name: turned, room: 'r' }), 'gnp.exe');
  assert.equal(titleOf({ name: '\u202e', room: 'r' }), 'r');
  assert.deepEqual(peopleOf({ participants: [{ name: turned }, { name: 'gnp.exe' }, { name: '\u2067' }] }), ['gnp.exe']);
  assert.deepEqual(parseChapters(`WEBVTT\n\n00:01.000 --> 00:02.000\n${turned} joined\n`), [{ ms: 1000, end: 2000, title: 'gnp.exe joined' }]);
  const { lanes } = speakerLanes({ events: [{ type: 'participant-joined', id: 'a', name: turned }, { type: 'speakers', position: 0, ids: ['a'] }] }, 1000);
  assert.equal(lanes[0].name, 'gnp.exe');
});

test('Room_SaysNoTurnedNames', () => {
  const room = reduce(initialState, { type: 'joined', participant: 'me', now: 0, room: { id: 'r', participants: [{ id: 'me', name: 'Me' }] } });
  const event = { type: 'participant-joined', participant: { id: 'a', name: turned } };
  assert.equal(announcementOf(event, reduce(room, { now: 0, ...event }), room).text, 'gnp.exe joined');
  assert.match(lineOf({ builtin: 'join', to: 'a', state: 'playing' }, { a: { name: turned } }), /to gnp\.exe · playing/);
});

test('Addresses_EndWhereTheTextIsTurned', () => {
  assert.deepEqual(linkify('https://a.example/\u202egnp.exe'), [{ text: 'https://a.example/', href: 'https://a.example/' }, { text: '\u202egnp.exe' }]);
});
