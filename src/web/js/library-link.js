// The way from a room to the library of recordings: in a tab of its own, which gets our token without having it in its
// address.

import { write } from './theme.js';

export const LIBRARY_TOKEN = 'tessera.library-token';

export function libraryUrl(base, { room = '', id = '' } = {}) {
  const url = new URL('recordings', base);
  url.search = '';
  url.hash = '';
  if (room) url.searchParams.set('room', room);
  if (id) url.searchParams.set('id', id);
  return url.href;
}

export function openLibrary({ room, id, token }) {
  // A tab that is opened from here starts with a copy of our session's storage.
  write(LIBRARY_TOKEN, token || null, sessionStorage);
  window.open(libraryUrl(document.baseURI, { room, id }), '_blank');
}
