// The page: reads the address, shows the right screen, and ties devices, session and views together.

import { announcementOf } from './announcer.js';
import { createJoinView } from './join-view.js';
import { createLeftView } from './left-view.js';
import { openLibrary } from './library-link.js';
import { MediaDevices } from './media-devices.js';
import { readParams, socketUrl, withoutToken } from './params.js';
import { createRoomView } from './room-view.js';
import { Session } from './session.js';
import { canOperate } from './state.js';
import { qualityOf, summarise } from './stats-model.js';
import { Store } from './store.js';
import { read, write } from './theme.js';
import { Toaster } from './toast.js';

const STATS_EVERY = 1000;
const TOKEN = 'tessera.token';

/** What the address says. A token is taken out of it at once, and kept for this tab, so that a reload comes back. */
function takeParams() {
  const params = readParams(location.href, { kept: read(TOKEN, sessionStorage) ?? '' });
  const clean = withoutToken(location.href);
  if (clean !== location.href) {
    write(TOKEN, params.token || null, sessionStorage);
    history.replaceState(null, '', clean);
  }
  return params;
}

class App {
  store = new Store();
  toaster = new Toaster();
  params = takeParams();
  devices = new MediaDevices({ remembered: { audio: read('tessera.microphone') ?? '', video: read('tessera.camera') ?? '' } });
  session = new Session({ store: this.store, devices: this.devices, url: socketUrl(document.baseURI), relayOnly: this.params.relayOnly });
  statistics = null;     // the last summary of the main connection
  #place = document.getElementById('app');
  #phase = null;
  #view = null;
  #asked = null;         // what was joined with, to come back
  #summaries = new WeakMap();

  // ── For tests and support ──────────────────────────────────────────────────────────────────────────────

  get pc() {
    return this.session.mainPeer?.pc ?? null;
  }

  get screenPc() {
    return this.session.screenPeer?.pc ?? null;
  }

  get ws() {
    return this.session.socketState;
  }

  get state() {
    return this.store.state;
  }

  /** What the server last told us, in the shape of its snapshot. */
  get snapshot() {
    const { room, participants, layout, layouts, recordings, speakers, canvas, streams } = this.store.state;
    return { id: room, participants: Object.values(participants), layout, layouts, recordings: Object.values(recordings), speakers, canvas, streams };
  }

  start() {
    document.body.append(this.toaster.root, this.toaster.spoken);
    this.session.addEventListener('toast', ({ detail }) => this.toaster.show(detail));
    this.session.addEventListener('event', ({ detail }) => this.#announce(detail));
    this.devices.addEventListener('change', () => this.#rememberDevices());
    this.store.subscribe((state) => this.#show(state));
    addEventListener('pagehide', () => this.session.abandon());
    addEventListener('hashchange', () => { if (this.#phase === 'lobby') location.reload(); });
    setInterval(() => this.#measure(), STATS_EVERY);
  }

  #show(state) {
    const phase = state.phase === 'joining' ? 'lobby' : state.phase;
    if (phase !== this.#phase) {
      this.#phase = phase;
      this.#view?.close?.();
      this.#view?.leave?.();
      this.#view = { lobby: () => this.#lobby(), room: () => this.#room(), left: () => this.#left(state) }[phase]();
      this.#place.replaceChildren(this.#view.root);
      this.#view.start?.();
    }
    this.#view.setState?.(state);
    document.title = phase === 'room' ? `${state.room} · Tessera` : 'Tessera';
  }

  #lobby() {
    const { params, devices } = this;
    const remembered = { name: read('tessera.name') ?? '', room: this.#asked?.room ?? '' };
    const view = createJoinView({ devices, params, remembered, onjoin: (asked) => this.join(asked), onstop: () => this.session.stopWaiting() });
    if (this.store.state.phase === 'lobby') this.#prepare(remembered);
    return view;
  }

  async #prepare(remembered) {
    const { params, devices } = this;
    const first = this.#asked === null;
    if (!params.viewer) await devices.start({ audio: params.audio ?? true, video: params.video ?? true });
    if (!first || !params.autojoin || this.#phase !== 'lobby') return;
    this.join({ room: params.room || 'lobby', name: params.name || remembered.name || 'Guest', viewer: params.viewer });
  }

  async join(asked) {
    this.#asked = asked;
    write('tessera.name', asked.name);
    const url = new URL(location.href);
    url.searchParams.set('room', asked.room);
    url.hash = '';
    history.replaceState(null, '', url);
    if (asked.viewer) this.devices.stop();
    await this.session.join({ ...asked, token: this.params.token });
    const { state } = this.store;
    const wanted = this.params.layout;
    if (wanted && state.phase === 'room' && canOperate(state) && state.layout?.name !== wanted) this.session.setLayout(wanted);
  }

  #room() {
    return createRoomView({ store: this.store, session: this.session, devices: this.devices, toaster: this.toaster });
  }

  #left(state) {
    const rejoin = async () => {
      if (!this.#asked.viewer) await this.devices.start({ audio: true, video: true });
      this.join(this.#asked);
    };
    const lobby = () => this.store.dispatch({ type: 'local:reset' });
    return createLeftView({ farewell: state.farewell, room: state.room, onrejoin: rejoin, onlobby: lobby });
  }

  #announce({ event, before }) {
    const state = this.store.state;
    const news = announcementOf(event, state, before);
    if (!news) return;
    // It stands on the notice over the picture already: only for the ears, then, unless it was started here.
    if (news.onNotice && !this.session.ownRecordings.has(event.id)) {
      this.toaster.announce(news.text);
      return;
    }
    if (news.recording && canOperate(state)) {
      news.action = { label: 'Open', run: () => openLibrary({ id: news.recording, token: this.session.token }) };
    }
    this.toaster.show(news);
  }

  #rememberDevices() {
    for (const [kind, key] of [['audio', 'tessera.microphone'], ['video', 'tessera.camera']]) {
      if (this.devices.track(kind)) write(key, this.devices.chosen(kind));
    }
  }

  async #measure() {
    const { pc, screenPc } = this;
    if (this.#phase !== 'room' || !pc) return;
    const [summary, screen] = await Promise.all([this.#summary(pc), screenPc && this.#summary(screenPc)]);
    if (!summary) return;
    this.statistics = summary;
    this.#view.showStats?.(summary, screen, qualityOf(summary));
  }

  async #summary(pc) {
    try {
      const summary = summarise(await pc.getStats(), this.#summaries.get(pc) ?? null);
      this.#summaries.set(pc, summary);
      return summary;
    } catch {
      return null;      // closed meanwhile
    }
  }
}

window.tessera = new App();
window.tessera.start();
