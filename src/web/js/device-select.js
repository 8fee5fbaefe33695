// A labelled list of devices, shared by the join screen and the settings.

import { el, setOptions } from './dom.js';
import { icon } from './icons.js';

const TYPES = {
  audio: { type: 'audioinput', label: 'Microphone', icon: 'mic', testid: 'microphone-select' },
  video: { type: 'videoinput', label: 'Camera', icon: 'camera', testid: 'camera-select' },
};

export function createDeviceSelect(kind, devices) {
  const { type, label, icon: sign, testid } = TYPES[kind];
  const select = el('select', { testid, onchange: () => devices.choose(kind, select.value) });
  const root = el('label', { class: 'field' }, el('span', { class: 'field-label' }, icon(sign), label), select);
  return {
    root,
    update() {
      const list = devices.list(type);
      select.disabled = list.length === 0;
      if (list.length === 0) setOptions(select, [{ id: '', label: `No ${label.toLowerCase()} found` }], '');
      else setOptions(select, list, list.some((device) => device.id === devices.chosen(kind)) ? devices.chosen(kind) : list[0].id);
    },
  };
}

/** A bar that shows how loud the microphone is. Draws only while it is on the page. */
export function createLevelBar(meter) {
  const fill = el('span', { class: 'level-fill' });
  const root = el('div', { class: 'level', testid: 'level-meter', role: 'img', 'aria-label': 'Microphone level' }, fill);
  let shown = 0;
  const draw = () => {
    if (!root.isConnected) return;
    const level = meter.level();
    shown = level > shown ? level : shown * 0.86;
    fill.style.transform = `scaleX(${shown.toFixed(3)})`;
    root.dataset.level = shown.toFixed(2);
    requestAnimationFrame(draw);
  };
  return { root, start: () => requestAnimationFrame(draw) };
}
