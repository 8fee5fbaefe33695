import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { Signalling } from '../../../src/web/js/signalling.js';

class FakeSocket {
  static made = [];
  readyState = 0;
  sent = [];
  constructor(url) {
    this.url = url;
    FakeSocket.made.push(this);
  }
  accept() { this.readyState = 1; this.onopen(); }
  send(text) { this.sent.push(JSON.parse(text)); }
  receive(message) { this.onmessage({ data: JSON.stringify(message) }); }
  close() {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.onclose({ code: 1000, reason: '' });
  }
}

const make = (options = {}) => new Signalling({ url: 'ws://x/ws', Socket: FakeSocket, ...options });
async function opened(options) {
  const signalling = make(options);
  const opening = signalling.open();
  FakeSocket.made.at(-1).accept();
  await opening;
  return { signalling, socket: FakeSocket.made.at(-1) };
}

beforeEach(() => { FakeSocket.made = []; });

test('Replies_GoToTheRequestOfTheirId', async () => {
  const { signalling, socket } = await opened();
  const [first, second] = [signalling.request('chat', { text: 'a' }), signalling.request('offer', { sdp: 'x' })];
  assert.deepEqual(socket.sent, [{ text: 'a', type: 'chat', id: 1 }, { sdp: 'x', type: 'offer', id: 2 }]);
  socket.receive({ type: 'reply', id: 2, sdp: 'y' });
  socket.receive({ type: 'reply', id: 1 });
  assert.deepEqual(await second, { sdp: 'y' });
  assert.deepEqual(await first, {});
});

test('AnError_RejectsWithItsCode', async () => {
  const { signalling, socket } = await opened();
  const request = signalling.request('control', { action: 'kick' });
  socket.receive({ type: 'error', id: 1, code: 'forbidden', status: 403, detail: 'needs operator' });
  await assert.rejects(request, { code: 'forbidden', status: 403 });
});

test('Events_AreHandedOn_AndRubbishIsNot', async () => {
  const { signalling, socket } = await opened();
  const seen = [];
  signalling.addEventListener('message', ({ detail }) => seen.push(detail));
  socket.receive({ type: 'recording', id: 'r', state: 'paused' });
  socket.onmessage({ data: 'rubbish' });
  socket.receive({ type: 'reply', id: 99 });
  socket.receive({ type: 'error', code: 'rate-limited' });
  assert.deepEqual(seen.map((message) => [message.type, message.data]), [['recording', { id: 'r', state: 'paused' }], ['error', { code: 'rate-limited' }]]);
});

test('ALostSocket_RejectsWhatWaits_AndSaysSo', async () => {
  const { signalling, socket } = await opened();
  let closed = 0;
  signalling.addEventListener('close', () => closed++);
  const request = signalling.request('chat', { text: 'a' });
  socket.close();
  await assert.rejects(request, { code: 'disconnected' });
  assert.equal(closed, 1);
  assert.equal(signalling.state, 'closed');
  await assert.rejects(signalling.request('chat'), { code: 'disconnected' });
});

test('OurOwnClose_IsNotALoss', async () => {
  const { signalling } = await opened();
  let closed = 0;
  signalling.addEventListener('close', () => closed++);
  signalling.close();
  assert.equal(closed, 0);
});

test('AServerThatIsNotThere_IsUnreachable', async () => {
  const signalling = make();
  const opening = signalling.open();
  FakeSocket.made.at(-1).close();
  await assert.rejects(opening, { code: 'unreachable' });
});

test('ARequestThatIsSwallowed_TimesOut_AndGivesTheSocketUp', async () => {
  const { signalling, socket } = await opened({ requestTimeout: 5 });
  let closed = 0;
  signalling.addEventListener('close', () => closed++);
  await assert.rejects(signalling.request('offer'), { code: 'timeout' });
  assert.equal(socket.readyState, 3);
  assert.equal(closed, 1);
});

test('AnOldSocket_IsNotHeardAnyMore', async () => {
  const { signalling, socket } = await opened();
  const again = signalling.open();
  FakeSocket.made.at(-1).accept();
  await again;
  const seen = [];
  signalling.addEventListener('message', ({ detail }) => seen.push(detail));
  socket.receive({ type: 'speakers', speakers: [] });
  assert.deepEqual(seen, []);
});
