// Short messages that come and go. Errors interrupt a screen reader, the rest waits its turn.

import { el } from './dom.js';
import { icon } from './icons.js';

const ICONS = { info: 'info', success: 'check', warning: 'warning', error: 'warning' };
const STAYS = { info: 4500, success: 5000, warning: 7000, error: 9000 };
const AT_ONCE = 4;

export class Toaster {
  constructor() {
    this.root = el('div', { class: 'toasts' },
      (this.polite = el('div', { role: 'status', 'aria-live': 'polite' })),
      (this.urgent = el('div', { role: 'alert', 'aria-live': 'assertive' })));
    this.spoken = el('div', { class: 'visually-hidden', 'aria-live': 'polite' });
  }

  /** {kind, text, action: {label, run} or {label, href}} */
  show({ kind = 'info', text, action = null }) {
    const region = kind === 'error' ? this.urgent : this.polite;
    // The same message twice is one message.
    for (const other of this.root.querySelectorAll('.toast')) if (other.dataset.text === text) other.remove();
    const toast = el('div', { class: `toast toast-${kind}`, 'data-testid': 'toast', 'data-text': text },
      icon(ICONS[kind] ?? 'info'), el('p', {}, text));
    const gone = () => toast.remove();
    let timer = setTimeout(gone, action ? STAYS[kind] * 2 : STAYS[kind]);
    if (action?.href) {
      toast.append(el('a', { class: 'button small', href: action.href, target: '_blank', rel: 'noopener' }, action.label));
    } else if (action) {
      toast.append(el('button', { class: 'button small', type: 'button', onclick: () => { gone(); action.run(); } }, action.label));
    }
    toast.append(el('button', { class: 'icon-button small', type: 'button', 'aria-label': 'Dismiss', onclick: gone }, icon('close')));
    // Nothing disappears under the pointer.
    toast.addEventListener('pointerenter', () => clearTimeout(timer));
    toast.addEventListener('pointerleave', () => { timer = setTimeout(gone, 2500); });
    region.append(toast);
    const all = this.root.querySelectorAll('.toast');
    if (all.length > AT_ONCE) all[0].remove();
  }

  /** For screen readers only. */
  announce(text) {
    this.spoken.textContent = text;
  }
}
