import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CHAT_CHARACTERS, RequestError, chatFault, decode, encode, explain, farewell, isTemporary } from '../../../src/web/js/messages.js';

test('Decode_TellsRepliesErrorsAndEventsApart', () => {
  assert.deepEqual(decode('{"type":"reply","id":3,"sdp":"v=0"}'), { kind: 'reply', id: 3, type: 'reply', data: { sdp: 'v=0' } });
  assert.deepEqual(decode('{"type":"joined","id":1,"participant":"p"}'), { kind: 'reply', id: 1, type: 'joined', data: { participant: 'p' } });
  assert.deepEqual(decode('{"type":"error","id":4,"code":"forbidden","status":403}'), { kind: 'error', id: 4, error: { code: 'forbidden', status: 403 } });
  assert.deepEqual(decode('{"type":"error","code":"rate-limited"}'), { kind: 'error', id: null, error: { code: 'rate-limited' } });
  assert.deepEqual(decode('{"type":"speakers","speakers":["a"]}'), { kind: 'event', type: 'speakers', data: { speakers: ['a'] } });
});

test('Decode_LeavesTheIdOfARecordingAlone', () => {
  assert.deepEqual(decode('{"type":"recording","id":"r-1","state":"starting"}'), { kind: 'event', type: 'recording', data: { id: 'r-1', state: 'starting' } });
});

test('Decode_RefusesWhatIsNoMessage', () => {
  for (const text of ['', 'x', '[]', 'null', '7', '"reply"', '{}', '{"type":7}', '{"type":""}', '{"type":"reply"}', '{"type":"reply","id":"x"}']) {
    assert.equal(decode(text), null, text);
  }
});

test('Encode_FieldsCannotReplaceTypeAndId', () => {
  assert.deepEqual(JSON.parse(encode(5, 'chat', { text: 'hi', type: 'leave', id: 1 })), { type: 'chat', id: 5, text: 'hi' });
});

test('Errors_HaveWords', () => {
  assert.match(explain('room-full'), /full/);
  assert.equal(explain('something-new', 'The moon is in the way.'), 'The moon is in the way.');
  assert.equal(explain('something-new'), 'Something went wrong.');
  assert.match(explain('forbidden', 'needs operator'), /role.*needs operator/);
  assert.equal(new RequestError({ code: 'disk-full', status: 507 }).status, 507);
});

test('Chat_IsCountedInCharacters', () => {
  assert.equal(chatFault('ж'.repeat(1100)), '');
  assert.equal(chatFault('😀'.repeat(CHAT_CHARACTERS)), '');
  assert.match(chatFault('😀'.repeat(CHAT_CHARACTERS + 1)), /2,000 characters.*2,001/);
});

test('Farewell_ComesBackOnlyWhereThatHelps', () => {
  assert.equal(farewell('room-crashed').again, 1000);
  assert.ok(farewell('lost').again > 0);
  assert.ok(farewell('server-shutdown').again > 0);
  for (const reason of ['kicked', 'room-closed', 'replaced', 'left', 'no-such-reason', undefined]) {
    assert.equal(farewell(reason).again, null, String(reason));
    assert.ok(farewell(reason).title.length > 0);
  }
});

test('IsTemporary_RetriesBadLuck_NotRefusals', () => {
  for (const code of ['timeout', 'unreachable', 'disconnected']) assert.ok(isTemporary(new RequestError({ code })), code);
  for (const status of [409, 429, 500, 503]) assert.ok(isTemporary(new RequestError({ code: 'x', status })), String(status));
  for (const status of [400, 401, 403, 404, 422]) assert.ok(!isTemporary(new RequestError({ code: 'x', status })), String(status));
  assert.ok(isTemporary(new TypeError('network')));
});
