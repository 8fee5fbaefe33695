// Who says that they go is gone at once; who only lost the connection finds the seat again.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { until } from '../support/deadline.mjs';
import { LightClients } from '../support/light_clients.mjs';
import { TesseraServer } from '../support/server.mjs';
import { Signalling } from '../support/signalling.mjs';
import { make_token } from '../support/tokens.mjs';

const key = 'a-secret-for-tests-of-at-least-32-bytes';
const admin = { authorization: `Bearer ${make_token(key, { sub: 'root', room: '*', role: 'admin' })}` };
let server, clients;

before(async () => {
  server = await TesseraServer.start({ env: { TESSERA_AUTH_KEY: key } });
  clients = LightClients.start();
});

after(async () => {
  await clients?.stop();
  await server?.stop();
});

const people = async (room) => (await server.request('GET', `/api/v1/rooms/${room}`, undefined, admin)).body.participants;
const token = (sub) => make_token(key, { sub, room: '*', role: 'speaker' });

async function join(room, name) {
  const socket = await Signalling.open(server.url);
  return Object.assign(socket, await socket.request('join', { room, name, token: token(name) }));
}

test('a page that goes away (close code 1001) leaves no ghost, any other end of the socket keeps the seat', { timeout: 60_000 }, async () => {
  const witness = await join('reload', 'witness'), ann = await join('reload', 'ann'), bob = await join('reload', 'bob');
  bob.close(1000);
  await witness.event('participant-updated', (e) => e.participant.id === bob.participant && e.participant.state === 'detached');
  ann.close(1001);
  const left = await witness.event('participant-left');
  assert.deepEqual([left.participant.id, left.reason], [ann.participant, 'left']);
  assert.deepEqual((await people('reload')).map(({ name }) => name).sort(), ['bob', 'witness']);
  witness.close();
});

test('a publisher who comes again takes over the old seat, which is one person all the time', { timeout: 60_000 }, async () => {
  const room = 'encoders', witness = await join(room, 'witness');
  const options = { url: server.url, room, name: 'Cam', kind: 'publisher', token: token('cam') };
  const first = await clients.join(options);
  await until('the first is on air', async () => (await people(room)).some(({ name, video, state }) => name === 'Cam' && video && state === 'connected'));
  const [before] = (await people(room)).filter(({ name }) => name === 'Cam');
  const second = await clients.join(options);
  const session = (url) => server.request('GET', new URL(url).pathname, undefined, admin).then(({ status }) => status);
  assert.deepEqual([await session(first.session), await session(second.session)], [404, 204]);
  await until('the second is on air', async () => (await people(room)).some(({ id, state }) => id === before.id && state === 'connected'));
  assert.deepEqual((await people(room)).map(({ name }) => name).sort(), ['Cam', 'witness']);
  assert.equal(witness.events.filter((e) => e.type === 'participant-joined' && e.participant.name === 'Cam').length, 1);
  await first.leave({ rude: true });
  assert.equal((await people(room)).length, 2, 'the end of the first ends nothing');
  assert.equal((await server.request('DELETE', new URL(second.session).pathname, undefined, admin)).status, 200);
  await witness.event('participant-left', (e) => e.participant.id === before.id);
  await second.leave({ rude: true });
  witness.close();
});
