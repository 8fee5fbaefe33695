// Chat is kept with a recording only where the server's configuration says so, and everybody is told.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { until } from '../support/deadline.mjs';
import { LightClients } from '../support/light_clients.mjs';
import { slowness, TesseraServer } from '../support/server.mjs';
import { Signalling } from '../support/signalling.mjs';

const running = [];
after(async () => {
  for (const each of running.reverse()) await each.stop();
});

/** A server, somebody whose picture is recorded, and somebody who writes and listens. */
async function meeting(config) {
  const server = await TesseraServer.start({ config });
  const clients = LightClients.start();
  running.push(server, clients);
  const peer = await clients.join({ url: server.url, room: 'chat', name: 'Ann' });
  await peer.receives_frames(10);
  const writer = await Signalling.open(server.url);
  await writer.request('join', { room: 'chat', name: 'Ben' });
  const is = (id, state) => until(`the recording is ${state}`, async () => (await server.get(`/api/v1/recordings/${id}`)).state === state,
    { timeout: 30_000 * slowness });
  const set = async (id, state) => {
    const { status, body } = await server.request('PATCH', `/api/v1/recordings/${id}`, { state });
    assert.ok(status === 200 || status === 202, JSON.stringify(body));
  };
  return {
    server,
    writer,
    start: (options = {}) => server.request('POST', '/api/v1/rooms/chat/recordings', options),
    /** Everybody has this message; what is recorded of it is decided before. */
    async write(text) {
      await writer.request('chat', { text });
      await writer.event('chat', (e) => e.text === text);
    },
    is,
    set,
    async timeline(id) {
      await set(id, 'stopped');
      await is(id, 'ready');
      const { events } = await server.get(`/api/v1/recordings/${id}/timeline`);
      return events;
    },
  };
}
const chat_of = (events) => events.filter((e) => e.type === 'chat').map((e) => e.text);

test('without recording.chat no chat is kept, and nobody can ask for it', { timeout: 120_000 * slowness }, async () => {
  const { server, writer, start, write, is, timeline } = await meeting({});
  const refused = await start({ chat: true });
  assert.deepEqual([refused.status, refused.body.code], [403, 'forbidden'], JSON.stringify(refused.body));
  assert.match(refused.body.detail, /recording\.chat/);
  const { status, body: { id } } = await start();
  assert.equal(status, 201);
  await is(id, 'recording');
  assert.equal((await writer.event('recording', (e) => e.id === id && e.state === 'recording')).chat, false);
  await write('a secret');
  const events = await timeline(id);
  assert.deepEqual(chat_of(events), []);
  assert.ok(!JSON.stringify(events).includes('a secret'));
  assert.ok(!('chat' in (await server.get(`/api/v1/recordings/${id}`))));
});

test('with recording.chat it is kept while the recording runs, not in a pause, and not when it is turned off for one', { timeout: 180_000 * slowness }, async () => {
  const { server, writer, start, write, is, set, timeline } = await meeting({ recording: { chat: true } });
  await write('before');
  const { body: { id } } = await start();
  await is(id, 'recording');
  assert.equal((await writer.event('recording', (e) => e.id === id && e.state === 'recording')).chat, true);
  // Who comes later learns it from the snapshot.
  const late = await Signalling.open(server.url);
  const { room } = await late.request('join', { room: 'chat', name: 'Cleo' });
  assert.equal(room.recordings.find((r) => r.id === id).chat, true);
  late.close();
  await write('while it runs');
  await set(id, 'paused');
  const events_of = async () => (await server.get(`/api/v1/recordings/${id}/timeline`)).events.map((e) => e.type);
  await until('the pause has begun', async () => (await events_of()).includes('paused'));
  await write('in the pause');
  await set(id, 'recording');
  await until('the pause is over', async () => (await events_of()).includes('resumed'));
  await write('after the pause');
  assert.deepEqual(chat_of(await timeline(id)), ['while it runs', 'after the pause']);
  assert.equal((await server.get(`/api/v1/recordings/${id}`)).chat, true);

  const second = (await start({ chat: false })).body.id;
  await is(second, 'recording');
  assert.equal((await writer.event('recording', (e) => e.id === second && e.state === 'recording')).chat, false);
  await write('off the record');
  assert.deepEqual(chat_of(await timeline(second)), []);
});
