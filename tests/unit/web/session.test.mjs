// Losing and finding the way back, with a socket and a peer connection that do as they are told.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { Session } from '../../../src/web/js/session.js';
import { Store } from '../../../src/web/js/store.js';
import { withStereo } from '../../../src/web/js/stereo.js';

class FakeSocket {
  static made = [];
  static refuse = false;
  static answers = {};
  readyState = 0;
  sent = [];
  constructor() {
    FakeSocket.made.push(this);
    queueMicrotask(() => (FakeSocket.refuse ? this.close() : ((this.readyState = 1), this.onopen())));
  }
  send(text) {
    const message = JSON.parse(text);
    this.sent.push(message);
    const answer = FakeSocket.answers[message.type] ?? (() => ({ type: 'reply' }));
    const reply = answer(message);
    if (reply) queueMicrotask(() => this.receive({ ...reply, id: message.id }));
  }
  receive(message) { this.onmessage?.({ data: JSON.stringify(message) }); }
  close() {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.onclose({ code: 1006, reason: '' });
  }
  of(type) { return this.sent.filter((message) => message.type === type); }
}

class FakePeerConnection {
  static made = [];
  static offer = 'offer';
  connectionState = 'new';
  transceivers = [];
  localDescription = null;
  constructor(configuration) {
    this.configuration = configuration;
    FakePeerConnection.made.push(this);
  }
  addTransceiver(what, { direction }) {
    const track = typeof what === 'string' ? null : what;
    const sender = {
      track, encodings: [{ active: true }],
      replaceTrack: async (next) => { sender.track = next; },
      getParameters: () => ({ encodings: sender.encodings }),
      setParameters: async ({ encodings }) => { sender.encodings = encodings; },
    };
    const transceiver = { kind: track?.kind ?? what, direction, sender, receiver: {} };
    this.transceivers.push(transceiver);
    return transceiver;
  }
  async createOffer() { return { type: 'offer', sdp: FakePeerConnection.offer }; }
  async setLocalDescription(description) { this.localDescription = description; }
  async setRemoteDescription(description) { this.remote = description; }
  async addIceCandidate() {}
  close() { this.connectionState = 'closed'; }
  become(state) {
    this.connectionState = state;
    this.onconnectionstatechange?.();
  }
}

class FakeDevices extends EventTarget {
  on = { audio: true, video: true };
  stopped = 0;
  track = (kind) => (this.on[kind] ? { kind, getSettings: () => ({ width: 1280, height: 720 }) } : null);
  isOn = (kind) => this.on[kind];
  error = () => null;
  music = false;
  async setMusic(on) { this.music = on; }
  stop() { this.stopped++; this.on = { audio: false, video: false }; }
}

globalThis.RTCPeerConnection = FakePeerConnection;
globalThis.MediaStream = class { addTrack() {} };

let store, devices, session, toasts;
let seat = 'p-1';

beforeEach(() => {
  seat = 'p-1';
  FakeSocket.made = [];
  FakeSocket.refuse = false;
  FakePeerConnection.made = [];
  FakeSocket.answers = {
    join: () => ({
      type: 'joined', participant: seat, resume: `resume-${seat}`, iceServers: [{ urls: 'stun:192.0.2.1' }],
      room: { id: 'lobby', participants: [{ id: seat, name: 'Ana', role: 'operator', kind: 'participant' }], layouts: [], recordings: [] },
    }),
    offer: () => ({ type: 'reply', sdp: 'answer' }),
  };
  store = new Store();
  devices = new FakeDevices();
  session = new Session({ store, devices, url: 'ws://x/ws', Socket: FakeSocket });
  toasts = [];
  session.addEventListener('toast', ({ detail }) => toasts.push(detail));
});

// A session never gives up by itself: it has to be told that the test is over.
afterEach(() => session.leave());

/** Waits for a condition, with a deadline; timers of the code under test are cut short with retryNow(). */
async function until(condition, what) {
  for (let i = 0; i < 2000; i++) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  assert.fail(`did not happen: ${what}`);
}

const socket = () => FakeSocket.made.at(-1);
const pc = () => FakePeerConnection.made.at(-1);

async function joined(more = {}) {
  await session.join({ room: 'lobby', name: 'Ana', ...more });
  await until(() => pc()?.remote, 'the first answer');
  pc().become('connected');
  assert.equal(store.state.media, 'connected');
}

async function backIn() {
  await until(() => store.state.link === 'waiting', 'waiting to come back');
  session.retryNow();
  await until(() => store.state.link === 'open', 'being back');
}

test('Join_SaysWhoWeAre_ThenOffersBothKinds', async () => {
  await joined({ token: 't' });
  assert.deepEqual(socket().of('join')[0], { type: 'join', id: 1, room: 'lobby', name: 'Ana', token: 't' });
  assert.deepEqual(socket().of('state').map(({ audio, video, hand }) => [audio, video, hand]), [[false, false, false]]);
  assert.deepEqual(pc().transceivers.map((t) => [t.kind, t.direction]), [['audio', 'sendrecv'], ['video', 'sendrecv']]);
  assert.deepEqual(pc().configuration.iceServers, [{ urls: 'stun:192.0.2.1' }]);
  assert.equal(socket().of('offer')[0].endpoint, 'main');
});

test('ARoomThatNobodyHasOpened_IsEnteredWhenSomebodyDoes', async () => {
  const letIn = FakeSocket.answers.join;
  FakeSocket.answers.join = () => ({ type: 'error', code: 'unknown-room', status: 409, title: 'Conflict' });
  const joining = session.join({ room: 'lobby', name: 'Ana' });
  await until(() => store.state.waiting, 'waiting for somebody to open the room');
  assert.equal(store.state.phase, 'joining');
  assert.match(store.state.problem, /Nobody has opened this room yet/);
  FakeSocket.answers.join = letIn;
  session.retryNow();
  await joining;
  assert.deepEqual([store.state.phase, store.state.waiting, store.state.problem], ['room', false, null]);
});

test('WaitingForARoom_CanBeStopped', async () => {
  FakeSocket.answers.join = () => ({ type: 'error', code: 'unknown-room', status: 409, title: 'Conflict' });
  const joining = session.join({ room: 'lobby', name: 'Ana' });
  await until(() => store.state.waiting, 'waiting for somebody to open the room');
  session.stopWaiting();
  await joining;
  assert.deepEqual([store.state.phase, store.state.waiting, store.state.problem], ['lobby', false, null]);
  assert.equal(FakeSocket.made.length, 1, 'nobody asks again');
});

test('WithoutDevices_TheTransceiversAreThereToBeFilled', async () => {
  devices.on = { audio: false, video: false };
  await joined();
  assert.deepEqual(pc().transceivers.map((t) => [t.direction, t.sender.track]), [['sendrecv', null], ['sendrecv', null]]);
  devices.on.video = true;
  devices.dispatchEvent(new CustomEvent('track', { detail: 'video' }));
  await until(() => pc().transceivers[1].sender.track?.kind === 'video', 'the camera filling its transceiver');
});

test('AViewer_OnlyReceives_AndHoldsNoDevice', async () => {
  await joined({ viewer: true });
  assert.equal(socket().of('join')[0].role, 'viewer');
  assert.deepEqual(pc().transceivers.map((t) => t.direction), ['recvonly', 'recvonly']);
  assert.equal(devices.stopped, 1);
});

test('ARefusedJoin_IsToldOnTheJoinScreen', async () => {
  FakeSocket.answers.join = () => ({ type: 'error', code: 'room-full', status: 503, detail: '' });
  await session.join({ room: 'lobby', name: 'Ana' });
  assert.equal(store.state.phase, 'lobby');
  assert.match(store.state.problem, /full/);
  FakeSocket.refuse = true;
  await session.join({ room: 'lobby', name: 'Ana' });
  assert.match(store.state.problem, /cannot be reached/);
});

test('ALostSocket_ResumesTheSeat_AndLeavesTheMediaAlone', async () => {
  await joined();
  socket().close();
  await backIn();
  assert.equal(socket().of('join')[0].resume, 'resume-p-1');
  assert.equal(FakePeerConnection.made.length, 1);
  assert.equal(pc().connectionState, 'connected');
  assert.equal(socket().of('state').length, 1);
});

test('ASeatThatIsGone_MeansANewOne_AndNewMedia', async () => {
  await joined();
  seat = 'p-2';
  socket().close();
  await backIn();
  await until(() => FakePeerConnection.made.length === 2, 'a new connection');
  assert.equal(FakePeerConnection.made[0].connectionState, 'closed');
});

test('AResumeThatIsRefused_IsTriedWithoutIt', async () => {
  await joined();
  const join = FakeSocket.answers.join;
  FakeSocket.answers.join = (message) => (message.resume ? { type: 'error', code: 'unknown-participant', status: 404 } : join(message));
  seat = 'p-3';
  socket().close();
  await backIn();
  assert.equal(store.state.self, 'p-3');
});

test('AServerThatStaysAway_IsTriedAgainAndAgain', async () => {
  await joined();
  FakeSocket.refuse = true;
  socket().close();
  for (let attempt = 0; attempt < 4; attempt++) {
    const before = FakeSocket.made.length;
    await until(() => store.state.link === 'waiting', 'waiting');
    session.retryNow();
    await until(() => FakeSocket.made.length > before && store.state.link === 'waiting', 'another attempt');
  }
  FakeSocket.refuse = false;
  await backIn();
  assert.equal(store.state.phase, 'room');
});

test('BeingRefusedOnTheWayBack_IsFinal', async () => {
  await joined();
  FakeSocket.answers.join = () => ({ type: 'error', code: 'token-expired', status: 401 });
  socket().close();
  await until(() => store.state.link === 'waiting', 'waiting');
  session.retryNow();
  await until(() => store.state.phase === 'left', 'the end');
  assert.match(store.state.farewell.text, /expired/);
});

test('ACrashedRoom_IsRejoinedByItself_AsSomebodyNew', async () => {
  await joined();
  seat = 'p-4';
  socket().receive({ type: 'bye', reason: 'room-crashed' });
  assert.equal(FakePeerConnection.made[0].connectionState, 'closed');
  assert.equal(devices.stopped, 0);
  await backIn();
  assert.equal(socket().of('join')[0].resume, undefined);
  await until(() => FakePeerConnection.made.length === 2, 'a new connection');
  assert.equal(toasts.filter((toast) => /interrupted/.test(toast.text)).length, 1);
});

test('ACrashWhileComingBack_LeavesOneWayBackOnly', async () => {
  await joined();
  socket().receive({ type: 'bye', reason: 'room-crashed' });
  await backIn();
  socket().receive({ type: 'bye', reason: 'room-crashed' });
  await backIn();
  const sockets = FakeSocket.made.length;
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(FakeSocket.made.length, sockets);
  assert.equal(FakeSocket.made.filter((one) => one.readyState === 1).length, 1);
});

test('Kicked_IsTheEnd_AndTheCameraGoesOff', async () => {
  await joined();
  socket().receive({ type: 'bye', reason: 'kicked' });
  assert.equal(store.state.phase, 'left');
  assert.match(store.state.farewell.title, /removed/);
  assert.equal(devices.stopped, 1);
  assert.equal(pc().connectionState, 'closed');
});

test('AKick_IsUndoneFromItsNotice_OrFromTheListThatTheJoinBrought', async () => {
  const join = FakeSocket.answers.join;
  FakeSocket.answers.join = () => ({ ...join(), keptOut: [{ id: 'k1', name: 'Bo' }] });
  await joined();
  assert.deepEqual(store.state.keptOut.map(({ name }) => name), ['Bo']);
  socket().receive({ type: 'kept-out', keptOut: [{ id: 'k1', name: 'Bo' }, { id: 'k2', name: 'Cleo' }] });
  const notice = toasts.at(-1);
  assert.equal(notice.text, 'Cleo was removed and stays out.');
  notice.action.run();
  const { action, entry } = socket().of('control').at(-1);
  assert.deepEqual([action, entry], ['readmit', 'k2']);
  const count = toasts.length;
  socket().receive({ type: 'kept-out', keptOut: [{ id: 'k1', name: 'Bo' }] });
  assert.equal(toasts.length, count, 'somebody let in is no news');
});

test('WhoIsKeptOut_DoesNotTryAgainAsSomebodyNew', async () => {
  await joined();
  FakeSocket.answers.join = () => ({ type: 'error', code: 'kept-out', status: 403, detail: 'an operator removed you' });
  socket().close();
  await until(() => store.state.link === 'waiting', 'waiting to come back');
  session.retryNow();
  await until(() => store.state.phase === 'left', 'the end');
  assert.equal(socket().of('join').length, 1);
  assert.match(store.state.farewell.text, /an operator removed you/);
});

test('Leaving_SaysSo', async () => {
  await joined();
  session.leave();
  assert.equal(FakeSocket.made[0].of('leave').length, 1);
  assert.equal(store.state.phase, 'left');
});

test('AFailedConnection_IsReplacedOnTheSameEndpoint', async () => {
  await joined();
  pc().become('failed');
  assert.equal(store.state.media, 'lost');
  await until(() => FakePeerConnection.made.length === 2 && pc().remote, 'a new offer');
  assert.deepEqual(socket().of('offer').map((message) => message.endpoint), ['main', 'main']);
  pc().become('connected');
  assert.equal(store.state.media, 'connected');
});

test('AnEndpointThatNeverConnected_IsReplacedWhenTheServerGivesItUp', async () => {
  await session.join({ room: 'lobby', name: 'Ana' });
  await until(() => pc()?.remote, 'the first answer');
  socket().receive({ type: 'endpoint', endpoint: 'main', state: 'closed', reason: 'not-connected' });
  await until(() => FakePeerConnection.made.length === 2 && pc().remote, 'a new offer');
});

test('AnEndpointThatTheServerGaveUp_IsReplaced_ButNotOneThatIsJustConnecting', async () => {
  await joined();
  socket().receive({ type: 'endpoint', endpoint: 'main', state: 'closed', reason: 'silence' });
  await until(() => FakePeerConnection.made.length === 2 && pc().remote, 'a new offer');
  socket().receive({ type: 'endpoint', endpoint: 'main', state: 'closed', reason: 'replaced' });
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(FakePeerConnection.made.length, 2);
});

test('AConnectionThatTheServerDidNotTakeOver_IsTriedAnew', async () => {
  await joined();
  pc().become('failed');
  await until(() => FakePeerConnection.made.length === 2 && pc().remote, 'a new offer');
  socket().receive({ type: 'endpoint', endpoint: 'main', state: 'kept', reason: 'ice-failed' });
  await until(() => FakePeerConnection.made.length === 3 && pc().remote, 'another offer');
  pc().become('connected');
  assert.equal(store.state.media, 'connected');
});

test('AnOfferThatIsRefusedForGood_IsNotRepeated_ButCanBe', async () => {
  FakeSocket.answers.offer = () => ({ type: 'error', code: 'unsupported-offer', status: 422, detail: 'no codec' });
  await session.join({ room: 'lobby', name: 'Ana' });
  await until(() => toasts.length === 1, 'a message');
  assert.match(toasts[0].text, /no codec/);
  assert.equal(FakePeerConnection.made.length, 1);
  FakeSocket.answers.offer = () => ({ type: 'reply', sdp: 'answer' });
  toasts[0].action.run();
  await until(() => pc().remote, 'the answer');
});

test('ASourceHint_IsApplied_AlsoToTheNextConnection', async () => {
  await joined();
  const encoding = () => pc().transceivers[1].sender.encodings[0];
  socket().receive({ type: 'source-hint', endpoint: 'main', maxWidth: 320, maxHeight: 180, maxFramerate: 15, maxBitrate: 250_000 });
  await until(() => encoding().scaleResolutionDownBy === 4, 'a smaller picture');
  assert.deepEqual(encoding(), { active: true, scaleResolutionDownBy: 4, maxBitrate: 250_000, maxFramerate: 15 });
  pc().become('failed');
  await until(() => FakePeerConnection.made.length === 2 && encoding().scaleResolutionDownBy === 4, 'the hint on the new connection');
});

test('Candidates_FollowTheOffer_AndTheEndIsSaid', async () => {
  await joined();
  pc().onicecandidate({ candidate: { candidate: 'candidate:1', sdpMid: '0', sdpMLineIndex: 0 } });
  pc().onicecandidate({ candidate: null });
  assert.deepEqual(socket().of('candidate').map((message) => [message.endpoint, message.candidate]), [['main', 'candidate:1'], ['main', '']]);
});

test('ARefusedControl_IsShown', async () => {
  await joined();
  FakeSocket.answers.control = () => ({ type: 'error', code: 'disk-full', status: 507 });
  assert.equal(await session.toggleRecording(), false);
  assert.match(toasts[0].text, /disk/);
  assert.deepEqual(socket().of('control')[0].action, 'start-recording');
});

test('TheRecordButton_StopsTheRecordingThatRuns', async () => {
  await joined();
  socket().receive({ type: 'recording', id: 'r-7', state: 'recording' });
  assert.equal(await session.toggleRecording(), true);
  const { action, recording } = socket().of('control')[0];
  assert.deepEqual([action, recording], ['stop-recording', 'r-7']);
});

test('ARecordingStartedHere_IsOurs_AndOthersAreNot', async () => {
  await joined();
  socket().receive({ type: 'recording', id: 'r-1', state: 'recording' });
  socket().receive({ type: 'recording', id: 'r-1', state: 'ready' });
  const started = session.startRecording({ name: 'Stand-up', format: 'webm' });
  socket().receive({ type: 'recording', id: 'r-1', state: 'ready' });
  socket().receive({ type: 'recording', id: 'r-2', state: 'starting' });
  await started;
  socket().receive({ type: 'recording', id: 'r-3', state: 'recording' });
  assert.deepEqual([...session.ownRecordings], ['r-2']);
  const { action, name, format } = socket().of('control')[0];
  assert.deepEqual([action, name, format], ['start-recording', 'Stand-up', 'webm']);
});

test('Pause_AndGoOn_AreTheSameButton', async () => {
  await joined();
  session.pauseRecording();
  assert.equal(socket().of('control').length, 0, 'nothing runs');
  socket().receive({ type: 'recording', id: 'r-7', state: 'recording' });
  session.pauseRecording();
  socket().receive({ type: 'recording', id: 'r-7', state: 'paused' });
  session.pauseRecording();
  assert.deepEqual(socket().of('control').map(({ action, recording, state }) => [action, recording, state]),
    [['set-recording', 'r-7', 'paused'], ['set-recording', 'r-7', 'recording']]);
});

test('ARoomForMusic_AsksForTwoChannels_AndLeavesTheMicrophoneAlone', async () => {
  FakePeerConnection.offer = 'a=rtpmap:111 opus/48000/2\r\na=fmtp:111 minptime=10;useinbandfec=1\r\n';
  const join = FakeSocket.answers.join;
  FakeSocket.answers.join = () => { const answer = join(); answer.room.audio = { mode: 'music' }; return answer; };
  await joined();
  const [offer] = socket().of('offer');
  assert.match(offer.sdp, /useinbandfec=1;stereo=1\r\n/);
  assert.equal(devices.music, true);
  assert.match(toasts.map((t) => t.text).join(), /headphones/);
  FakePeerConnection.offer = 'offer';
});

test('TwoChannels_AreAskedForOnce_AlsoWithoutParameters', () => {
  const with_parameters = 'a=rtpmap:111 opus/48000/2\r\na=fmtp:111 minptime=10\r\na=rtpmap:9 G722/8000\r\n';
  assert.equal(withStereo(with_parameters), 'a=rtpmap:111 opus/48000/2\r\na=fmtp:111 minptime=10;stereo=1\r\na=rtpmap:9 G722/8000\r\n');
  assert.equal(withStereo(withStereo(with_parameters)), withStereo(with_parameters));
  assert.equal(withStereo('a=rtpmap:96 opus/48000/2\r\n'), 'a=rtpmap:96 opus/48000/2\r\na=fmtp:96 stereo=1\r\n');
  assert.equal(withStereo('a=rtpmap:0 PCMU/8000\r\n'), 'a=rtpmap:0 PCMU/8000\r\n');
});

test('Chat_WhatIsTooLongIsNotSent', async () => {
  await joined();
  assert.equal(await session.sendChat('ж'.repeat(2001)), false);
  assert.match(toasts.at(-1).text, /2,000 characters/);
  assert.equal(socket().of('chat').length, 0);
  assert.equal(await session.sendChat('ж'.repeat(2000)), true);
});

test('Chat_WhoWritesTooFastIsToldSo', async () => {
  FakeSocket.answers.chat = () => ({ type: 'error', code: 'rate-limited', status: 429, detail: 'too many messages of type "chat"' });
  await joined();
  assert.equal(await session.sendChat('hi'), false);
  assert.match(toasts.at(-1).text, /Wait a second, then send it again/);
});

test('Socket_ClosedBecauseWeReadTooSlowly_SaysSoAndComesBack', async () => {
  await joined();
  const slow = socket();
  slow.readyState = 3;
  slow.onclose({ code: 1008, reason: 'too slow: more waits for this client than it reads' });
  assert.match(toasts.at(-1).text, /too slow/);
  await backIn();
});
