// The shape of what crosses the WebSocket, and the words for what can go wrong. Pure.

/** An answer of type "error", or a request that never got one. `code` is stable, `message` is for people. */
export class RequestError extends Error {
  constructor({ code = 'failed', title = '', detail = '', status = 0 } = {}) {
    super(explain(code, detail || title));
    this.name = 'RequestError';
    this.code = code;
    this.detail = detail;
    this.status = status;
  }
}

/** One frame of text → {kind: 'reply'|'error'|'event', …}, or null when it is none of them. */
export function decode(text) {
  let message;
  try {
    message = JSON.parse(text);
  } catch {
    return null;
  }
  if (message === null || typeof message !== 'object' || Array.isArray(message)) return null;
  const { type, id, ...data } = message;
  if (typeof type !== 'string' || type === '') return null;
  // `recording` and `stream` events carry an id of their own (text): only numbers are ours.
  const answers = typeof id === 'number';
  if (type === 'error') return { kind: 'error', id: answers ? id : null, error: data };
  if (answers && (type === 'reply' || type === 'joined')) return { kind: 'reply', id, type, data };
  if (type === 'reply') return null;
  return { kind: 'event', type, data: id === undefined ? data : { id, ...data } };
}

export const encode = (id, type, fields = {}) => JSON.stringify({ ...fields, type, id });

const ERRORS = {
  'room-full': 'This room is full. Try again later.',
  'room-closed': 'This room has ended.',
  draining: 'The server is about to restart and takes nobody new. Try again in a minute.',
  unauthorized: 'This link is not valid, or it has expired. Ask for a new one.',
  unauthenticated: 'This link is not valid, or it has expired. Ask for a new one.',
  'token-expired': 'This link has expired. Ask for a new one.',
  'too-many-rooms': 'The server has no room for another meeting. Try again later.',
  'room-unavailable': 'The room could not be opened. Try again in a moment.',
  'room-gone': 'The room was interrupted. Try again in a moment.',
  'room-timeout': 'The room did not answer in time. Try again in a moment.',
  'bad-room-name': 'A room’s name is made of letters, digits, - and _.',
  'bad-token': 'This link is not valid, or it has expired. Ask for a new one.',
  forbidden: 'Your role does not allow that.',
  'bad-sdp': 'The server could not read what this browser offered.',
  'unsupported-offer': 'This browser and the server have no way of sending pictures in common.',
  'renegotiation-unsupported': 'This connection is set up already.',
  'unknown-participant': 'The server no longer knows this seat.',
  'unknown-room': 'Nobody has opened this room yet.',
  'disk-full': 'There is no room left on the server’s disk for a recording.',
  'rate-limited': 'Too many requests. Wait a moment.',
  'too-many-pending': 'Many people are just connecting. Try again in a moment.',
  timeout: 'The server did not answer in time.',
  unreachable: 'The server cannot be reached. Check the connection and try again.',
  disconnected: 'The connection was lost before the server answered.',
};

/** Characters (code points) of a chat message, as the server counts them. */
export const CHAT_CHARACTERS = 2000;

/** Why a chat message cannot be sent as it is; '' when it can. */
export function chatFault(text) {
  const characters = [...text].length;
  if (characters <= CHAT_CHARACTERS) return '';
  const number = (n) => n.toLocaleString('en');
  return `A message has at most ${number(CHAT_CHARACTERS)} characters; this one has ${number(characters)}.`;
}

/** What a person should read for an error. The server's own sentence wins where our words would say less. */
export function explain(code, detail = '') {
  const words = ERRORS[code];
  if (words && detail && (code === 'forbidden' || code === 'unsupported-offer')) return `${words} (${detail})`;
  return words ?? (detail || 'Something went wrong.');
}

// `again`: come back by ourselves, after that many milliseconds.
const BYES = {
  kicked: { title: 'You were removed', text: 'An operator removed you from the room. Ask them if you want to be let in again.' },
  'not-connected': { title: 'No picture or sound got through', text: 'The connection for them could not be made. Trying again …', again: 2000 },
  'no-media': { title: 'Your place was needed', text: 'The room is full, and no picture or sound of yours arrived. Check the connection and join again.' },
  'room-closed': { title: 'The meeting has ended', text: 'The room was closed for everybody.' },
  closed: { title: 'The meeting has ended', text: 'The room was closed for everybody.' },
  replaced: { title: 'Continued elsewhere', text: 'Your seat was taken over from another window or device.' },
  left: { title: 'You left', text: '' },
  'token-expired': { title: 'Your link has expired', text: 'Ask for a new one to come back.' },
  expired: { title: 'Your link has expired', text: 'Ask for a new one to come back.' },
  'room-crashed': { title: 'The room was interrupted', text: 'It is being started again. You will be back in a moment.', again: 1000 },
  'room-out-of-memory': { title: 'The room has ended', text: 'It needed more memory than it may have. You can open it again.' },
  lost: { title: 'The connection was lost', text: 'Coming back …', again: 1000 },
  'server-shutdown': { title: 'The server is restarting', text: 'You will be back when it is up again.', again: 2000 },
  draining: { title: 'The server is restarting', text: 'You will be back when it is up again.', again: 2000 },
};

/** What a `bye` means: {reason, title, text, again}; `again` is null when it is final. */
export function farewell(reason) {
  const known = BYES[reason];
  if (known) return { reason, again: null, ...known };
  return { reason, title: 'You are no longer in the room', text: reason ? `Reason: ${reason}.` : '', again: null };
}

/** Whether a failed (re)join is worth another try. Being refused is final; being unlucky is not. */
export function isTemporary(error) {
  if (!(error instanceof RequestError)) return true;
  if (['timeout', 'unreachable', 'disconnected'].includes(error.code)) return true;
  return error.status >= 500 || [408, 409, 425, 429].includes(error.status);
}
