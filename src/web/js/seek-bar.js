// The line under the picture: where we are, chapters as gaps in it, thumbnails over the pointer. An <input
// type=range> lies over it, so that keys, touch and screen readers work as everywhere.

import { el, setAttr, setText } from './dom.js';
import { clockOf, currentOf, spokenDuration } from './library-model.js';

const STEP = 5000;       // of an arrow key, ms
const KNOB = 8;          // half of the knob's width: the line begins and ends in its middle (player.css)

export function createSeekBar({ duration, onseek }) {
  const length = Math.max(1, duration);
  const played = el('span', { class: 'seek-played' });
  const marks = el('span', { class: 'seek-marks', 'aria-hidden': 'true' });
  const input = el('input', { type: 'range', class: 'seek-input', testid: 'seek', min: '0', max: String(length), step: '100', value: '0', 'aria-label': 'Position' });
  const thumb = el('span', { class: 'seek-thumb', testid: 'seek-thumb', hidden: true });
  const tipTime = el('b', {});
  const tipChapter = el('span', {});
  const tip = el('div', { class: 'seek-tip', testid: 'seek-tip', hidden: true, 'aria-hidden': 'true' }, thumb, el('span', { class: 'seek-words' }, tipTime, tipChapter));
  const root = el('div', { class: 'seek' }, el('span', { class: 'seek-track' }, played), marks, input, tip);
  let chapters = [];
  let cells = [];
  let dragging = false;

  input.addEventListener('input', () => {
    dragging = true;
    show(Number(input.value));
    onseek(Number(input.value));
  });
  input.addEventListener('change', () => { dragging = false; });
  input.addEventListener('keydown', (event) => {
    const by = { ArrowLeft: -STEP, ArrowDown: -STEP, ArrowRight: STEP, ArrowUp: STEP }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    onseek(Number(input.value) + by);
  });

  root.addEventListener('pointermove', ({ clientX }) => {
    const box = root.getBoundingClientRect();
    const share = Math.min(1, Math.max(0, (clientX - box.left - KNOB) / (box.width - 2 * KNOB)));
    const at = share * length;
    const cell = currentOf(cells, at, 'from');
    tip.hidden = false;
    thumb.hidden = !cell;
    if (cell) {
      thumb.style.width = `${cell.width}px`;
      thumb.style.height = `${cell.height}px`;
      thumb.style.backgroundPosition = `-${cell.x}px -${cell.y}px`;
    }
    setText(tipTime, clockOf(at));
    setText(tipChapter, currentOf(chapters, at)?.title ?? '');
    const half = tip.offsetWidth / 2;
    tip.style.left = `${Math.min(box.width - half, Math.max(half, KNOB + share * (box.width - 2 * KNOB)))}px`;
  });
  root.addEventListener('pointerleave', () => { tip.hidden = true; });

  function show(position) {
    const share = Math.min(1, position / length);
    played.style.transform = `scaleX(${share})`;
    const chapter = currentOf(chapters, position);
    setAttr(input, 'aria-valuetext', `${spokenDuration(position)} of ${spokenDuration(length)}${chapter ? `, ${chapter.title}` : ''}`);
  }

  return {
    root,
    setPosition(position) {
      if (dragging) return;
      input.value = String(Math.round(position));
      show(position);
    },
    setChapters(list) {
      chapters = list;
      marks.replaceChildren(...list.slice(1).map((chapter) => {
        const mark = el('i', {});
        mark.style.left = `${(100 * chapter.ms) / length}%`;
        return mark;
      }));
    },
    /** `address`: of the picture that the cells lie in. */
    setStrip(list, address) {
      cells = list;
      thumb.style.backgroundImage = `url("${address}")`;
    },
  };
}
