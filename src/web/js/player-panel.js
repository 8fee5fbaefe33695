// Beside the picture: chapters, people, files to download, and what there is to know.

import { el, setAttr } from './dom.js';
import { icon } from './icons.js';
import { checkSumsOf, clockOf, currentOf, durationOf, formatBytes, formatTitle, hueOf, partsOf, peopleOf, spokenDuration, startOf } from './library-model.js';
import { shownName } from './names.js';
import { initialsOf } from './state.js';

const REASONS = { split: 'split', crash: 'after an interruption', resize: 'another picture size' };
const GAPS = { paused: 'paused', crash: 'interrupted', 'no-disk': 'no room on the disk' };

function section(title, ...content) {
  return el('section', { class: 'panel-section' }, el('h2', {}, title), content);
}

function filesOf(recording, addressOf) {
  const parts = partsOf(recording);
  const item = (name, note, address, testid) => el('li', {},
    el('a', { class: 'file-row', href: address, download: '', 'data-testid': testid }, icon('download'), el('span', {}, name, note && el('small', {}, note))));
  return el('ul', { class: 'file-list' },
    parts.map((part) => item(parts.length > 1 ? `Part ${part.n}` : 'Recording',
      [clockOf(part.duration), formatBytes(part.bytes), REASONS[part.reason]].filter(Boolean).join(' · '), addressOf('file', { part: part.n }), 'download')),
    recording.chapters && item('Chapters', 'WebVTT', addressOf('chapters.vtt'), 'download-chapters'),
    (recording.tracks ?? []).map((track, i) => item([el('bdi', {}, shownName(track.name, track.participant)), track.kind === 'screen' && ', screen'],
      ['un-transcoded track', track.startMs > 0 ? `from ${clockOf(track.startMs)}` : '', track.bytes ? formatBytes(track.bytes) : ''].filter(Boolean).join(' · '), addressOf(`tracks/${i + 1}`), 'download-track')));
}

function detailsOf(recording) {
  const rows = [
    ['Started', startOf(recording)],
    ['Length', spokenDuration(durationOf(recording))],
    ['Size', formatBytes(recording.bytes)],
    ['Format', formatTitle(recording)],
    recording.codecs && ['Codecs', Object.values(recording.codecs).join(', ')],
    ['Room', recording.room],
    recording.recovered && ['Recovered', 'It was finished after an interruption'],
    ...(recording.gaps ?? []).map((gap) => [`At ${clockOf(gap.atMs)}`, `${GAPS[gap.reason] ?? gap.reason} for ${spokenDuration(Date.parse(gap.to) - Date.parse(gap.from))}`]),
    recording.upload && ['Upload', recording.upload.state],
    ...checkSumsOf(recording).map(({ name, sum }) => [name, sum]),
    ['Id', recording.id],
  ].filter(Boolean);
  return el('dl', { class: 'detail-list' }, rows.map(([name, value]) => el('div', {}, el('dt', {}, name), el('dd', {}, value))));
}

/** `addressOf(rest, query)`: of a file, to download. */
export function createPlayerPanel({ recording, addressOf, onseek }) {
  const list = el('ol', { class: 'chapter-list', testid: 'chapters' });
  const chaptersBox = section('Chapters', list);
  chaptersBox.hidden = true;
  const people = peopleOf(recording);
  let chapters = [];
  let now = null;
  const root = el('aside', { class: 'player-panel', 'aria-label': 'About this recording' },
    chaptersBox,
    people.length > 0 && section(`People · ${people.length}`, el('ul', { class: 'people-list' }, people.map((name) =>
      el('li', {}, el('span', { class: 'face', 'data-hue': hueOf(name), 'aria-hidden': 'true' }, initialsOf(name)), el('bdi', { class: 'name', title: name }, name))))),
    section('Files', filesOf(recording, (rest, query = {}) => addressOf(rest, { ...query, download: '1' }))),
    section('Details', detailsOf(recording)));

  return {
    root,
    setChapters(next) {
      chapters = next;
      chaptersBox.hidden = next.length < 2;
      list.replaceChildren(...next.map((chapter) => el('li', {},
        el('button', { class: 'chapter', type: 'button', 'data-testid': 'chapter', 'data-ms': chapter.ms, onclick: () => onseek(chapter.ms) },
          el('span', { class: 'chapter-time' }, clockOf(chapter.ms)), el('span', {}, chapter.title)))));
    },
    setPosition(position) {
      const chapter = currentOf(chapters, position);
      if (chapter === now) return;
      now = chapter;
      [...list.children].forEach((item, i) => setAttr(item.firstChild, 'aria-current', chapters[i] === chapter ? 'true' : null));
    },
  };
}
