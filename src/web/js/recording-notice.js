// Over the picture, once for each recording: that the meeting is recorded, for everybody but who started it. It stays until
// it has been answered: who does not agree can leave.

import { el, setText } from './dom.js';
import { icon } from './icons.js';
import { keptBy } from './recording-state.js';

export function createRecordingNotice({ onleave }) {
  const answered = new Set();
  let shown = null;
  const kept = el('span', { testid: 'recording-keeps' });
  const root = el('div', { class: 'notice', role: 'region', testid: 'recording-notice', 'aria-label': 'Recording', hidden: true },
    icon('record'),
    el('p', {}, el('b', {}, 'This meeting is being recorded.'), ' ', kept),
    el('button', { class: 'button small', type: 'button', testid: 'recording-accept', onclick: accept }, 'I agree'),
    el('button', { class: 'button small', type: 'button', testid: 'recording-leave', onclick: onleave }, 'Leave'));

  function accept() {
    answered.add(shown);
    root.hidden = true;
  }

  return {
    root,
    /** `recording`: the one under way, or null; `own`: the ids of those that were started from this page. */
    update(recording, own) {
      shown = recording?.id ?? null;
      setText(kept, keptBy(recording));
      const runs = recording && recording.state !== 'starting';
      root.hidden = !runs || answered.has(shown) || own.has(shown);
    },
  };
}
