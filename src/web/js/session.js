// Being in a room: joins, keeps the WebSocket and the peer connections alive, and carries out what the person asks for.
// The store is told what happens; the views never talk to the server themselves.
//
// Two things can be lost, and they heal apart: the WebSocket (media keep flowing; join again with `resume`), and a
// peer connection (a new one takes the old one's place on the same endpoint name).

import { Backoff } from './backoff.js';
import { RequestError, chatFault, farewell, isTemporary } from './messages.js';
import { shownName } from './names.js';
import { Peer } from './peer.js';
import { Signalling } from './signalling.js';
import { canOperate, selfOf, activeRecording, isViewer } from './state.js';
import { ScreenShare } from './screen-share.js';

const OPENED_YET = 3000;       // how often we ask whether somebody has opened the room

/** Events: `media` (detail: MediaStream to show, or null), `toast` (detail: {kind, text, …}), `event` (detail: {event, before}). */
export class Session extends EventTarget {
  #store;
  #devices;
  #relayOnly;
  #signalling;
  #main = null;
  #screen = null;
  #wanted = null;             // what to join with: {room, name, token, viewer}
  #resume = null;
  #music = false;  // the room's sound has two channels and nobody's is processed
  #iceServers = [];
  #epoch = 0;                 // grows when everything under way becomes obsolete
  #socketBackoff = new Backoff();
  #mediaBackoff = new Backoff({ first: 300, max: 8_000 });
  #mediaTimer = null;
  #wake = null;               // ends the wait before the next attempt
  #share = new ScreenShare();
  #hints = {};
  #ownRecordings = new Set();
  #startsRecording = false;   // asked for; the next recording that appears is ours

  constructor({ store, devices, url, relayOnly = false, Socket }) {
    super();
    this.#store = store;
    this.#devices = devices;
    this.#relayOnly = relayOnly;
    this.#signalling = new Signalling({ url, Socket });
    this.#signalling.addEventListener('message', (event) => this.#onMessage(event.detail));
    this.#signalling.addEventListener('close', ({ detail }) => this.#onSocketLost(detail));
    devices.addEventListener('track', (event) => this.#onTrack(event.detail));
    devices.addEventListener('change', () => this.#onDevices());
    devices.addEventListener('lost', (event) => this.#toast('warning', event.detail === 'audio' ? 'Your microphone was disconnected.' : 'Your camera was disconnected.'));
    this.#share.addEventListener('ended', () => this.stopShare());
    globalThis.addEventListener?.('online', () => this.retryNow());
  }

  get mainPeer() {
    return this.#main;
  }

  get screenPeer() {
    return this.#screen;
  }

  get socketState() {
    return this.#signalling.state;
  }

  // ── Coming and going ────────────────────────────────────────────────────────────────────────────────────

  /**
   * The first join: a failure is told to the person, not tried again. But where nobody has opened the room yet, and we may
   * not, we wait for somebody who may.
   */
  async join({ room, name, token = '', viewer = false }) {
    const epoch = ++this.#epoch;
    this.#wanted = { room, name, token, viewer };
    this.#resume = null;
    this.#patch({ phase: 'joining', problem: null, farewell: null, waiting: false, room });
    this.#store.dispatch({ type: 'local:devices', patch: { viewer } });
    for (;;) {
      try {
        await this.#enter(epoch);
        return;
      } catch (error) {
        if (epoch !== this.#epoch) return;
        this.#signalling.close();
        if (error.code !== 'unknown-room' || error.status !== 409) {
          this.#patch({ phase: 'lobby', link: 'idle', problem: error.message, waiting: false });
          return;
        }
      }
      this.#patch({ waiting: true, link: 'waiting', problem: 'Nobody has opened this room yet. You will be let in when somebody does.' });
      await this.#sleep(OPENED_YET);
      if (epoch !== this.#epoch) return;
    }
  }

  stopWaiting() {
    this.#epoch++;
    this.#wake?.();
    this.#signalling.close();
    this.#patch({ phase: 'lobby', link: 'idle', problem: null, waiting: false });
  }

  leave() {
    this.#signalling.send('leave');
    this.#end({ ...farewell('left'), title: 'You left the room' });
  }

  /** The page goes away: says so, so that the tile does not linger. */
  abandon() {
    if (this.#store.state.phase === 'room') this.#signalling.send('leave');
  }

  retryNow() {
    this.#wake?.();
  }

  async #enter(epoch) {
    this.#patch({ link: 'connecting', retryAt: null });
    await this.#signalling.open();
    if (epoch !== this.#epoch) return;
    const { viewer, ...fields } = this.#wanted;
    if (!fields.token) delete fields.token;
    if (viewer) Object.assign(fields, { role: 'viewer', kind: 'viewer' });
    if (this.#resume) fields.resume = this.#resume;
    const before = this.#store.state.self;
    let joined;
    try {
      joined = await this.#signalling.request('join', fields);
    } catch (error) {
      // The seat is no longer kept: come in as somebody new.
      // Whoever stays out of the room stays out without their old seat as well.
      if (!this.#resume || !(error instanceof RequestError) || isTemporary(error) || error.code === 'kept-out') throw error;
      this.#resume = null;
      delete fields.resume;
      joined = await this.#signalling.request('join', fields);
    }
    if (epoch !== this.#epoch) return;
    this.#onJoined(joined, before);
  }

  #onJoined(joined, before) {
    this.#resume = joined.resume ?? null;
    this.#iceServers = joined.iceServers ?? [];
    this.#socketBackoff.reset();
    this.#store.dispatch({ ...joined, type: 'joined' });
    this.#music = joined.room?.audio?.mode === 'music';
    const had = this.#devices.track('audio') !== null;
    this.#devices.setMusic(this.#music).then(() => {
      const why = had && !this.#devices.track('audio') && this.#devices.error('audio');
      if (why) this.#toast('error', why);
    });
    if (this.#music && before === null && !isViewer(this.#store.state))
      this.#toast('info', 'This room is for music: your microphone is sent as it is, in stereo. Wear headphones, or others hear themselves.');
    const { self } = this.#store.state;
    // A token may make us a viewer although we came with a camera: its light must go out.
    if (isViewer(this.#store.state)) this.#devices.stop();
    const same = joined.resumed ?? (before !== null && before === self);
    this.#sendState();
    // A kept seat keeps its media; otherwise the old connections belong to nobody.
    if (!same || this.#main?.state !== 'connected') this.#connectMain();
    if (this.#share.active && (!same || this.#screen?.state !== 'connected')) this.#connectScreen();
  }

  async #comeBack(epoch, firstDelay = null) {
    let delay = firstDelay ?? this.#socketBackoff.next();
    for (;;) {
      this.#patch({ link: 'waiting', retryAt: Date.now() + delay });
      await this.#sleep(delay);
      if (epoch !== this.#epoch) return;
      try {
        await this.#enter(epoch);
        return;
      } catch (error) {
        if (epoch !== this.#epoch) return;
        this.#signalling.close();
        if (!isTemporary(error)) {
          this.#end({ reason: error.code, title: 'You could not come back in', text: error.message });
          return;
        }
        delay = this.#socketBackoff.next();
      }
    }
  }

  #onSocketLost({ reason = '' } = {}) {
    // While joining, the request that is under way fails and says so.
    if (this.#store.state.phase !== 'room' || this.#store.state.link !== 'open') return;
    if (reason.startsWith('too slow')) this.#toast('warning', 'Your connection was too slow for what happens in the room. Coming back …');
    this.#comeBack(this.#epoch);
  }

  #end(why) {
    this.#epoch++;
    this.#wake?.();
    this.#resume = null;
    this.#signalling.close();
    this.#dropPeers();
    this.#share.stop();
    this.#devices.stop();
    this.#patch({ phase: 'left', link: 'idle', media: 'idle', farewell: why, chat: [] });
    this.#store.dispatch({ type: 'local:devices', patch: { hand: false, screen: 'off' } });
  }

  #onBye({ reason }) {
    const why = farewell(reason);
    if (why.again === null) {
      this.#end(why);
      return;
    }
    // The seat is gone for good, and with it the connections; camera, microphone and screen stay open.
    const epoch = ++this.#epoch;
    this.#wake?.();
    this.#resume = null;
    this.#signalling.close();
    this.#dropPeers();
    this.#patch({ media: 'lost' });
    this.#toast('warning', `${why.title}. ${why.text}`);
    this.#comeBack(epoch, why.again);
  }

  // ── Media ───────────────────────────────────────────────────────────────────────────────────────────────

  #makePeer(endpoint) {
    const peer = new Peer({ endpoint, signalling: this.#signalling, iceServers: this.#iceServers, relayOnly: this.#relayOnly,
      stereo: this.#music && endpoint === 'main' });
    if (this.#hints[endpoint]) peer.applyHint(this.#hints[endpoint]);
    return peer;
  }

  async #connectMain() {
    clearTimeout(this.#mediaTimer);
    this.#main?.close();
    const peer = this.#makePeer('main');
    this.#main = peer;
    this.#patch({ media: 'connecting' });
    peer.addEventListener('track', () => this.dispatchEvent(new CustomEvent('media', { detail: peer.stream })));
    peer.addEventListener('connected', () => {
      this.#mediaBackoff.reset();
      this.#patch({ media: 'connected' });
    });
    peer.addEventListener('failed', () => this.#onMainLost(peer));
    const viewer = isViewer(this.#store.state);
    try {
      await peer.start({
        direction: viewer ? 'recvonly' : 'sendrecv',
        audio: viewer ? null : this.#devices.track('audio'),
        video: viewer ? null : this.#devices.track('video'),
      });
    } catch (error) {
      if (this.#main !== peer) return;
      if (isTemporary(error) || !(error instanceof RequestError)) {
        this.#onMainLost(peer);
        return;
      }
      peer.close();
      this.#patch({ media: 'lost' });
      this.#toast('error', error.message, { action: { label: 'Try again', run: () => this.#connectMain() } });
    }
  }

  #onMainLost(peer) {
    if (this.#main !== peer) return;
    peer.close();
    this.#patch({ media: 'lost' });
    // Without the WebSocket there is nobody to make an offer to; joining again will see to it.
    if (this.#store.state.link !== 'open') return;
    clearTimeout(this.#mediaTimer);
    this.#mediaTimer = setTimeout(() => {
      if (this.#main === peer && this.#store.state.link === 'open') this.#connectMain();
    }, this.#mediaBackoff.next());
  }

  async #connectScreen() {
    this.#screen?.close();
    const peer = this.#makePeer('screen');
    this.#screen = peer;
    peer.addEventListener('connected', () => this.#localPatch({ screen: 'on' }));
    peer.addEventListener('failed', () => {
      if (this.#screen === peer && this.#share.active && this.#store.state.link === 'open') this.#connectScreen();
    });
    try {
      await peer.start({ direction: 'sendonly', audio: this.#share.track('audio') ?? undefined, video: this.#share.track('video') });
    } catch (error) {
      if (this.#screen !== peer || error.code === 'disconnected') return;
      this.stopShare();
      this.#toast('error', `The screen could not be shared. ${error.message}`);
    }
  }

  #dropPeers() {
    clearTimeout(this.#mediaTimer);
    this.#main?.close();
    this.#screen?.close();
    this.#main = this.#screen = null;
    this.#hints = {};
    this.dispatchEvent(new CustomEvent('media', { detail: null }));
  }

  #onTrack(kind) {
    if (isViewer(this.#store.state)) return;
    this.#main?.replaceTrack(kind, this.#devices.track(kind)).catch((error) => console.warn(error));
  }

  #onDevices() {
    const { audio, video } = this.#store.state.local;
    const now = { audio: this.#devices.isOn('audio'), video: this.#devices.isOn('video') };
    if (audio === now.audio && video === now.video) return;
    this.#localPatch(now);
    this.#sendState();
  }

  // ── What the person asks for ────────────────────────────────────────────────────────────────────────────

  async setDevice(kind, on) {
    const result = await this.#devices.set(kind, on);
    if (on && !result && this.#devices.error(kind)) this.#toast('error', this.#devices.error(kind));
    if (kind === 'audio' && on && result && selfOf(this.#store.state)?.muted) await this.#unmuteSelf();
  }

  /** An operator's mute holds until an operator lifts it. */
  async #unmuteSelf() {
    if (canOperate(this.#store.state)) await this.updateParticipant(this.#store.state.self, { muted: false });
    else this.#toast('info', 'An operator has muted you. Raise your hand to be heard.');
  }

  setHand(on) {
    this.#localPatch({ hand: on });
    this.#sendState();
  }

  async startShare() {
    if (this.#store.state.local.screen !== 'off') return;
    this.#localPatch({ screen: 'starting' });
    try {
      if (!(await this.#share.start())) {
        this.#localPatch({ screen: 'off' });
        return;
      }
    } catch (error) {
      this.#localPatch({ screen: 'off' });
      this.#toast('error', `The screen could not be shared (${error.message}).`);
      return;
    }
    if (this.#store.state.phase === 'room') await this.#connectScreen();
    else this.stopShare();
  }

  stopShare() {
    const peer = this.#screen;
    this.#screen = null;
    this.#share.stop();
    delete this.#hints.screen;
    if (peer) {
      peer.close();
      this.#signalling.send('close', { endpoint: 'screen' });
    }
    this.#localPatch({ screen: 'off' });
  }

  /** Resolves to whether it was sent; why not is shown. */
  async sendChat(text) {
    const fault = chatFault(text);
    if (fault) {
      this.#toast('error', fault);
      return false;
    }
    return this.#ask('chat', { text }, { 'rate-limited': 'You are writing faster than the room takes it. Wait a second, then send it again.' });
  }

  /** What we came with; pictures of the API are asked for with it. */
  get token() {
    return this.#wanted?.token ?? '';
  }

  /** null leaves the choice to the room. */
  setLayout = (name) => this.#control('set-layout', { name });
  updateParticipant = (participant, fields) => this.#control('update-participant', { participant, ...fields });
  kick = (participant) => this.#control('kick', { participant });
  /** `entry` is the id of one of `keptOut` of the state. */
  readmit = (entry) => this.#control('readmit', { entry });
  // ── Sound ───────────────────────────────────────────────────────────────────────────────────────────────

  muteAll = (muted) => this.#control('mute-all', { muted, except: muted ? [this.#store.state.self] : [] });
  announce = (order) => this.#control('announce', order);
  stopAnnouncement = (announcement) => this.#control('stop-announcement', { announcement });

  async setChimes(on) {
    if (await this.#control('set-chimes', { on })) this.#store.dispatch({ type: 'chimes', on });
  }

  /** {files, builtin}: what can be played; null when the server did not say. */
  async sounds() {
    try {
      return await this.#signalling.request('control', { action: 'announcements' });
    } catch (error) {
      this.#toast('error', error.message);
      return null;
    }
  }

  /** A view's wish that another fulfils: the dialog needs what only the room view has. */
  openAnnouncements(to = '') {
    this.dispatchEvent(new CustomEvent('open-announcements', { detail: to }));
  }

  watchLevels(on) {
    if (this.#store.state.link === 'open') this.#signalling.send('levels', { on });
  }

  closeRoom = () => this.#control('close-room', {});

  toggleRecording() {
    const current = activeRecording(this.#store.state);
    if (!current) return this.startRecording();
    return this.#control('stop-recording', { recording: current.id });
  }

  /** wishes: {name?, format?, tracks?, maxDurationMs?}; what is left out is as the server is set up. */
  async startRecording(wishes = {}) {
    this.#startsRecording = true;
    const done = await this.#control('start-recording', wishes);
    if (!done) this.#startsRecording = false;
    return done;
  }

  /** Ids of the recordings that were started from this page. */
  get ownRecordings() {
    return this.#ownRecordings;
  }

  pauseRecording() {
    const current = activeRecording(this.#store.state);
    if (current) this.#control('set-recording', { recording: current.id, state: current.state === 'paused' ? 'recording' : 'paused' });
  }

  #control(action, fields) {
    return this.#ask('control', { action, ...fields });
  }

  /** Resolves to whether it was done; a refusal is shown, in `words` for its code where there are some. */
  async #ask(type, fields, words = {}) {
    try {
      await this.#signalling.request(type, fields);
      return true;
    } catch (error) {
      this.#toast('error', words[error.code] ?? error.message);
      return false;
    }
  }

  // ── What the server says ────────────────────────────────────────────────────────────────────────────────

  #onMessage({ type, data }) {
    switch (type) {
      case 'candidate':
        this.#peerOf(data.endpoint)?.addCandidate(data);
        return;
      case 'source-hint':
        this.#hints[data.endpoint] = data;
        this.#peerOf(data.endpoint)?.applyHint(data);
        return;
      case 'endpoint':
        if (data.state === 'closed' || data.state === 'kept') this.#onEndpointClosed(data);
        return;
      case 'levels':
        // Ten times a second: not worth going through the state.
        this.dispatchEvent(new CustomEvent('levels', { detail: data.levels ?? {} }));
        return;
      case 'kept-out':
        this.#onKeptOut(data);
        return;
      case 'bye':
        this.#onBye(data);
        return;
      case 'error':
        this.#toast('error', new RequestError(data).message);
        return;
      default:
        this.#onEvent({ ...data, type });
    }
  }

  #onEvent(event) {
    const before = this.#store.state;
    if (event.type === 'recording' && this.#startsRecording && !before.recordings[event.id]) {
      this.#startsRecording = false;
      this.#ownRecordings.add(event.id);
    }
    this.#store.dispatch(event);
    this.dispatchEvent(new CustomEvent('event', { detail: { event, before } }));
  }

  // All operators hear of it; whoever did it by mistake undoes it here.
  #onKeptOut({ keptOut }) {
    const known = new Set(this.#store.state.keptOut.map((entry) => entry.id));
    this.#store.dispatch({ type: 'kept-out', keptOut });
    const [entry, ...others] = this.#store.state.keptOut.filter(({ id }) => !known.has(id));
    if (!entry || others.length > 0) return;
    this.#toast('info', `${shownName(entry.name, 'Somebody')} was removed and stays out.`, { action: { label: 'Let in again', run: () => this.readmit(entry.id) } });
  }

  #peerOf(endpoint) {
    return endpoint === 'screen' ? this.#screen : this.#main;
  }

  // The server gave an endpoint up, while ours may not have noticed. "closed" for one that we have just replaced
  // arrives while the new one is still connecting, and means nothing; "not-connected" is said of the present one. "kept"
  // is too: the server has stayed with a connection that we have closed, so the present one is tried anew.
  #onEndpointClosed({ endpoint, state, reason }) {
    const peer = this.#peerOf(endpoint);
    if (!peer || (peer.state !== 'connected' && reason !== 'not-connected' && state !== 'kept')) return;
    if (endpoint === 'screen') this.#connectScreen();
    else this.#onMainLost(peer);
  }

  // ── Small things ────────────────────────────────────────────────────────────────────────────────────────

  #sendState() {
    if (this.#store.state.phase !== 'room' || this.#store.state.link !== 'open') return;
    const { audio, video, hand } = this.#store.state.local;
    this.#signalling.send('state', { audio, video, hand });
  }

  #sleep(ms) {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        if (this.#wake === done) this.#wake = null;
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.#wake = done;
    });
  }

  #patch(patch) {
    this.#store.dispatch({ type: 'local:patch', patch });
  }

  #localPatch(patch) {
    this.#store.dispatch({ type: 'local:devices', patch });
  }

  #toast(kind, text, more = {}) {
    this.dispatchEvent(new CustomEvent('toast', { detail: { kind, text, ...more } }));
  }
}
