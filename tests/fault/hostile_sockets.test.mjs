// Floods over the WebSocket: strangers without a seat, viewers, clients that do not read. The flood is cut off or refused,
// and nobody else notices. With TESSERA_BINARY=build/asan/tessera the same under AddressSanitizer.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { Bystander } from '../support/bystander.mjs';
import { until } from '../support/deadline.mjs';
import { LightClients } from '../support/light_clients.mjs';
import { usage } from '../support/proc.mjs';
import { slowness, TesseraServer } from '../support/server.mjs';
import { Signalling } from '../support/signalling.mjs';
import { frame, RawSocket } from './hostile/raw_socket.mjs';

const patience = 20_000 * slowness;
const room = 'flooded';
let server, clients, guest, bystander;

const times = (count, make) => Promise.all(Array.from({ length: count }, (_, i) => make(i)));

/** Sends `bytes` again and again, until the server hangs up or it was sent `most` times. */
async function flood(socket, bytes, most) {
  for (let i = 0; i < most && !socket.closed; i++) await socket.send(bytes);
}

async function cut_off(socket, status) {
  await until('the server hangs up', () => socket.closed, { timeout: patience });
  const failure = socket.messages.find((message) => message.type === 'error');
  assert.equal(failure?.status, status, `told why: ${JSON.stringify(socket.messages.slice(0, 3))}`);
  socket.destroy();
}

async function seated(name, role = 'speaker', options = {}) {
  const socket = await RawSocket.open(server, options);
  await socket.say({ type: 'join', id: 1, room, name, role });
  if (options.reads !== false)
    await until(`${name} has a seat`, () => socket.messages.some((m) => m.type === 'joined'), { timeout: patience });
  return socket;
}

// 256 kB of brackets: the most values that fit into a message.
const nested = frame(`[${Array.from({ length: 7500 }, () => '['.repeat(15) + ']'.repeat(15)).join(',')}]`);
const members = (count) => Object.fromEntries(Array.from({ length: count }, (_, i) => [i.toString(36), 0]));

describe('floods over the WebSocket', () => {
  before(async () => {
    server = await TesseraServer.start();
    clients = LightClients.start();
    guest = await clients.join({ url: server.url, room, name: 'guest' });
    await guest.receives_frames(10);
    bystander = await Bystander.start(server, { rooms: [room] });
  }, { timeout: 120_000 * slowness });

  after(async () => {
    await bystander?.stop();
    await clients?.stop();
    await server?.stop();
  });

  const attack = (what, run) => test(what, { timeout: 180_000 * slowness }, () => bystander.during(what, run));

  attack('256 kB of nested JSON before join', async () => {
    for (let round = 0; round < 3; round++)
      await times(10, async () => {
        const stranger = await RawSocket.open(server);
        await flood(stranger, nested, 200);
        await cut_off(stranger, 413);
        assert.equal(stranger.close_code, 1009);
      });
  });

  attack('16 kB of brackets and commas before join', async () => {
    const packed = frame(`[${'[],'.repeat(5000)}[]]`);
    for (let round = 0; round < 5; round++)
      await times(20, async () => {
        const stranger = await RawSocket.open(server);
        await flood(stranger, packed, 500);
        await cut_off(stranger, 400); // each is refused, then there were too many
        assert.equal(stranger.close_code, 1008);
        assert.ok(stranger.messages.filter((m) => m.type === 'error').length <= 6);
      });
  });

  attack('256 kB of nested JSON from somebody in the room', () => times(10, async (i) => {
    const sender = await seated(`nested-${i}`);
    await flood(sender, nested, 100);
    await cut_off(sender, 429);
  }));

  attack('as many small messages as go', () => times(10, async (i) => {
    const sender = await seated(`small-${i}`);
    await flood(sender, Buffer.concat(Array.from({ length: 500 }, () => frame('{"type":"state"}'))), 100);
    await cut_off(sender, 429);
  }));

  attack('messages of nothing before join', () => times(20, async () => {
    const stranger = await RawSocket.open(server);
    await flood(stranger, Buffer.concat(Array.from({ length: 1000 }, () => frame(''))), 100);
    await cut_off(stranger, 400);
  }));

  attack('a message that never ends, in fragments', async () => {
    const before_it = usage(server.pid).rss;
    await times(10, async (i) => {
      const sender = await seated(`fragments-${i}`);
      await sender.send(frame('{"type":"chat","text":"', 0x01));
      await flood(sender, frame('x'.repeat(60_000), 0x00), 2000);
      await cut_off(sender, 413);
    });
    const grown = usage(server.pid).rss - before_it;
    assert.ok(grown < (slowness > 1 ? 400 : 40) * 2 ** 20, `the front grew by ${grown >> 20} MB`);
  });

  attack('fragments of nothing', () => times(10, async () => {
    const stranger = await RawSocket.open(server);
    await stranger.send(frame('', 0x01));
    await flood(stranger, Buffer.concat(Array.from({ length: 5000 }, () => frame('', 0x00))), 1000);
    await cut_off(stranger, 429);
  }));

  attack('a viewer who starts recordings with 29,000 members', () => times(5, async (i) => {
    const viewer = await seated(`viewer-${i}`, 'viewer');
    const order = { type: 'control', id: 2, action: 'start-recording', ...members(29_000) };
    await flood(viewer, frame(JSON.stringify(order)), 20);
    await cut_off(viewer, 429);
  }));

  attack('a viewer who starts recordings with as many members as may be', async () => {
    const viewer = await seated('viewer', 'viewer');
    const order = frame(JSON.stringify({ type: 'control', id: 2, action: 'start-recording', ...members(250) }));
    for (let i = 0; i < 40; i++) await viewer.send(order);
    const answers = () => viewer.messages.filter((m) => m.id === 2);
    await until('each is answered', () => answers().length === 40, { timeout: patience });
    for (const answer of answers()) assert.equal(answer.status, 403, 'the role is looked at first');
    assert.equal(viewer.closed, false);
    viewer.destroy();
  });

  attack('pings', () => times(10, async () => {
    const stranger = await RawSocket.open(server);
    await flood(stranger, Buffer.concat(Array.from({ length: 500 }, () => frame('p'.repeat(125), 0x89))), 200);
    await cut_off(stranger, 429);
  }));

  attack('pings whose pongs are not read', async () => {
    const before_it = usage(server.pid).rss;
    await times(10, async () => {
      const stranger = await RawSocket.open(server, { reads: false });
      await flood(stranger, Buffer.concat(Array.from({ length: 500 }, () => frame('p'.repeat(125), 0x89))), 200);
      stranger.destroy();
    });
    const grown = usage(server.pid).rss - before_it;
    assert.ok(grown < (slowness > 1 ? 400 : 40) * 2 ** 20, `the front grew by ${grown >> 20} MB`);
  });

  attack('chat and hands by thirty viewers', async () => {
    const viewers = await times(30, (i) => seated(`writer-${i}`, 'viewer'));
    await Promise.all(viewers.map(async (viewer) => {
      for (let i = 0; i < 40; i++) {
        await viewer.say({ type: 'chat', id: 1000 + i, text: 'x'.repeat(2000) });
        await viewer.say({ type: 'state', id: 2000 + i, hand: i % 2 === 0 });
      }
      const answers = (from) => viewer.messages.filter((m) => m.id >= from && m.id < from + 1000);
      await until('everything is answered', () => answers(1000).length + answers(2000).length === 80, { timeout: patience });
      const chats = answers(1000);
      assert.ok(chats.filter((m) => m.type === 'reply').length >= 5, 'the burst passes');
      const refused = chats.filter((m) => m.type === 'error');
      assert.ok(refused.length >= 20, `${refused.length} of 40 refused`);
      for (const { status, code } of refused) assert.deepEqual({ status, code }, { status: 429, code: 'rate-limited' });
    }));
    for (const viewer of viewers) {
      assert.equal(viewer.closed, false, 'who writes too fast stays');
      viewer.destroy();
    }
  });

  attack('joins and leaves', async () => {
    const restless = await RawSocket.open(server);
    for (let i = 0; i < 20; i++) {
      await restless.say({ type: 'join', id: 1, room, name: 'restless' });
      await restless.say({ type: 'leave', id: 2 });
    }
    await until('there were too many', () => restless.closed || restless.messages.some((m) => m.status === 429), { timeout: patience });
    restless.destroy();
  });
});

describe('limits that people meet', () => {
  let own;
  before(async () => (own = await TesseraServer.start()));
  after(() => own?.stop());

  test('a chat message has at most 2,000 characters, whatever the script', async () => {
    const writer = await Signalling.open(own.url);
    await writer.request('join', { room: 'words', name: 'writer' });
    for (const text of ['ж'.repeat(1100), '😀'.repeat(2000)]) {
      await writer.request('chat', { text });
      await writer.event('chat', (e) => e.text === text);
    }
    await assert.rejects(writer.request('chat', { text: 'ж'.repeat(2001) }), { status: 413, code: 'too-large' });
    writer.close();
  });
});
