// Seats: nobody fills a room with offers, and what operators decide about people holds when they come again.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { Bystander } from '../support/bystander.mjs';
import { until } from '../support/deadline.mjs';
import { LightClients } from '../support/light_clients.mjs';
import { offer } from '../support/offers.mjs';
import { TesseraServer, slowness } from '../support/server.mjs';
import { Signalling } from '../support/signalling.mjs';
import { make_token } from '../support/tokens.mjs';

const key = 'a-key-of-at-least-32-bytes-for-the-seats';
const patience = 20_000 * slowness;
const token = (sub, role, room = '*') => make_token(key, { sub, room, role });
const bearer = (text) => ({ authorization: `Bearer ${text}` });
const watching = offer({ direction: 'recvonly' });
const publishing = offer({ direction: 'sendonly' });

let server, clients;

const post = (way, room, sub, role, body = way === 'whep' ? watching : publishing) =>
  server.request('POST', `/${way}/${room}`, body, { 'content-type': 'application/sdp', ...bearer(token(sub, role)) });
const people = async (room) =>
  (await server.request('GET', `/api/v1/rooms/${room}`, undefined, bearer(token('olga', 'operator')))).body.participants;

async function join(room, sub, role) {
  const socket = await Signalling.open(server.url);
  const joined = await socket.request('join', { room, name: sub, token: token(sub, role) });
  return { socket, joined, control: (action, fields) => socket.request('control', { action, ...fields }) };
}

const count = (answers, status) => answers.filter((answer) => answer.status === status).length;

describe('seats', () => {
  before(async () => {
    server = await TesseraServer.start({
      config: {
        auth: { key },
        room: { maxParticipants: 4, maxViewers: 60, reservedForOperators: 1, connectSeconds: 5 },
        limits: { pendingPerSubject: 10 },
      },
    });
    clients = LightClients.start();
  });
  after(async () => {
    await clients?.stop();
    await server?.stop();
  });

  test('a hundred offers of one viewer leave others their places, and nobody notices them', { timeout: 120_000 * slowness }, async () => {
    const host = await join('webinar', 'olga', 'operator');
    const bystander = await Bystander.start(server, { rooms: ['webinar'], token: token('bystander', 'admin') });
    const { value: answers } = await bystander.during('a hundred offers of one viewer', async () => {
      const all = [];
      for (let i = 0; i < 10; i++) all.push(...(await Promise.all(Array.from({ length: 10 }, () => post('whep', 'webinar', 'mallory', 'viewer')))));
      return all;
    });
    const taken = count(answers, 201), refused = answers.filter((answer) => answer.status === 429);
    assert.equal(taken + refused.length, 100, JSON.stringify(answers.map((answer) => answer.status)));
    assert.ok(refused.length > 0);
    assert.equal(refused[0].body.code, 'too-many-pending');
    assert.ok(refused[0].headers.get('retry-after'));
    const viewers = (await people('webinar')).filter(({ kind }) => kind === 'viewer').length;
    assert.ok(viewers <= 10, `${viewers} places are taken by somebody who never connects`);
    // An operator and another viewer still get in, with media.
    const second = await clients.join({ url: server.url, room: 'webinar', name: 'otto', token: token('otto', 'operator') });
    const viewer = await clients.join({ url: server.url, room: 'webinar', name: 'vera', kind: 'viewer', token: token('vera', 'viewer') });
    await viewer.receives_frames(5);
    // What never connected is given up.
    await until('the pending seats are given up', async () =>
      (await people('webinar')).every(({ state }) => state === 'connected') || (await people('webinar')).length <= 3, { timeout: patience });
    assert.equal((await post('whep', 'webinar', 'mallory', 'viewer')).status, 201);
    await viewer.leave();
    await second.leave();
    host.socket.close();
    await bystander.stop();
  });

  test('viewers do not count as participants', { timeout: 120_000 * slowness }, async () => {
    const speaker = await clients.join({ url: server.url, room: 'hall', name: 'sam', token: token('sam', 'speaker') });
    const viewers = [];
    // One link for all of them, and more than may wait for a connection at one time.
    for (let i = 0; i < 12; i++)
      viewers.push(await clients.join({ url: server.url, room: 'hall', name: `viewer ${i}`, kind: 'viewer', token: token('link', 'viewer') }));
    assert.equal((await people('hall')).length, 13, 'more than maxParticipants');
    const others = [await join('hall', 's2', 'speaker'), await join('hall', 's3', 'speaker')];
    await assert.rejects(join('hall', 's4', 'speaker'), { code: 'room-full', status: 503 });
    const full = await post('whip', 'hall', 's5', 'speaker');
    assert.equal(full.status, 503);
    assert.equal(full.body.code, 'room-full');
    assert.ok(full.headers.get('retry-after'));
    others.push(await join('hall', 'olga', 'operator')); // the place that was kept
    // The two without media give their places up once somebody needs one.
    await until('somebody without media made a place', async () => (await post('whip', 'hall', 's5', 'speaker')).status === 201, { timeout: patience, interval: 500 });
    assert.equal((await others[0].socket.event('bye')).reason, 'no-media');
    for (const { socket } of others) socket.close();
    for (const peer of [speaker, ...viewers]) await peer.leave();
  });

  test('a WHIP session that never connects ends', async () => {
    const created = await post('whip', 'studio', 'pub', 'speaker');
    assert.equal(created.status, 201);
    const session = new URL(created.headers.get('location'), server.url).pathname;
    await until('the session is gone', async () => (await server.request('GET', session)).status === 404, { timeout: patience });
  });

  test('a kick, a mute and a demotion hold for a publisher who comes again', async () => {
    const host = await join('stage', 'olga', 'operator');
    const publisher = async () => (await people('stage')).find(({ kind }) => kind === 'publisher');
    const first = await post('whip', 'stage', 'pub', 'speaker');
    const { id } = await publisher();
    await host.control('update-participant', { participant: id, muted: true });
    await server.request('DELETE', new URL(first.headers.get('location'), server.url).pathname, undefined, bearer(token('pub', 'speaker')));
    assert.equal((await post('whip', 'stage', 'pub', 'speaker')).status, 201);
    const again = await publisher();
    assert.notEqual(again.id, id);
    assert.equal(again.muted, true);

    await host.control('kick', { participant: again.id });
    for (const way of ['whip', 'whep']) assert.equal((await post(way, 'stage', 'pub', 'speaker')).body.code, 'kept-out', way);
    await assert.rejects(join('stage', 'pub', 'speaker'), { code: 'kept-out', status: 403 });
    const { keptOut } = await host.control('kept-out');
    await host.control('readmit', { entry: keptOut[0].id });
    assert.equal((await post('whip', 'stage', 'pub', 'speaker')).status, 201);

    await host.control('update-participant', { participant: (await publisher()).id, role: 'viewer' });
    assert.equal((await post('whip', 'stage', 'pub', 'speaker')).body.code, 'forbidden');
    host.socket.close();
  });

  test('a kick holds after the process of the room was killed', async () => {
    const host = await join('crash', 'olga', 'operator'), guest = await join('crash', 'gus', 'speaker');
    await host.control('kick', { participant: guest.joined.participant });
    const { pid } = (await server.request('GET', '/api/v1/rooms/crash', undefined, bearer(token('olga', 'operator')))).body;
    process.kill(pid, 'SIGKILL');
    await host.socket.event('bye');
    await assert.rejects(join('crash', 'gus', 'speaker'), { code: 'kept-out' });
    await host.socket.request('join', { room: 'crash', name: 'olga', token: token('olga', 'operator') });
    await assert.rejects(join('crash', 'gus', 'speaker'), { code: 'kept-out' });
    host.socket.close();
  });

  test('an operator does nothing to an administrator, by no way', async () => {
    const admin = await join('board', 'ada', 'admin'), host = await join('board', 'olga', 'operator'), guest = await join('board', 'gus', 'speaker');
    const participant = admin.joined.participant;
    for (const fields of [{ muted: true }, { held: true }, { gain: 0 }, { name: 'Nobody' }, { role: 'viewer' }, { autoGain: true }]) {
      await assert.rejects(host.control('update-participant', { participant, ...fields }), { code: 'forbidden', status: 403 }, JSON.stringify(fields));
      const patched = await server.request('PATCH', `/api/v1/rooms/board/participants/${participant}`, fields, bearer(token('olga', 'operator')));
      assert.equal(patched.body.code, 'forbidden', JSON.stringify(fields));
    }
    await assert.rejects(host.control('kick', { participant }), { code: 'forbidden' });
    assert.equal((await server.request('DELETE', `/api/v1/rooms/board/participants/${participant}`, undefined, bearer(token('olga', 'operator')))).status, 403);
    const { changed } = await host.control('mute-all', { muted: true });
    assert.deepEqual(changed.sort(), [host.joined.participant, guest.joined.participant].sort());
    const seat = (await people('board')).find(({ id }) => id === participant);
    assert.deepEqual([seat.muted, seat.held, seat.gain, seat.name, seat.role], [false, false, 1, 'ada', 'admin']);
    // Nobody is so protected from another administrator, or from themselves.
    await admin.control('update-participant', { participant, muted: true });
    assert.equal((await server.request('PATCH', `/api/v1/rooms/board/participants/${participant}`, { muted: false }, bearer(token('ann', 'admin')))).status, 200);
    for (const { socket } of [admin, host, guest]) socket.close();
  });
});
