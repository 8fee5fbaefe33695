// Turns what happens in the room into short messages. Pure: (event, state before, state after) → toast or null.

import { shownName } from './names.js';
import { stateOf } from './recording-state.js';
import { activeRecording, selfOf } from './state.js';

// In a large room people come and go all the time, and that is no news.
const SMALL_ROOM = 12;

export function announcementOf(event, state, before) {
  const subject = event.participant;
  const small = Object.keys(state.participants).length <= SMALL_ROOM;
  const watches = subject?.kind === 'viewer' || subject?.role === 'viewer';
  switch (event.type) {
    case 'participant-joined':
      if (!small || watches || subject?.id === state.self || before.participants[subject?.id]) return null;
      return { kind: 'info', text: `${shownName(subject?.name, 'Somebody')} joined` };
    case 'participant-left': {
      const gone = before.participants[subject?.id ?? subject];
      if (!small || !gone || gone.kind === 'viewer' || gone.role === 'viewer' || gone.id === state.self) return null;
      return { kind: 'info', text: `${shownName(gone.name, 'Somebody')} left` };
    }
    case 'participant-updated': {
      const old = before.participants[subject?.id];
      if (!old) return null;
      if (subject.id === state.self) {
        const muted = selfOf(state)?.muted;
        if (muted && !old.muted) return { kind: 'warning', text: 'An operator has muted you.' };
        const held = selfOf(state)?.held;
        if (held && !old.held) return { kind: 'warning', text: 'An operator has put you on hold. Nobody hears or sees you.' };
        if (!held && old.held) return { kind: 'info', text: 'You are back in the meeting.' };
        if (!muted && old.muted) return { kind: 'info', text: 'You can be heard again.' };
        return null;
      }
      if (subject.hand && !old.hand) return { kind: 'info', text: `${shownName(subject.name || old.name, 'Somebody')} raised a hand` };
      if (subject.screen && !old.screen) return { kind: 'info', text: `${shownName(subject.name || old.name, 'Somebody')} shares a screen` };
      return null;
    }
    case 'recording':
      return recordingNews(event, state, before);
    case 'notice':
      return { kind: 'info', text: event.text || event.code };
    default:
      return null;
  }
}

function recordingNews(event, state, before) {
  const old = stateOf(before.recordings[event.id] ?? {});
  const now = stateOf(event);
  if (old === now) return null;
  switch (now) {
    case 'recording':
      if (old === 'paused' || old === 'interrupted') return { kind: 'warning', text: 'The recording goes on.' };
      return { kind: 'warning', text: event.chat ? 'This meeting is now being recorded, its chat too.' : 'This meeting is now being recorded.', onNotice: true };
    case 'paused':
      return { kind: 'info', text: 'The recording is paused.' };
    case 'interrupted':
      return { kind: 'warning', text: 'The recording is interrupted. It goes on when the room opens again.' };
    case 'failed':
      return { kind: 'error', text: `The recording failed${event.error ? `: ${event.error}` : ''}.` };
    case 'ready':
      return { kind: 'success', text: 'The recording is ready.', recording: event.id };
    default:
      return activeRecording(before) && !activeRecording(state) ? { kind: 'info', text: 'The recording has ended.' } : null;
  }
}
