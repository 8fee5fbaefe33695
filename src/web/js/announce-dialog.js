// For operators: play a sound to the room or to one person, see what plays, stop it; chimes on and off.

import { openDialog } from './dialog.js';
import { el, reconcile, setOptions, setText } from './dom.js';
import { icon } from './icons.js';
import { formatClock } from './clock.js';
import { shownName } from './names.js';

const BUILTIN = { recording: '“This meeting is being recorded”', join: 'Chime: somebody comes', leave: 'Chime: somebody goes' };

/** What there is to choose from: files first, then what the server has of its own. Pure. */
export function soundChoices({ files = [], builtin = [] } = {}) {
  return [
    ...files.map((name) => ({ id: `file:${name}`, label: name })),
    ...builtin.map((name) => ({ id: `builtin:${name}`, label: BUILTIN[name] ?? name })),
  ];
}

/** The request for what was chosen. Pure. */
export function announcementOrder({ sound, to, duckDb }) {
  const at = sound.indexOf(':');
  return { [sound.slice(0, at)]: sound.slice(at + 1), duckDb: Number(duckDb), ...(to && { to }) };
}

/** What a line about one says. Pure. */
export function lineOf(announcement, participants) {
  const what = announcement.file ?? BUILTIN[announcement.builtin] ?? announcement.builtin;
  const who = announcement.to ? shownName(participants[announcement.to]?.name, 'one person') : 'everybody';
  const length = announcement.durationMs ? ` · ${formatClock(Math.round(announcement.durationMs / 1000))}` : '';
  return `${what}${length} · to ${who} · ${announcement.state === 'playing' ? 'playing' : announcement.state === 'stopping' ? 'stopping' : 'waiting'}`;
}

export async function openAnnouncements({ store, session, to = '' }) {
  const sound = el('select', { testid: 'announce-sound', required: true });
  const target = el('select', { testid: 'announce-to' });
  const duck = el('input', { type: 'range', min: '0', max: '40', step: '1', testid: 'announce-duck', value: '18' });
  const duckValue = el('output', {});
  const play = el('button', { class: 'button primary', type: 'submit', testid: 'announce-play' }, icon('volume'), 'Play');
  const list = el('ul', { class: 'sound-list', testid: 'announce-list', 'aria-label': 'Plays or waits', 'aria-live': 'polite' });
  const chimes = el('input', { type: 'checkbox', testid: 'chimes', onchange: () => session.setChimes(chimes.checked) });
  const none = el('p', { class: 'hint' }, 'The server’s folder of announcements is empty; the operator’s guide tells where it is.');
  const field = (label, ...control) => el('label', { class: 'field' }, el('span', { class: 'field-label' }, label), control);
  const form = el('form', { class: 'stack', onsubmit: submit },
    field('Sound', sound), none, field('For', target), field('Turn the voices down by', duck, duckValue), play);
  const rows = new Map();

  openDialog({
    title: 'Announcements',
    testid: 'announce-dialog',
    content: el('div', { class: 'stack' }, form, list,
      el('label', { class: 'check' }, chimes, el('span', {}, 'Chime when somebody comes or goes'))),
    onclose: () => unsubscribe(),
  });
  duck.addEventListener('input', showDuck);
  showDuck();

  function showDuck() {
    setText(duckValue, duck.value === '0' ? 'not at all' : `${duck.value} dB`);
  }
  function submit(event) {
    event.preventDefault();
    if (sound.value) session.announce(announcementOrder({ sound: sound.value, to: target.value, duckDb: duck.value }));
  }
  function createRow() {
    let current = null;
    const text = el('span', {});
    const stop = el('button', { class: 'icon-button small', type: 'button', 'data-testid': 'announce-stop', onclick: () => session.stopAnnouncement(current.id) }, icon('stop'));
    return {
      root: el('li', {}, text, stop),
      update({ announcement, participants }) {
        current = announcement;
        setText(text, lineOf(announcement, participants));
        stop.setAttribute('aria-label', `Stop ${announcement.file ?? announcement.builtin}`);
      },
    };
  }
  function render(state) {
    const people = Object.values(state.participants).filter((p) => p.id !== state.self);
    setOptions(target, [{ id: '', label: 'Everybody' }, ...people.map((p) => ({ id: p.id, label: shownName(p.name, 'Guest') }))]);
    chimes.checked = state.chimes;
    reconcile(list, rows, state.announcements.map((announcement) => ({ announcement, participants: state.participants })),
      (item) => item.announcement.id, createRow);
  }
  const unsubscribe = store.subscribe(render);
  target.value = to;

  const known = await session.sounds();
  none.hidden = !known || known.files.length > 0;
  setOptions(sound, soundChoices(known ?? {}));
  play.disabled = !sound.value;
}
