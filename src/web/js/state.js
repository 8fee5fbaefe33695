// Everything the page knows, and how each message changes it: `reduce(state, action)` is pure, so what the page
// shows can be tested without a page. Server events go in as they come; local actions start with "local:".

import { nextClock } from './clock.js';

export const initialState = Object.freeze({
  phase: 'lobby',        // lobby | joining | room | left
  link: 'idle',          // the WebSocket: idle | connecting | open | waiting
  retryAt: null,         // when the next attempt is, while waiting
  media: 'idle',         // the main peer connection: idle | connecting | connected | lost
  farewell: null,        // why we are out: {title, text, …}
  problem: null,         // why joining failed
  waiting: false,        // for somebody who may open the room
  room: '',
  self: null,
  participants: {},
  speakers: [],
  layout: null,
  layouts: [],
  layoutsChanged: 0,     // how often, since we are here: their previews are others then
  recordings: {},        // id → {id, state, startedAt, clock}
  streams: [],
  canvas: null,
  chat: [],
  announcements: [],     // that play or wait
  chimes: false,
  keptOut: [],           // for operators: {id, name, reason, …} of those who stay out, the latest last
  local: { audio: false, video: false, hand: false, screen: 'off', viewer: false },
});

const ACTIVE = new Set(['starting', 'recording', 'paused', 'interrupted', 'stopping']);
const CHAT_KEPT = 500;

const byId = (list) => Object.fromEntries((list ?? []).filter((p) => p?.id).map((p) => [p.id, p]));
const asLayout = (item) => (typeof item === 'string' ? { name: item, title: item } : item);
const participantOf = (action) => (typeof action.participant === 'object' ? action.participant : { id: action.participant });

function recordingsOf(list, previous, now) {
  const result = {};
  for (const item of list ?? []) {
    if (!item?.id) continue;
    const { interrupted: _over, ...known } = previous[item.id] ?? {};
    result[item.id] = { ...known, ...item, clock: nextClock(known.clock, item, now, false) };
  }
  return result;
}

function joined(state, { participant, room = {}, keptOut = [], now }) {
  const participants = byId(room.participants);
  const id = typeof participant === 'object' ? participant?.id : participant;
  if (typeof participant === 'object' && participant?.id) participants[id] = { ...participants[id], ...participant };
  return {
    ...state,
    phase: 'room',
    link: 'open',
    retryAt: null,
    farewell: null,
    problem: null,
    waiting: false,
    room: room.id ?? state.room,
    self: id ?? null,
    participants,
    speakers: room.speakers ?? [],
    layout: room.layout ?? null,
    layouts: (room.layouts ?? []).map(asLayout),
    recordings: recordingsOf(room.recordings, state.recordings, now),
    streams: room.streams ?? [],
    announcements: room.announcements ?? [],
    chimes: Boolean(room.chimes),
    keptOut,
    canvas: room.canvas ?? null,
  };
}

function recording(state, { id, now, type: _type, ...fields }) {
  if (!id) return state;
  // It is interrupted for as long as it is said to be.
  const { interrupted: _over, ...known } = state.recordings[id] ?? {};
  const next = { ...known, id, ...fields };
  // The clock starts with the first picture, not with the request.
  const starts = next.state !== 'starting';
  next.clock = starts ? nextClock(known.clock, next, now, true) : undefined;
  return { ...state, recordings: { ...state.recordings, [id]: next } };
}

export function reduce(state, action) {
  switch (action.type) {
    case 'joined':
      return joined(state, action);
    case 'participant-joined':
    case 'participant-updated': {
      const participant = participantOf(action);
      if (!participant.id) return state;
      const merged = { ...state.participants[participant.id], ...participant };
      return { ...state, participants: { ...state.participants, [participant.id]: merged } };
    }
    case 'participant-left': {
      const { id } = participantOf(action);
      const { [id]: gone, ...participants } = state.participants;
      if (!gone) return state;
      return { ...state, participants, speakers: state.speakers.filter((speaker) => speaker !== id) };
    }
    case 'speakers':
      return { ...state, speakers: Array.isArray(action.speakers) ? action.speakers : [] };
    case 'layout': {
      const { type: _type, now: _now, ...layout } = action;
      return { ...state, layout: { ...state.layout, ...layout } };
    }
    case 'layouts':
      return { ...state, layouts: (action.layouts ?? []).map(asLayout), layoutsChanged: state.layoutsChanged + 1 };
    case 'recording':
      return recording(state, action);
    case 'stream': {
      const others = state.streams.filter((stream) => stream.id !== action.id);
      return { ...state, streams: [...others, { id: action.id, state: action.state }] };
    }
    case 'announcement': {
      const { announcement } = action;
      if (!announcement?.id) return state;
      const others = state.announcements.filter((item) => item.id !== announcement.id);
      const over = announcement.state === 'ended' || announcement.state === 'stopped';
      return { ...state, announcements: over ? others : [...others, announcement] };
    }
    case 'chimes':
      return { ...state, chimes: Boolean(action.on) };
    case 'kept-out':
      return { ...state, keptOut: (action.keptOut ?? []).filter((entry) => entry?.id) };
    case 'chat': {
      const line = { from: action.from, name: action.name, text: String(action.text ?? ''), at: action.now };
      return { ...state, chat: [...state.chat, line].slice(-CHAT_KEPT) };
    }
    case 'local:patch':
      return { ...state, ...action.patch };
    case 'local:devices':
      return { ...state, local: { ...state.local, ...action.patch } };
    case 'local:reset':
      return { ...initialState, local: { ...initialState.local, ...action.local }, problem: action.problem ?? null };
    default:
      return state;
  }
}

// ── What the views ask ────────────────────────────────────────────────────────────────────────────────────

export const selfOf = (state) => state.participants[state.self] ?? null;

/** Operators steer the room. On a server without tokens everybody who joins is told which role that is. */
export function canOperate(state) {
  const role = selfOf(state)?.role;
  return role === 'operator' || role === 'admin';
}

export const isViewer = (state) => state.local.viewer || selfOf(state)?.kind === 'viewer' || selfOf(state)?.role === 'viewer';

/** Whether somebody has no place in the picture. */
export const isWatching = (participant) => participant.kind === 'viewer' || participant.role === 'viewer';

/** The recording that is under way, if any. */
export function activeRecording(state) {
  return Object.values(state.recordings).find((item) => ACTIVE.has(item.state)) ?? null;
}

export const isTalking = (state, id) => state.speakers.includes(id);

/** {people, watching}: ourselves first, then raised hands, then in the order in which they came. */
export function rosterOf(state) {
  const all = Object.values(state.participants);
  const rank = (p) => (p.id === state.self ? 0 : p.hand ? 1 : 2);
  const when = (p) => String(p.joinedAt ?? '').padStart(16, '0');
  all.sort((a, b) => rank(a) - rank(b) || when(a).localeCompare(when(b)) || a.id.localeCompare(b.id));
  return { people: all.filter((p) => !isWatching(p)), watching: all.filter(isWatching) };
}

/** Two letters for somebody without a picture. */
export function initialsOf(name) {
  const words = String(name ?? '').trim().split(/\s+/).filter(Boolean);
  if (words.length === 0) return '?';
  const letters = words.length === 1 ? [...words[0]].slice(0, 2) : [[...words[0]][0], [...words.at(-1)][0]];
  return letters.join('').toUpperCase();
}
