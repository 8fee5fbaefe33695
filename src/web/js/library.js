// The library of recordings: reads the address, shows the list or one recording, keeps both in the history.

import { el } from './dom.js';
import { icon, logo } from './icons.js';
import { RecordingsApi } from './library-api.js';
import { LIBRARY_TOKEN } from './library-link.js';
import { createLibraryList } from './library-list.js';
import { createPlayerView } from './player-view.js';
import { read, write } from './theme.js';
import { createThemeButton } from './theme-button.js';
import { Toaster } from './toast.js';

/** A token in the address is taken out of it at once, and kept for this tab. */
function takeToken() {
  const url = new URL(location.href);
  const given = url.searchParams.get('token');
  if (given === null) return read(LIBRARY_TOKEN, sessionStorage) ?? '';
  write(LIBRARY_TOKEN, given, sessionStorage);
  url.searchParams.delete('token');
  history.replaceState(null, '', url);
  return given;
}

class Library {
  toaster = new Toaster();
  api = new RecordingsApi({ base: document.baseURI, token: takeToken() });
  #place = el('main', { class: 'library-main' });
  #view = null;
  #filters = { room: new URL(location.href).searchParams.get('room') ?? '' };

  start() {
    document.getElementById('app').append(
      el('div', { class: 'library', testid: 'library-view' },
        el('header', { class: 'library-head' },
          el('a', { class: 'brand', href: new URL('./', document.baseURI).href, title: 'To the rooms' }, logo(), 'Tessera'),
          el('a', { class: 'library-title', href: '#', onclick: (event) => { event.preventDefault(); this.open(null); } }, icon('film'), 'Recordings'),
          createThemeButton()),
        this.#place));
    document.body.append(this.toaster.root, this.toaster.spoken);
    addEventListener('popstate', () => this.#show());
    this.#show();
  }

  /** null: the list. */
  open(id) {
    const url = new URL(location.href);
    if (id) url.searchParams.set('id', id);
    else url.searchParams.delete('id');
    if (url.href !== location.href) history.pushState(null, '', url);
    this.#show();
  }

  #show() {
    this.#view?.close();
    const id = new URL(location.href).searchParams.get('id');
    document.title = 'Recordings · Tessera';
    const common = { api: this.api, toaster: this.toaster };
    this.#view = id
      ? createPlayerView({ ...common, id, onback: () => this.open(null) })
      : createLibraryList({ ...common, filters: this.#filters, onopen: (chosen) => this.open(chosen), onfilter: (filters) => { this.#filters = filters; } });
    this.#place.replaceChildren(this.#view.root);
    this.#view.start();
    scrollTo(0, 0);
  }
}

window.tesseraLibrary = new Library();
window.tesseraLibrary.start();
