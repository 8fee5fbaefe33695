// Under the seek bar: a line for each person, coloured while they spoke, and one for shared screens. A click goes there.

import { el } from './dom.js';
import { clockOf, hueOf, spokenDuration } from './library-model.js';

const AT_FIRST = 6;

export function createSpeakerLanes({ onseek }) {
  const list = el('ol', { class: 'lanes-list' });
  const cursor = el('span', { class: 'lanes-cursor', 'aria-hidden': 'true' });
  const more = el('button', { class: 'button small', type: 'button', hidden: true, onclick: () => setOpen(!open) });
  const root = el('section', { class: 'lanes', testid: 'speaker-lanes', 'aria-label': 'Who spoke when', hidden: true }, list, more, cursor);
  let open = false;
  let length = 1;

  function setOpen(next) {
    open = next;
    [...list.children].forEach((item, i) => { item.hidden = !open && i >= AT_FIRST; });
    more.textContent = open ? 'Show fewer' : `Show all ${list.children.length}`;
  }

  function laneOf(name, note, spans, hue) {
    const track = el('span', { class: 'lane-track' }, spans.map((span) => {
      const part = el('i', { title: `${span.name ?? name} ${clockOf(span.from)}–${clockOf(span.to)}` });
      part.style.left = `${(100 * span.from) / length}%`;
      part.style.width = `${(100 * (span.to - span.from)) / length}%`;
      return part;
    }));
    track.addEventListener('click', ({ clientX }) => {
      const box = track.getBoundingClientRect();
      onseek((length * (clientX - box.left)) / box.width);
    });
    // By key: the beginnings of what they said, one after the other.
    const jump = el('button', { class: 'lane-name', type: 'button', title: `${name}: the next time`, onclick: () => onseek(next(spans)) }, el('bdi', { class: 'name' }, name), el('small', {}, note));
    return el('li', { class: 'lane', 'data-hue': hue, 'data-name': name }, jump, track);
  }
  const next = (spans) => (spans.find((span) => span.from > position + 500) ?? spans[0]).from;

  let position = 0;
  return {
    root,
    setPosition(at) {
      position = at;
      cursor.style.setProperty('--at', String(Math.min(1, at / length)));
    },
    show({ lanes, screens }, duration) {
      length = Math.max(1, duration);
      list.replaceChildren(
        ...(screens.length > 0 ? [laneOf('Screen', '', screens, 'screen')] : []),
        ...lanes.map((lane) => laneOf(lane.name, spokenDuration(lane.total), lane.spans, hueOf(lane.name))));
      root.hidden = list.children.length === 0;
      more.hidden = list.children.length <= AT_FIRST;
      setOpen(false);
    },
  };
}
