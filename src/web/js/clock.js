// Times as people read them, and the running clock of a recording.

import { stateOf } from './recording-state.js';

/** 65 → "1:05", 3725 → "1:02:05". */
export function formatClock(seconds) {
  const whole = Math.max(0, Math.floor(Number.isFinite(seconds) ? seconds : 0));
  const h = Math.floor(whole / 3600);
  const m = Math.floor((whole % 3600) / 60);
  const s = String(whole % 60).padStart(2, '0');
  return h > 0 ? `${h}:${String(m).padStart(2, '0')}:${s}` : `${m}:${s}`;
}

/** ISO text, seconds or milliseconds since 1970 → milliseconds, or null. */
export function toMillis(value) {
  if (value === null || value === undefined || value === '') return null;
  const number = typeof value === 'number' ? value : Number(value);
  if (Number.isFinite(number)) return number > 1e11 ? number : number * 1000;
  const parsed = Date.parse(value);
  return Number.isNaN(parsed) ? null : parsed;
}

const RUNNING = 'recording';

/**
 * The clock of one recording: `elapsed` milliseconds up to `since`, counting on while `since` is not null.
 * A start that we witness is counted from our own clock, so that a wrong clock here or on the server does not show;
 * only a recording that was already going when we came in has to trust `startedAt`.
 */
export function nextClock(previous, recording, now, witnessed) {
  const running = stateOf(recording) === RUNNING;
  // Recorded time as the server counts it, without the pauses, when it says so as we come in.
  if (!previous && !witnessed && Number.isFinite(recording.durationMs)) return { elapsed: recording.durationMs, since: running ? now : null };
  if (!previous) {
    const started = toMillis(recording.startedAt);
    const elapsed = witnessed || started === null ? 0 : Math.max(0, now - started);
    return { elapsed, since: running ? now : null };
  }
  if (running && previous.since === null) return { elapsed: previous.elapsed, since: now };
  if (!running && previous.since !== null) return { elapsed: previous.elapsed + now - previous.since, since: null };
  return previous;
}

export function clockSeconds(clock, now) {
  if (!clock) return 0;
  return (clock.elapsed + (clock.since === null ? 0 : Math.max(0, now - clock.since))) / 1000;
}
