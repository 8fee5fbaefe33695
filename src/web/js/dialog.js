// Modal dialogs on <dialog>: focus is kept inside and given back, Escape closes.

import { el } from './dom.js';
import { icon } from './icons.js';

export function openDialog({ title, content, actions = [], testid, onclose }) {
  const close = () => dialog.close();
  const dialog = el('dialog', { class: 'dialog', testid, 'aria-label': title },
    el('header', {}, el('h2', {}, title),
      el('button', { class: 'icon-button', type: 'button', 'aria-label': 'Close', onclick: close }, icon('close'))),
    el('div', { class: 'dialog-body' }, content),
    actions.length > 0 && el('footer', {}, actions));
  dialog.addEventListener('close', () => {
    dialog.remove();
    onclose?.();
  });
  // A click on the backdrop is a click on the dialog itself.
  dialog.addEventListener('click', (event) => { if (event.target === dialog) close(); });
  document.body.append(dialog);
  dialog.showModal();
  return { dialog, close };
}

/** Resolves to true when the person agrees. */
export function confirmDialog({ title, text, yes, danger = true }) {
  return new Promise((resolve) => {
    let answer = false;
    const { close } = openDialog({
      title,
      content: el('p', {}, text),
      testid: 'confirm-dialog',
      onclose: () => resolve(answer),
      actions: [
        el('button', { class: 'button', type: 'button', onclick: () => close() }, 'Cancel'),
        el('button', { class: `button ${danger ? 'danger' : 'primary'}`, type: 'button', testid: 'confirm', onclick: () => { answer = true; close(); } }, yes),
      ],
    });
  });
}

/** A small menu at `anchor`. Arrow keys move, Escape closes, focus returns. items: [{label, icon, run, danger}] */
export function openMenu(anchor, items, { label }) {
  const menu = el('div', { class: 'menu', role: 'menu', 'aria-label': label });
  const entries = items.map((item) =>
    el('button', { type: 'button', role: 'menuitem', class: item.danger ? 'danger' : '', tabindex: '-1', onclick: () => { close(); item.run(); } },
      icon(item.icon), item.label));
  menu.append(...entries);

  const onOutside = (event) => { if (!menu.contains(event.target)) close(false); };
  function close(refocus = true) {
    document.removeEventListener('pointerdown', onOutside, true);
    menu.remove();
    if (refocus) anchor.focus();
  }
  menu.addEventListener('keydown', (event) => {
    const at = entries.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: entries.length - 1 }[event.key];
    if (event.key === 'Escape' || event.key === 'Tab') close();
    else if (to !== undefined) entries[(to + entries.length) % entries.length].focus();
    else if (event.key !== 'Enter' && event.key !== ' ') return;
    else return event.stopPropagation();
    event.preventDefault();
    event.stopPropagation();
  });

  document.body.append(menu);
  const at = anchor.getBoundingClientRect();
  const size = menu.getBoundingClientRect();
  const left = Math.max(8, Math.min(innerWidth - size.width - 8, at.right - size.width));
  const below = at.bottom + 6;
  const top = below + size.height < innerHeight - 8 ? below : Math.max(8, at.top - size.height - 6);
  menu.style.left = `${left}px`;
  menu.style.top = `${top}px`;
  document.addEventListener('pointerdown', onOutside, true);
  entries[0]?.focus();
}
