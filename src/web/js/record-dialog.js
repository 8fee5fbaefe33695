// What to record, for those who want more than the button's "record as always".

import { openDialog } from './dialog.js';
import { el } from './dom.js';

const FORMATS = [
  ['', 'As the server is set up'],
  ['mp4', 'Picture and sound · MP4'],
  ['webm', 'Picture and sound · WebM'],
  ['m4a', 'Sound only · M4A'],
  ['opus', 'Sound only · Opus'],
  ['wav', 'Sound only · WAV, uncompressed'],
];

/** What the fields ask of the server; what is left as it is, is left out. Pure. */
export function wishesOf({ name, format, tracks, minutes }) {
  const wishes = {};
  if (name.trim()) wishes.name = name.trim();
  if (format) wishes.format = format;
  if (tracks) wishes.tracks = true;
  if (Number(minutes) > 0) wishes.maxDurationMs = Math.round(Number(minutes) * 60_000);
  return wishes;
}

export function openRecordDialog({ room, onstart }) {
  const name = el('input', { testid: 'record-name', maxlength: '200', autocomplete: 'off', placeholder: room });
  const format = el('select', { testid: 'record-format' }, FORMATS.map(([value, label]) => el('option', { value }, label)));
  const minutes = el('input', { type: 'number', testid: 'record-minutes', min: '1', max: '10080', placeholder: 'until it is stopped' });
  const tracks = el('input', { type: 'checkbox', testid: 'record-tracks' });
  const form = el('form', { class: 'stack', id: 'record-form', onsubmit: submit },
    el('label', { class: 'field' }, el('span', { class: 'field-label' }, 'Name'), name),
    el('label', { class: 'field' }, el('span', { class: 'field-label' }, 'What'), format),
    el('label', { class: 'field' }, el('span', { class: 'field-label' }, 'At most, in minutes'), minutes),
    el('label', { class: 'check' }, tracks, el('span', {}, 'Also keep what each person sends',
      el('small', {}, 'A file for each of them, for editing afterwards'))),
    el('p', { class: 'hint' }, 'Everybody here, and everybody who comes, is told that the meeting is recorded.'));
  const { close } = openDialog({
    title: 'Record this meeting',
    testid: 'record-dialog',
    content: form,
    actions: [
      el('button', { class: 'button', type: 'button', onclick: () => close() }, 'Cancel'),
      el('button', { class: 'button danger', type: 'submit', form: 'record-form', testid: 'record-start' }, 'Record'),
    ],
  });
  name.focus();

  function submit(event) {
    event.preventDefault();
    close();
    onstart(wishesOf({ name: name.value, format: format.value, tracks: tracks.checked, minutes: minutes.value }));
  }
}
