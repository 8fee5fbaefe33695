// For operators: how loud one person is for everybody.

import { openDialog } from './dialog.js';
import { el, setText } from './dom.js';
import { icon } from './icons.js';
import { shownName } from './names.js';

/** The gain in decibels, as people read it. Pure. */
export const gainLabel = (gain) => (gain <= 0 ? 'silent' : `${gain >= 0.995 ? '+' : '−'}${Math.abs(20 * Math.log10(gain)).toFixed(0)} dB`);

export function openVolume({ participant, session }) {
  const name = shownName(participant.name, 'Guest');
  const value = el('output', { testid: 'participant-volume-value' });
  const slider = el('input', { type: 'range', min: '0', max: '4', step: '0.05', testid: 'participant-volume', 'aria-label': `Volume of ${name}` });
  slider.value = String(participant.gain ?? 1);
  const show = () => setText(value, gainLabel(Number(slider.value)));
  slider.addEventListener('input', show);
  slider.addEventListener('change', () => session.updateParticipant(participant.id, { gain: Number(slider.value) }));
  const reset = el('button', { class: 'button', type: 'button', onclick: () => { slider.value = '1'; slider.dispatchEvent(new Event('input')); slider.dispatchEvent(new Event('change')); } }, 'As it comes');
  openDialog({
    title: `Volume of ${name}`,
    testid: 'volume-dialog',
    content: el('label', { class: 'field' }, el('span', { class: 'field-label' }, icon('volume'), 'For everybody'), slider, value),
    actions: [reset],
  });
  show();
}
