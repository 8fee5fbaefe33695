// What the library shows, computed from manifests and timelines. Pure.

import { formatClock, toMillis } from './clock.js';
import { shownName } from './names.js';
import { isInterrupted, stateOf } from './recording-state.js';

const ACTIVE = new Set(['starting', 'recording', 'paused', 'stopping', 'finishing']);
const WORDS = {
  starting: 'Starting', recording: 'Recording', paused: 'Paused', interrupted: 'Interrupted', stopping: 'Stopping', finishing: 'Being finished', ready: '', failed: 'Failed',
};
const FORMATS = {
  mp4: 'MP4 · H.264 and AAC', 'mp4-opus': 'MP4 · H.264 and Opus', webm: 'WebM · VP8 and Opus', m4a: 'M4A · AAC', opus: 'Ogg · Opus', wav: 'WAV',
};
const ENDINGS = {
  'max-duration': 'Ended at its greatest length', 'disk-low': 'Ended: the disk was nearly full', 'disk-full': 'Ended: the disk was full',
  'quota-exceeded': 'Ended: the room’s quota was used up', interrupted: 'Ended: the room’s process died',
};
const SOUND_ONLY = new Set(['m4a', 'opus', 'wav']);

export const isActive = (recording) => ACTIVE.has(recording.state);
export const canControl = (recording) => ['recording', 'paused'].includes(recording.state);
export const canPause = (recording) => canControl(recording) && !isInterrupted(recording);
export const stateWord = (recording) => WORDS[stateOf(recording)] ?? recording.state;
/** What ended it when nobody did; "" otherwise. */
export const endingOf = (recording) => ENDINGS[recording.endReason] ?? '';
/** What is worth a line of its own: that it waits, or how it ended; "" otherwise. */
export const noteOf = (recording) => (isInterrupted(recording) ? 'Goes on when the room opens again' : endingOf(recording));
export const titleOf = (recording) => shownName(recording.name, recording.room);
export const formatTitle = (recording) => FORMATS[recording.format ?? 'mp4'] ?? recording.format;
export const hasVideo = (recording) => !SOUND_ONLY.has(recording.format);

/** 1 536 000 → "1.5 MB". */
export function formatBytes(bytes) {
  if (!Number.isFinite(bytes) || bytes <= 0) return '–';
  const power = Math.min(4, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${value < 10 && power > 0 ? value.toFixed(1) : Math.round(value)} ${['B', 'kB', 'MB', 'GB', 'TB'][power]}`;
}

/** For screen readers and details: 3 725 000 → "1 h 2 min 5 s". */
export function spokenDuration(ms) {
  const whole = Math.max(0, Math.round((ms ?? 0) / 1000));
  const parts = [[Math.floor(whole / 3600), 'h'], [Math.floor(whole / 60) % 60, 'min'], [whole % 60, 's']];
  return parts.filter(([value], i) => value > 0 || (i === 2 && whole === 0)).map(([value, unit]) => `${value} ${unit}`).join(' ');
}

export const clockOf = (ms) => formatClock((ms ?? 0) / 1000);

/** "Today 09:30", "Yesterday 09:30", "Fri 13 Nov 2026, 09:30", in the reader's own time zone. */
export function startOf(recording, now = Date.now(), locale = undefined) {
  const started = toMillis(recording.startedAt);
  if (started === null) return '';
  const time = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' }).format(started);
  const day = (at) => new Date(at).setHours(0, 0, 0, 0);
  const days = Math.round((day(now) - day(started)) / 86_400_000);
  if (days === 0 || days === 1) return `${days === 0 ? 'Today' : 'Yesterday'} ${time}`;
  return `${new Intl.DateTimeFormat(locale, { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' }).format(started)}, ${time}`;
}

/** How long a running one has been going, without what it was paused or interrupted for. */
export function runningFor(recording, now) {
  const gaps = (recording.gaps ?? []).reduce((sum, gap) => sum + Math.max(0, (toMillis(gap.to) ?? now) - (toMillis(gap.from) ?? now)), 0);
  return Math.max(0, now - (toMillis(recording.startedAt) ?? now) - gaps);
}

/** What the counter of a running one shows. It stands still while it is interrupted, at what it showed `before`; null: nobody knows. */
export function countOf(recording, now, before = null) {
  const gap = recording.gaps?.at(-1);
  if (!isInterrupted(recording) || (gap && !gap.to)) return runningFor(recording, now);
  return recording.durationMs || before;
}

/** Everybody once, in the order in which they came. */
export function peopleOf(recording) {
  return [...new Set((recording.participants ?? []).map((person) => shownName(person.name)).filter(Boolean))];
}

/** The parts that can be played: [{n, start, duration}] in milliseconds over the whole recording. */
export function partsOf(recording) {
  const parts = [];
  let start = 0;
  for (const part of recording.parts ?? []) {
    // One that could not be finished takes no time: the server counts positions like that too.
    const duration = part.error ? 0 : Math.max(0, part.durationMs ?? 0);
    if (duration > 0) parts.push({ n: part.n, start, duration, bytes: part.bytes, reason: part.reason });
    start += duration;
  }
  return parts.length > 0 ? parts : [{ n: 1, start: 0, duration: Math.max(0, recording.durationMs ?? 0), bytes: recording.bytes }];
}

/** The check sums of its files: [{name, sum}]. */
export function checkSumsOf(recording) {
  if (recording.sha256) return [{ name: 'SHA-256', sum: recording.sha256 }];
  return (recording.parts ?? []).filter((part) => part.sha256).map((part) => ({ name: `SHA-256, part ${part.n}`, sum: part.sha256 }));
}

export const durationOf = (recording) => {
  const last = partsOf(recording).at(-1);
  return last.start + last.duration;
};

/** Which part holds a position. */
export function partAt(parts, position) {
  return parts.findLast((part) => part.start <= position) ?? parts[0];
}

/** The last of a sorted list that begins at or before a position, or null. */
export const currentOf = (list, position, key = 'ms') => list.findLast((item) => item[key] <= position) ?? null;

/** What speakerLanes() wants to know. */
export const LANE_EVENTS = ['part', 'participant-joined', 'participant-left', 'speakers', 'screen-started', 'screen-stopped'];

/**
 * Who spoke when, from the events and the parts of a timeline: [{name, spans: [{from, to}], total}], the most talkative first.
 * Connections of one name are one line. `screens`: the spans in which a screen was shared.
 */
export function speakerLanes({ events = [], parts = [] }, duration) {
  // What was noted after a part's last picture, before a crash took that, does not reach into the next part.
  const ends = new Map(parts.map((part) => [part.n, part.startMs + part.durationMs]));
  const names = new Map();
  const lanes = new Map();
  const since = new Map();
  const screens = [];
  const shared = new Map();
  const laneOf = (id) => {
    const name = names.get(id) ?? 'Somebody';
    if (!lanes.has(name)) lanes.set(name, { name, spans: [], total: 0 });
    return lanes.get(name);
  };
  const end = (id, at) => {
    const from = since.get(id);
    since.delete(id);
    if (at <= from) return;
    const { spans } = laneOf(id);
    // A breath is no silence.
    if (spans.length > 0 && from - spans.at(-1).to < 800) spans.at(-1).to = at;
    else spans.push({ from, to: at });
  };
  const endScreen = (id, at) => {
    if (at > shared.get(id)) screens.push({ from: shared.get(id), to: at, name: names.get(id) ?? 'Somebody' });
    shared.delete(id);
  };
  for (const event of events) {
    const at = Math.min(duration, ends.get(event.part) ?? duration, Math.max(0, event.position ?? 0));
    switch (event.type) {
      case 'participant-joined':
        names.set(event.id, shownName(event.name, 'Somebody'));
        break;
      case 'participant-left':
        if (since.has(event.id)) end(event.id, at);
        if (shared.has(event.id)) endScreen(event.id, at);
        break;
      case 'speakers': {
        const now = new Set(event.ids ?? []);
        for (const id of [...since.keys()]) if (!now.has(id)) end(id, at);
        for (const id of now) if (!since.has(id)) since.set(id, at);
        break;
      }
      case 'screen-started':
        shared.set(event.id, at);
        break;
      case 'screen-stopped':
        if (shared.has(event.id)) endScreen(event.id, at);
        break;
      case 'part':
        // A crash ended what was under way without saying so.
        if (event.reason === 'crash') {
          for (const id of [...since.keys()]) end(id, at);
          for (const id of [...shared.keys()]) endScreen(id, at);
        }
        break;
      default:
    }
  }
  for (const id of [...since.keys()]) end(id, duration);
  for (const id of [...shared.keys()]) endScreen(id, duration);
  const list = [...lanes.values()].filter((lane) => lane.spans.length > 0);
  for (const lane of list) lane.total = lane.spans.reduce((sum, span) => sum + span.to - span.from, 0);
  list.sort((a, b) => b.total - a.total || a.name.localeCompare(b.name));
  screens.sort((a, b) => a.from - b.from);
  return { lanes: list, screens };
}

/** One of eight colours for a name, always the same. */
export function hueOf(name) {
  let sum = 0;
  for (const letter of String(name)) sum = (sum * 31 + letter.codePointAt(0)) >>> 0;
  return sum % 8;
}
