// One recording in the list: its picture, what it is, and for a running one its state and what can be done about it.

import { el, setAttr, setText } from './dom.js';
import { icon, setIcon } from './icons.js';
import { canControl, canPause, clockOf, countOf, durationOf, formatBytes, hasVideo, isActive, noteOf, peopleOf, startOf, stateWord, titleOf } from './library-model.js';
import { stateOf } from './recording-state.js';

export function createRecordingCard(first, { api, actions }) {
  let recording = first;
  let picture = null;
  let asked = false;
  let count = null;            // what the counter of a running one shows
  let named = null;
  const image = el('img', { alt: '', class: 'card-picture', hidden: true });
  const sign = icon(hasVideo(first) ? 'film' : 'volume');
  const length = el('span', { class: 'card-length' });
  const status = el('span', { class: 'card-status', hidden: true }, el('span', { class: 'rec-dot', 'aria-hidden': 'true' }), el('span', {}));
  const title = el('bdi', { class: 'name card-title' });
  const meta = el('span', { class: 'card-meta' });
  const note = el('span', { class: 'card-note', 'data-testid': 'card-note' });
  const people = el('span', { class: 'card-people' });
  const open = el('a', { class: 'card-open', 'data-testid': 'recording-card', onclick: (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    actions.open(recording.id);
  } },
    el('span', { class: 'card-frame' }, sign, image, status, length), title, meta, note, people);
  const pauseIcon = icon('pause');
  const pause = el('button', { class: 'icon-button', type: 'button', 'data-testid': 'card-pause', onclick: () => actions.setState(recording, recording.state === 'paused' ? 'recording' : 'paused') }, pauseIcon);
  const stop = el('button', { class: 'icon-button danger', type: 'button', 'data-testid': 'card-stop', title: 'Stop the recording', onclick: () => actions.setState(recording, 'stopped') }, icon('stop'));
  const controls = el('div', { class: 'card-controls', hidden: true }, pause, stop);
  const root = el('li', { class: 'card' }, open, controls);

  // Pictures are asked for when they come into sight.
  const sight = new IntersectionObserver((entries) => { if (entries.some((entry) => entry.isIntersecting)) showPicture(); }, { rootMargin: '300px' });
  sight.observe(root);
  async function showPicture() {
    if (asked || !recording.poster) return;
    asked = true;
    sight.disconnect();
    try {
      picture = await api.picture(recording.id, 'poster.jpg');
      image.src = picture;
      image.hidden = false;
    } catch {
      // The sign stays.
    }
  }

  function tick() {
    if (!isActive(recording)) return;
    count = countOf(recording, Date.now(), count);
    const counts = ['recording', 'interrupted'].includes(stateOf(recording)) && count !== null;
    setText(status.lastChild, counts ? `${stateWord(recording)} ${clockOf(count)}` : stateWord(recording));
  }

  function showPeople(names) {
    if (named === names.join('\n')) return;
    named = names.join('\n');
    const first = names.length > 4 ? names.slice(0, 3) : names;
    people.replaceChildren(...first.flatMap((name, i) => [i > 0 ? ', ' : '', el('bdi', {}, name)]), names.length > 4 ? ` and ${names.length - 3} others` : '');
  }

  return {
    root,
    tick,
    update(next) {
      recording = next;
      open.href = `?id=${encodeURIComponent(next.id)}`;
      setAttr(root, 'data-id', next.id);
      setAttr(root, 'data-state', stateOf(next));
      setText(title, titleOf(next));
      const facts = [startOf(next), next.name ? next.room : '', next.state === 'ready' ? formatBytes(next.bytes) : ''];
      setText(meta, facts.filter(Boolean).join(' · '));
      setText(note, noteOf(next));
      showPeople(peopleOf(next));
      length.hidden = next.state !== 'ready';
      setText(length, clockOf(durationOf(next)));
      status.hidden = next.state === 'ready';
      setText(status.lastChild, stateWord(next));
      controls.hidden = !canControl(next);
      pause.hidden = !canPause(next);
      const paused = next.state === 'paused';
      setIcon(pauseIcon, paused ? 'play' : 'pause');
      for (const name of ['aria-label', 'title']) setAttr(pause, name, paused ? 'Go on recording' : 'Pause the recording');
      setAttr(stop, 'aria-label', `Stop the recording of ${titleOf(next)}`);
      tick();
      // A poster appears when the recording is finished.
      if (next.poster && !asked) {
        sight.disconnect();
        sight.observe(root);
      }
    },
    close() {
      sight.disconnect();
      if (picture) URL.revokeObjectURL(picture);
    },
  };
}
