// The list: search, filters, cards; the running ones stay up to date by themselves.

import { el, reconcile, setOptions, setText } from './dom.js';
import { icon } from './icons.js';
import { createRecordingCard } from './library-card.js';
import { isActive } from './library-model.js';

const PAGE = 48;
const WHILE_RUNNING = 2000, OTHERWISE = 8000;
const TYPING = 250;

export function createLibraryList({ api, toaster, filters = {}, onopen, onfilter }) {
  let wanted = { q: '', room: '', state: '', ...filters };
  let pages = 1;
  let shown = null;            // the last answer
  let latest = 0;              // grows with each question; a late answer to an old one is dropped
  let timer = null, typing = null;
  const rooms = new Set();

  const search = el('input', { type: 'search', testid: 'library-search', placeholder: 'Search names, rooms and people', 'aria-label': 'Search', value: wanted.q, maxlength: '200' });
  const room = el('select', { testid: 'library-room', 'aria-label': 'Room' });
  const state = el('select', { testid: 'library-state', 'aria-label': 'State' });
  setOptions(state, [{ id: '', label: 'All' }, { id: 'ready', label: 'Finished' }, { id: 'active', label: 'Running' }, { id: 'failed', label: 'Failed' }], wanted.state);
  const count = el('p', { class: 'library-count', role: 'status', testid: 'library-count' });
  const grid = el('ul', { class: 'library-grid', testid: 'library-list' });
  const empty = el('div', { class: 'library-empty', hidden: true }, icon('film'), el('h2', {}), el('p', { class: 'lead' }));
  const problem = el('p', { class: 'library-problem', role: 'alert', testid: 'library-problem', hidden: true });
  const more = el('button', { class: 'button', type: 'button', testid: 'library-more', hidden: true, onclick: () => { pages += 1; load(); } }, 'Show more');
  const root = el('section', { class: 'library-list', 'aria-label': 'Recordings' },
    el('form', { class: 'library-tools', role: 'search', onsubmit: (event) => event.preventDefault() },
      el('label', { class: 'search-box' }, icon('search'), search), room, state),
    count, problem, grid, empty, more);

  search.addEventListener('input', () => {
    clearTimeout(typing);
    typing = setTimeout(() => refilter({ q: search.value.trim() }), TYPING);
  });
  room.addEventListener('change', () => refilter({ room: room.value }));
  state.addEventListener('change', () => refilter({ state: state.value }));

  function refilter(change) {
    wanted = { ...wanted, ...change };
    pages = 1;
    onfilter(wanted);
    load();
  }

  const cards = new Map();
  const actions = {
    open: onopen,
    async setState(recording, to) {
      try {
        await api.setState(recording.id, to);
      } catch (error) {
        toaster.show({ kind: 'error', text: error.message });
      }
      load();
    },
  };

  async function load() {
    clearTimeout(timer);
    const question = ++latest;
    try {
      // Everything that is shown is asked for again, so that what was deleted elsewhere goes.
      let answer = await api.list({ ...wanted, limit: PAGE });
      const recordings = [...answer.recordings];
      for (let page = 1; page < pages && answer.next; page++) {
        answer = await api.list({ ...wanted, limit: PAGE, after: answer.next });
        recordings.push(...answer.recordings);
      }
      if (question !== latest) return;
      shown = { recordings, total: answer.total, next: answer.next };
      problem.hidden = true;
    } catch (error) {
      if (question !== latest) return;
      problem.hidden = false;
      setText(problem, error.message);
    }
    if (shown) render();
    schedule();
  }

  function render() {
    const { recordings, total, next } = shown;
    for (const recording of recordings) rooms.add(recording.room);
    if (wanted.room) rooms.add(wanted.room);
    setOptions(room, [{ id: '', label: 'All rooms' }, ...[...rooms].sort().map((name) => ({ id: name, label: name }))], wanted.room);
    reconcile(grid, cards, recordings, (recording) => recording.id, (recording) => createRecordingCard(recording, { api, actions }));
    const filtered = Boolean(wanted.q || wanted.room || wanted.state);
    setText(count, total === 0 ? '' : `${total} ${total === 1 ? 'recording' : 'recordings'}`);
    empty.hidden = total > 0;
    setText(empty.children[1], filtered ? 'Nothing found' : 'No recordings yet');
    setText(empty.children[2], filtered ? 'Try other words, or another room.' : 'Start one from a room: it appears here while it runs.');
    more.hidden = !next;
  }

  const visible = () => document.visibilityState === 'visible';
  function schedule() {
    clearTimeout(timer);
    if (!visible()) return;
    timer = setTimeout(load, shown?.recordings.some(isActive) ? WHILE_RUNNING : OTHERWISE);
  }
  const onVisible = () => (visible() ? load() : clearTimeout(timer));
  const clock = setInterval(() => { for (const card of cards.values()) card.tick(); }, 1000);

  return {
    root,
    start() {
      document.addEventListener('visibilitychange', onVisible);
      load();
    },
    close() {
      latest = Infinity;
      clearTimeout(timer);
      clearTimeout(typing);
      clearInterval(clock);
      document.removeEventListener('visibilitychange', onVisible);
      for (const card of cards.values()) card.close();
    },
  };
}
