// Requests for files of recordings that nobody should send, and a recording in whose folder somebody has planted links.
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const api = '/api/v1/recordings';
const json = { 'content-type': 'application/json' };
export const secret = 'this must not leave its place';
const id = '20260101T000000000Z-AAAAAAAAAAAA';
const size = 10_000;

/** Puts a finished recording with links, a pipe and lies in its manifest into the folder. */
export function plant_recording(recordings) {
  const directory = join(recordings, 'hostile', '20260101T000000.000Z');
  mkdirSync(join(directory, 'tracks'), { recursive: true });
  const outside = join(recordings, '..', 'outside');
  mkdirSync(outside, { recursive: true });
  for (const name of ['secret', 'secret.mkv']) writeFileSync(join(outside, name), secret);
  const lie = (file) => ({ file, participant: 'p', name: '../../x\r\nX-Injected: yes', kind: 'main' });
  writeFileSync(join(directory, 'recording.json'), JSON.stringify({ version: 1, id, room: 'hostile', state: 'ready', startedAt: '2026-01-01T00:00:00.000Z',
    name: '\u202e4pm.\r\nSet-Cookie: a=b"; filename="evil.exe', durationMs: 1000, bytes: size, format: '../../etc/passwd',
    parts: [{ n: 1, file: '../../outside/secret', durationMs: 1000 }, { n: 2, file: 'recording-002.mp4', durationMs: 1e308 }, { n: 1e9, durationMs: -5 }],
    tracks: ['../../outside/secret.mkv', 'tracks/link-main-001.mkv', '/etc/passwd', `${'a'.repeat(10_000)}.mkv`, 'tracks/..mkv', 'tracks/pipe-main-001.mkv'].map(lie) }));
  writeFileSync(join(directory, 'recording.mp4'), Buffer.alloc(size, 'a'));
  symlinkSync(join(outside, 'secret'), join(directory, 'recording-002.mp4'));
  symlinkSync(join(outside, 'secret'), join(directory, 'poster.jpg'));
  symlinkSync('../../../outside/secret', join(directory, 'chapters.vtt'));
  symlinkSync('/etc/passwd', join(directory, 'timeline.jsonl'));
  symlinkSync(join(outside, 'secret.mkv'), join(directory, 'tracks', 'link-main-001.mkv'));
  for (const pipe of ['strip.jpg', join('tracks', 'pipe-main-001.mkv')]) execFileSync('mkfifo', [join(directory, pipe)]);
  // A whole room and a whole recording that lie elsewhere.
  symlinkSync(outside, join(recordings, 'linked-room'));
  symlinkSync(outside, join(recordings, 'hostile', '20260101T000001.000Z'));
}

const unlike_ids = [
  '..', '%2e%2e', '.', '..%2f..%2foutside%2fsecret', '%2fetc%2fpasswd', '..%5c..%5coutside', '%00', '20260101T000000000Z-AAAAAAAAAAAA%00', '20260101T000000000Z-AAAAAAAAAAA',
  '20260101T000000000Z-AAAAAAAAAAAAA', '20260101T000001000Z-AAAAAAAAAAAA', '20260101T000000.000Z', 'hostile', '%ef%bc%8e%ef%bc%8e', '%e2%80%a5', '20260101T000000000Z%e2%80%90AAAAAAAAAAAA',
  '%ef%bc%92%ef%bc%900260101T000000000Z-AAAAAAAAAAAA', '*', '%2a', "'%20OR%201=1", '${jndi:ldap://x}', 'a'.repeat(10_000), '%c0%ae%c0%ae', '%0d%0aX:y',
];
const files = ['', '/file', '/poster.jpg', '/tracks/1', '/timeline'];
const keeps_secret = ({ text, headers }) => !text.includes(secret) && !text.includes('root:') && !('x-injected' in headers) && !('set-cookie' in headers);

export const recording_cases = [
  ...unlike_ids.flatMap((trick) => files.map((file) => (
    { name: `recording "${trick.slice(0, 40)}"${file}`, method: 'GET', path: `${api}/${trick}${file}`, status: [400, 404, 414], check: keeps_secret }))),
  // Links, a pipe and lies in the manifest
  ...['/file?part=2', '/file?part=1000000000', '/file?part=9999', '/poster.jpg', '/chapters.vtt', '/strip.jpg', '/timeline', '/timeline.jsonl', ...[1, 2, 3, 4, 5, 6, 7].map((n) => `/tracks/${n}`)]
    .map((file) => ({ name: `planted ${file}`, method: 'GET', path: `${api}/${id}${file}`, status: 404, check: keeps_secret })),
  { name: 'a name that would like to be a header', method: 'GET', path: `${api}/${id}/file`, status: 200,
    check: (answer) => keeps_secret(answer) && /^inline; filename="[^"\\]*"; filename\*=UTF-8''[\w%.!#$&+^`|~-]*$|^inline; filename="[^"\\]*"$/.test(answer.headers['content-disposition']) && !answer.headers['content-disposition'].includes('\u202e') },
  // Names of files, numbers and queries
  ...['/file/..', '/../../outside/secret', '/%2e%2e%2f%2e%2e%2fsecret', '/recording.json', '/recording.mp4', '/recording.lock', '/live.mkv', '/tracks/..%2frecording.json', '/tracks/link-main-001.mkv', '/tracks/-1', '/tracks/0',
    '/tracks/99999999999999999999', '/tracks/1e0', '/tracks/%31%00', '/file?part=0', '/file?part=-1', '/file?part=2147483648', '/file?part=0x1', '/file?part=..%2f..%2foutside%2fsecret']
    .map((file) => ({ name: `file "${file}"`, method: 'GET', path: `${api}/${id}${file}`, status: [400, 404], check: keeps_secret })),
  // Ranges: RFC 9110 section 14
  ...[['bytes=0-9', 206], ['bytes=-1', 206], ['bytes=0-0,-1', 206], [`bytes=${size}-`, 416], ['bytes=-0', 416], ['bytes=99999999999999999999999-', 416], ['bytes=0-99999999999999999999999', 206],
    ['bytes=5-2', 200], ['bytes=', 200], ['bytes=abc', 200], ['chars=0-5', 200], [`bytes=${'0-0,'.repeat(2000)}`, 200], ['bytes=0-,0-,0-,0-,0-,0-', 200], ['bytes=0-9\t', 206], ['bytes=--1', 200], ['bytes=18446744073709551615-18446744073709551616', 416]]
    .map(([range, status]) => ({ name: `Range: ${range.slice(0, 40)}`, method: 'GET', path: `${api}/${id}/file`, headers: { range }, status, check: ({ text }) => status !== 416 || text.length < 1000 })),
  { name: 'HEAD with a range', method: 'HEAD', path: `${api}/${id}/file`, headers: { range: 'bytes=0-9' }, status: 200, check: ({ headers, text }) => headers['content-length'] === String(size) && text === '' },
  { name: 'a precondition that fails', method: 'GET', path: `${api}/${id}/file`, headers: { 'if-match': '"x"' }, status: 412 },
  { name: 'preconditions of 10 kB', method: 'GET', path: `${api}/${id}/file`, headers: { 'if-none-match': '"x",'.repeat(2500), 'if-modified-since': 'x'.repeat(5000), 'if-range': 'y'.repeat(500) }, status: 200 },
  // Links
  ...['{"ttlSeconds":0}', '{"ttlSeconds":-1}', '{"ttlSeconds":86401}', '{"ttlSeconds":1e999}', '{"ttlSeconds":"1"}', '[]', '{', '"x"']
    .map((body) => ({ name: `a link for ${body}`, method: 'POST', path: `${api}/${id}/links`, headers: json, body, status: 400 })),
  { name: 'a link to what is not there', method: 'POST', path: `${api}/nothing/links`, headers: json, body: '{}', status: 404 },
  ...['', '.', '0.', '99999999999.AAAA', `99999999999.${'A'.repeat(43)}`, '99999999999999999999999.A', '-1.A', '%00', 'a'.repeat(7000)]
    .map((grant) => ({ name: `grant "${grant.slice(0, 30)}"`, method: 'GET', path: `${api}/${id}/file?grant=${grant}`, status: 401, check: keeps_secret })),
  // The list
  ...['room=..', 'room=', 'room=a%2fb', 'room=%00', 'state=exploded', 'from=yesterday', 'to=2026-99-99', 'limit=0', 'limit=-1', 'limit=501', 'limit=1e3', 'limit=99999999999999999999', 'after=..', 'after=%00', `q=${'a'.repeat(201)}`]
    .map((query) => ({ name: `list ?${query.slice(0, 30)}`, method: 'GET', path: `${api}?${query}`, status: 400 })),
  { name: 'a search in broken UTF-8', method: 'GET', path: `${api}?q=%ff%fe%00`, status: [200, 400] },
  { name: 'the list does not follow links', method: 'GET', path: `${api}?room=linked-room`, status: 200, check: ({ text }) => JSON.parse(text).recordings.length === 0 },
];
