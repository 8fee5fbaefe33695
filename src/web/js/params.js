// What the address says, and what a link to the room looks like. Pure.

const ROOM = /^[A-Za-z0-9_-]{1,64}$/;

export const isRoomId = (text) => ROOM.test(text);

/** Makes a room id out of what somebody typed ("Weekly stand-up!" → "Weekly-stand-up"). Empty when nothing is left. */
export function toRoomId(text) {
  return String(text ?? '')
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[^A-Za-z0-9_-]+/g, '-')
    .replace(/-{2,}/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 64);
}

/** The claims of a JWT, unverified: only to fill in the form. The server decides. */
export function tokenClaims(token) {
  try {
    const part = token.split('.')[1].replace(/-/g, '+').replace(/_/g, '/');
    const bytes = Uint8Array.from(atob(part), (c) => c.charCodeAt(0));
    const claims = JSON.parse(new TextDecoder().decode(bytes));
    return claims && typeof claims === 'object' ? claims : {};
  } catch {
    return {};
  }
}

const isOn = (value) => value !== null && value !== '0' && value !== 'false';

/**
 * `?room=` or `#room`, `?name=`, `?token=`, `?viewer=1`, `?audio=0`, `?video=0`, `?layout=NAME`, `?autojoin=1`,
 * `?ice=relay` (use TURN only: to prove that a relay works).
 * `kept`: a token that this tab was opened with before. It is used again, unless the address names another room.
 */
export function readParams(href, { kept = '' } = {}) {
  const url = new URL(href);
  const query = url.searchParams;
  const given = query.get('token');
  const token = given ?? (isOfRoom(tokenClaims(kept), query.get('room')) ? kept : '');
  const claims = token ? tokenClaims(token) : {};
  const bound = typeof claims.room === 'string' && claims.room !== '*' ? claims.room : '';
  let hash = '';
  try {
    hash = decodeURIComponent(url.hash.replace(/^#\/?/, ''));
  } catch {
    // A broken escape in the address names no room.
  }
  const room = [bound, query.get('room'), hash].find((text) => text && isRoomId(text)) ?? '';
  return {
    room,
    roomFixed: bound !== '',
    name: query.get('name') ?? (typeof claims.name === 'string' ? claims.name : ''),
    token,
    viewer: isOn(query.get('viewer')) || claims.role === 'viewer',
    viewerFixed: claims.role === 'viewer',
    audio: query.has('audio') ? isOn(query.get('audio')) : null,
    video: query.has('video') ? isOn(query.get('video')) : null,
    layout: query.get('layout') ?? '',
    autojoin: isOn(query.get('autojoin')),
    relayOnly: query.get('ice') === 'relay',
  };
}

const isOfRoom = (claims, room) => !room || claims.room === '*' || claims.room === room;

/** The same address without the token, which must not stay where it is seen, bookmarked and passed on. */
export function withoutToken(href) {
  const url = new URL(href);
  url.searchParams.delete('token');
  return url.href;
}

/** The link for somebody else: the room, never our own token or name. */
export function roomLink(base, room) {
  const url = new URL('.', base);
  url.search = '';
  url.hash = '';
  url.searchParams.set('room', room);
  return url.href;
}

/** Where the signalling is, seen from the page. */
export function socketUrl(base) {
  const url = new URL('ws', base);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  url.search = '';
  url.hash = '';
  return url.href;
}
