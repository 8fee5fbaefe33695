// The small pure modules: waiting, time, addresses, hints, links, keys, announcements.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { announcementOf } from '../../../src/web/js/announcer.js';
import { Backoff, delayOf } from '../../../src/web/js/backoff.js';
import { clockSeconds, formatClock, nextClock, toMillis } from '../../../src/web/js/clock.js';
import { libraryUrl } from '../../../src/web/js/library-link.js';
import { linkify } from '../../../src/web/js/linkify.js';
import { isRoomId, readParams, roomLink, socketUrl, toRoomId, tokenClaims, withoutToken } from '../../../src/web/js/params.js';
import { wishesOf } from '../../../src/web/js/record-dialog.js';
import { fateOfChat, keepsChat, keptBy } from '../../../src/web/js/recording-state.js';
import { SHORTCUTS, actionOf } from '../../../src/web/js/shortcuts.js';
import { encodingFor, mergeEncoding } from '../../../src/web/js/source-hint.js';
import { initialState, reduce } from '../../../src/web/js/state.js';

test('Backoff_DoublesUpToALimit_AndStartsOver', () => {
  const backoff = new Backoff({ first: 100, max: 1000, spread: 0 });
  assert.deepEqual([1, 2, 3, 4, 5, 6].map(() => backoff.next()), [100, 200, 400, 800, 1000, 1000]);
  assert.equal(backoff.attempts, 6);
  backoff.reset();
  assert.equal(backoff.next(), 100);
});

test('Backoff_SpreadsAroundTheDelay', () => {
  const options = { first: 1000, spread: 0.4 };
  assert.equal(delayOf(0, options, () => 0), 800);
  assert.equal(delayOf(0, options, () => 0.5), 1000);
  assert.equal(delayOf(0, options, () => 1), 1200);
  for (let i = 0; i < 200; i++) assert.ok(delayOf(i) > 0 && delayOf(i) <= 11_500);
});

test('Clock_ReadsAsPeopleWriteIt', () => {
  assert.deepEqual([0, 9.9, 65, 3599, 3600, 3725, 36_000, -5, NaN].map(formatClock), ['0:00', '0:09', '1:05', '59:59', '1:00:00', '1:02:05', '10:00:00', '0:00', '0:00']);
});

test('ToMillis_TakesIsoSecondsAndMilliseconds', () => {
  assert.equal(toMillis('1970-01-01T00:00:01Z'), 1000);
  assert.equal(toMillis(1_700_000_000), 1_700_000_000_000);
  assert.equal(toMillis(1_700_000_000_123), 1_700_000_000_123);
  assert.equal(toMillis('1700000000.5'), 1_700_000_000_500);
  for (const nothing of [null, undefined, '', 'soon']) assert.equal(toMillis(nothing), null);
});

test('RecordingClock_StopsWhilePaused', () => {
  let clock = nextClock(undefined, { state: 'recording', startedAt: 0 }, 1000, true);
  clock = nextClock(clock, { state: 'paused' }, 4000, true);
  assert.equal(clockSeconds(clock, 60_000), 3);
  clock = nextClock(clock, { state: 'recording' }, 60_000, true);
  assert.equal(clockSeconds(clock, 62_000), 5);
  assert.equal(nextClock(clock, { state: 'recording' }, 63_000, true), clock);
  assert.equal(clockSeconds(null, 5), 0);
});

test('RecordingClock_TrustsRecordedTimeOfWhoCameLate', () => {
  const now = 100_000;
  const clock = nextClock(undefined, { state: 'paused', startedAt: new Date(0).toISOString(), durationMs: 12_000 }, now, false);
  assert.equal(clockSeconds(clock, now + 5000), 12);
  assert.equal(clockSeconds(nextClock(clock, { state: 'recording' }, now + 5000, true), now + 6000), 13);
});

test('RecordingClock_StandsStillWhileInterrupted', () => {
  let clock = nextClock(undefined, { state: 'recording' }, 1000, true);
  clock = nextClock(clock, { state: 'recording', interrupted: true }, 4000, true);
  assert.equal(clockSeconds(clock, 60_000), 3);
  assert.equal(clockSeconds(nextClock(clock, { state: 'recording' }, 60_000, true), 61_000), 4);
});

test('Wishes_ForARecording_SayOnlyWhatWasChosen', () => {
  assert.deepEqual(wishesOf({ name: ' ', format: '', tracks: false, minutes: '' }), {});
  assert.deepEqual(wishesOf({ name: ' Stand-up ', format: 'webm', tracks: true, minutes: '1.5' }), { name: 'Stand-up', format: 'webm', tracks: true, maxDurationMs: 90_000 });
  assert.deepEqual(wishesOf({ name: '', format: '', tracks: false, minutes: '-3' }), {});
});

test('LinkToTheLibrary_HasNoToken', () => {
  assert.equal(libraryUrl('https://mcu.example/sub/?token=t#x', { room: 'blue' }), 'https://mcu.example/sub/recordings?room=blue');
  assert.equal(libraryUrl('https://mcu.example/', { id: 'a b' }), 'https://mcu.example/recordings?id=a+b');
});

test('RecordingClock_IsNotNegative_WhenOurClockIsSlow', () => {
  const clock = nextClock(undefined, { state: 'recording', startedAt: new Date(90_000).toISOString() }, 10_000, false);
  assert.equal(clockSeconds(clock, 10_000), 0);
});

test('RoomIds_AreMadeOfWhatPeopleType', () => {
  assert.equal(toRoomId(' Weekly stand-up! '), 'Weekly-stand-up');
  assert.equal(toRoomId('Café Ünder'), 'Cafe-Under');
  assert.equal(toRoomId('../../etc/passwd'), 'etc-passwd');
  assert.equal(toRoomId('???'), '');
  assert.equal(toRoomId('x'.repeat(99)).length, 64);
  for (const text of ['a b', '', 'x'.repeat(65), 'ä', '../x']) assert.equal(isRoomId(text), false, text);
});

const jwt = (claims) => `h.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.s`;

test('Params_ComeFromTheAddress', () => {
  const params = readParams('https://x.example/?room=demo&name=Ana&autojoin=1&audio=0&layout=speaker&ice=relay');
  assert.equal(params.room, 'demo');
  assert.equal(params.name, 'Ana');
  assert.deepEqual([params.autojoin, params.audio, params.video, params.viewer, params.relayOnly], [true, false, null, false, true]);
  assert.equal(params.layout, 'speaker');
  assert.equal(readParams('https://x.example/#my-room').room, 'my-room');
  assert.equal(readParams('https://x.example/?room=a%2Fb').room, '');
  assert.equal(readParams('https://x.example/#%E0%A4%A').room, '');
  assert.equal(readParams('https://x.example/?autojoin=0').autojoin, false);
});

test('Params_ATokenFixesItsRoomAndFillsInTheName', () => {
  const params = readParams(`https://x.example/?room=other&token=${jwt({ room: 'board', name: 'Zoë', role: 'viewer' })}`);
  assert.deepEqual([params.room, params.roomFixed, params.name, params.viewer, params.viewerFixed], ['board', true, 'Zoë', true, true]);
  const any = readParams(`https://x.example/?room=other&token=${jwt({ room: '*' })}`);
  assert.deepEqual([any.room, any.roomFixed], ['other', false]);
  for (const broken of ['x', 'a.b.c', 'a..c', `h.${btoa('[]')}.s`, `h.${btoa('null')}.s`]) assert.equal(readParams(`https://x.example/?token=${broken}`).room, '');
  assert.deepEqual(tokenClaims(''), {});
});

test('Params_ATokenLeavesTheAddress_AndIsKeptForItsRoom', () => {
  const token = jwt({ room: 'board', name: 'Zoë' });
  assert.equal(withoutToken(`https://x.example/meet/?room=board&token=${token}&audio=0#x`), 'https://x.example/meet/?room=board&audio=0#x');
  const kept = (href) => readParams(href, { kept: token }).token;
  assert.equal(kept('https://x.example/?room=board'), token);
  assert.equal(kept('https://x.example/'), token);
  assert.equal(kept('https://x.example/?room=attic'), '', 'another room is entered without it');
  assert.equal(kept(`https://x.example/?room=board&token=${jwt({ room: '*' })}`), jwt({ room: '*' }), 'a new one takes its place');
  assert.equal(readParams('https://x.example/?room=any', { kept: jwt({ room: '*' }) }).token, jwt({ room: '*' }));
});

test('RoomLink_NeverCarriesATokenOrAName', () => {
  assert.equal(roomLink('https://x.example/meet/?token=secret&name=Ana#x', 'demo'), 'https://x.example/meet/?room=demo');
  assert.equal(socketUrl('https://x.example/meet/?room=a#b'), 'wss://x.example/meet/ws');
  assert.equal(socketUrl('http://127.0.0.1:8080/'), 'ws://127.0.0.1:8080/ws');
});

test('SourceHint_ScalesDownButNeverUp', () => {
  const camera = { width: 1280, height: 720 };
  assert.deepEqual(encodingFor({ maxWidth: 640, maxHeight: 360, maxFramerate: 15, maxBitrate: 500_000 }, camera), { scaleResolutionDownBy: 2, maxBitrate: 500_000, maxFramerate: 15 });
  assert.equal(encodingFor({ maxWidth: 1920, maxHeight: 1080 }, camera).scaleResolutionDownBy, 1);
  assert.equal(encodingFor({ maxWidth: 640, maxHeight: 180 }, camera).scaleResolutionDownBy, 4);
  assert.deepEqual(encodingFor({ maxWidth: 0, maxBitrate: -1 }, camera), { scaleResolutionDownBy: 1 });
  assert.deepEqual(encodingFor({ maxWidth: 640 }, {}), { scaleResolutionDownBy: 1 });
});

test('SourceHint_LiftsLimitsThatItNoLongerNames', () => {
  const before = { active: true, rid: 'a', maxBitrate: 1, maxFramerate: 2, scaleResolutionDownBy: 3 };
  assert.deepEqual(mergeEncoding(before, { scaleResolutionDownBy: 1 }), { active: true, rid: 'a', scaleResolutionDownBy: 1 });
});

test('Linkify_MakesOnlyWebAddressesLinks', () => {
  assert.deepEqual(linkify('see https://a.example/x?y=1, ok'), [{ text: 'see ' }, { text: 'https://a.example/x?y=1', href: 'https://a.example/x?y=1' }, { text: ', ok' }]);
  assert.deepEqual(linkify('javascript:alert(1) <b>'), [{ text: 'javascript:alert(1) <b>' }]);
  assert.deepEqual(linkify('http://a.example'), [{ text: 'http://a.example', href: 'http://a.example' }]);
  assert.deepEqual(linkify(''), []);
});

test('Shortcuts_AreUnique_AndSilentWhileTyping', () => {
  assert.equal(new Set(SHORTCUTS.map((s) => s.key)).size, SHORTCUTS.length);
  const press = (key, more = {}) => actionOf({ key, target: { tagName: 'BODY' }, ...more });
  assert.deepEqual(['m', 'V', 's', 'r', 'l', '?'].map((key) => press(key)), ['mute', 'camera', 'share', 'record', 'layout', 'help']);
  assert.equal(press('x'), null);
  for (const tagName of ['INPUT', 'TEXTAREA', 'SELECT']) assert.equal(press('m', { target: { tagName } }), null);
  for (const modifier of ['ctrlKey', 'metaKey', 'altKey', 'repeat']) assert.equal(press('r', { [modifier]: true }), null);
});

const room = reduce(initialState, {
  type: 'joined', participant: 'me', now: 0,
  room: { id: 'r', participants: [{ id: 'me', name: 'Me', muted: false }, { id: 'b', name: 'Bo', hand: false, screen: false }], recordings: [] },
});
const announce = (event, before = room) => announcementOf(event, reduce(before, { now: 0, ...event }), before);

test('Announcer_SaysWhatPeopleWouldLookUpFor', () => {
  assert.match(announce({ type: 'participant-joined', participant: { id: 'c', name: 'Cy' } }).text, /Cy joined/);
  assert.match(announce({ type: 'participant-left', participant: { id: 'b' } }).text, /Bo left/);
  assert.match(announce({ type: 'participant-updated', participant: { id: 'b', hand: true } }).text, /Bo raised/);
  assert.match(announce({ type: 'participant-updated', participant: { id: 'b', screen: true } }).text, /Bo shares/);
  assert.match(announce({ type: 'participant-updated', participant: { id: 'me', muted: true } }).text, /muted you/);
  assert.match(announce({ type: 'recording', id: 'x', state: 'recording' }).text, /now being recorded/);
  assert.equal(announce({ type: 'notice', code: 'disk-low', text: 'The disk is nearly full.' }).text, 'The disk is nearly full.');
});

test('Announcer_SaysThatARecordingIsInterrupted_AndGoesOn', () => {
  const running = reduce(room, { type: 'recording', id: 'x', state: 'recording', now: 0 });
  const away = { type: 'recording', id: 'x', state: 'recording', interrupted: true };
  assert.match(announce(away, running).text, /interrupted/);
  assert.equal(announce({ type: 'recording', id: 'x', state: 'recording' }, reduce(running, { now: 0, ...away })).text, 'The recording goes on.');
});

test('Announcer_IsQuietAboutTheRest', () => {
  for (const event of [
    { type: 'participant-updated', participant: { id: 'b', video: false } }, { type: 'participant-joined', participant: { id: 'me', name: 'Me' } },
    { type: 'participant-joined', participant: { id: 'v', name: 'V', kind: 'viewer' } }, { type: 'speakers', speakers: [] },
    { type: 'participant-left', participant: { id: 'nobody' } }, { type: 'recording', id: 'x', state: 'starting' },
  ]) assert.equal(announce(event), null, JSON.stringify(event));
});

test('Announcer_DoesNotCountPeopleInAndOutOfALargeRoom', () => {
  const many = Array.from({ length: 30 }, (_, i) => ({ id: `p${i}`, name: `P${i}` }));
  const large = reduce(room, { type: 'joined', participant: 'me', now: 0, room: { participants: many } });
  assert.equal(announce({ type: 'participant-left', participant: { id: 'p3' } }, large), null);
});

test('Chat_ThePageSaysWhatBecomesOfAMessageThatIsWrittenNow', () => {
  const gone = /is not kept: it is gone when the meeting ends|does not keep the chat: it is gone when the meeting ends/;
  assert.match(fateOfChat(null), gone);
  assert.match(fateOfChat({ id: 'r', state: 'recording', chat: false }), gone);
  assert.match(fateOfChat({ id: 'r', state: 'recording' }), gone);
  assert.match(fateOfChat({ id: 'r', state: 'recording', chat: true }), /recorded too/);
  for (const state of [{ state: 'starting' }, { state: 'paused' }, { state: 'recording', interrupted: true }]) {
    assert.equal(keepsChat({ id: 'r', chat: true, ...state }), false);
    assert.match(fateOfChat({ id: 'r', chat: true, ...state }), /does not run, the chat is not kept/);
  }
  assert.match(keptBy({ chat: true }), /names and chat are kept/);
  assert.match(keptBy({ chat: false }), /The chat is not/);
});

test('Recording_TheNewsOfItSpeaksOfTheChatWhereThatIsKept', () => {
  const said = (chat) => announcementOf({ type: 'recording', id: 'r', state: 'recording', chat }, initialState, initialState)?.text;
  assert.match(said(true), /chat too/);
  assert.doesNotMatch(said(false), /chat/);
});
