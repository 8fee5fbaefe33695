import { openDialog } from './dialog.js';
import { el } from './dom.js';
import { SHORTCUTS } from './shortcuts.js';

export function openHelp({ operator }) {
  const shown = SHORTCUTS.filter(({ action }) => operator || !['record', 'layout'].includes(action));
  openDialog({
    title: 'Help',
    testid: 'help-dialog',
    content: el('div', { class: 'stack' },
      el('p', {}, 'The server mixes everybody into one picture and one sound; you see and hear what goes into the recording. Your own voice is left out of what you hear.'),
      operator && el('p', {}, 'As an operator you choose the layout, start and stop the recording, and can click a tile to pin somebody; the button in its corner also mutes and removes.'),
      el('h3', {}, 'Keys'),
      el('dl', { class: 'keys' }, shown.map(({ label, what }) => el('div', {}, el('dt', {}, el('kbd', {}, label)), el('dd', {}, what))))),
  });
}
