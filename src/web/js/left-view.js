// After the meeting: why it is over, and the way back.

import { el } from './dom.js';
import { logo } from './icons.js';
import { createThemeButton } from './theme-button.js';

export function createLeftView({ farewell, room, onrejoin, onlobby }) {
  const rejoin = el('button', { class: 'button primary large', type: 'button', testid: 'rejoin', onclick: onrejoin }, 'Join again');
  const root = el('main', { class: 'left', testid: 'left-view' },
    el('header', { class: 'join-head' }, el('span', { class: 'brand' }, logo(), 'Tessera'), createThemeButton()),
    el('div', { class: 'left-body' },
      el('h1', { testid: 'farewell' }, farewell?.title ?? 'You left the room'),
      farewell?.text && el('p', { class: 'lead' }, farewell.text),
      el('p', { class: 'hint' }, `Room: ${room}`),
      el('div', { class: 'left-actions' }, rejoin, el('button', { class: 'button large', type: 'button', onclick: onlobby }, 'Another room'))));
  return { root, start: () => rejoin.focus() };
}
