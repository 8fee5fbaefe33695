// Requests that nobody should send: {name, method, path, headers, body, status, code?, check?}. `path` goes over the wire
// as it stands.
import { offer } from '../../support/offers.mjs';

const sdp = { 'content-type': 'application/sdp' };
const json = { 'content-type': 'application/json' };
const api = '/api/v1';
const publish = offer({ direction: 'sendonly' });
const watch = offer({ direction: 'recvonly' });
const deep = '['.repeat(5000) + ']'.repeat(5000);

const preflight = (origin) => ({ origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' });

const room_tricks = [
  ['..', 404], ['%2e%2e', 400], ['..%2f..%2fetc', 400], ['a%2Fb', 400], ['a%5cb', 400], ['a%00b', 400], ['%zz', 400], ['%', 400],
  ['a%20b', 400], ['%C3%A4', 400], ['a'.repeat(65), 400], ['a'.repeat(7000), 400], ['a.b', 400], ['~root', 400], ['%0d%0aSet-Cookie:x', 400],
];

export const http_cases = [
  // Bodies and types
  { name: 'WHIP without a content type', method: 'POST', path: '/whip/hostile', body: publish, status: 415 },
  { name: 'WHIP with JSON', method: 'POST', path: '/whip/hostile', headers: json, body: '{}', status: 415 },
  { name: 'WHIP with 5 MB', method: 'POST', path: '/whip/hostile', headers: sdp, body: 'a'.repeat(5 << 20), status: 413 },
  { name: 'WHEP with 5 MB', method: 'POST', path: '/whep/hostile', headers: sdp, body: 'a'.repeat(5 << 20), status: 413 },
  { name: 'WHEP that sends', method: 'POST', path: '/whep/hostile', headers: sdp, body: publish, status: 422 },
  { name: 'WHEP of a room that is not there', method: 'POST', path: '/whep/nobody-here', headers: sdp, body: watch, status: 409,
    check: ({ headers }) => /^\d+$/.test(headers['retry-after']) },
  { name: 'REST with 5 MB', method: 'PUT', path: `${api}/rooms/hostile`, headers: json, body: `{"a":"${'x'.repeat(5 << 20)}"}`, status: 413 },
  // Methods
  { name: 'PUT on WHIP', method: 'PUT', path: '/whip/hostile', headers: sdp, body: publish, status: 405 },
  { name: 'DELETE on WHIP', method: 'DELETE', path: '/whip/hostile', status: 405 },
  { name: 'PATCH on WHEP', method: 'PATCH', path: '/whep/hostile', status: 405 },
  { name: 'a method that does not exist', method: 'PROPFIND', path: `${api}/rooms`, status: [405, 501] },
  { name: 'POST on /healthz', method: 'POST', path: '/healthz', status: 405 },
  { name: 'DELETE on /metrics', method: 'DELETE', path: '/metrics', status: 405 },
  { name: 'GET on WHIP', method: 'GET', path: '/whip/hostile', status: [200, 204] },
  { name: 'OPTIONS on WHIP', method: 'OPTIONS', path: '/whip/hostile', status: [200, 204], check: ({ headers }) => /application\/sdp/.test(headers['accept-post']) },
  { name: 'OPTIONS on WHEP from another page of this machine', method: 'OPTIONS', path: '/whep/hostile', headers: preflight('http://127.0.0.1:1'),
    status: [200, 204], check: ({ headers }) => headers['access-control-allow-origin'] !== undefined },
  { name: 'REST from a page of elsewhere, to an open server', method: 'DELETE', path: `${api}/rooms/hostile`, headers: { origin: 'https://evil.example' }, status: 403 },
  { name: 'a name of elsewhere that resolves to this machine', method: 'GET', path: `${api}/rooms`, headers: { host: 'evil.example' }, status: [403, 421] },
  { name: 'GET on /ws without an upgrade', method: 'GET', path: '/ws', status: [400, 426] },
  // Sessions
  { name: 'DELETE of a session that is not there', method: 'DELETE', path: '/whip/hostile/0123456789abcdef0123456789abcdef', status: 404 },
  { name: 'PATCH of a session that is not there', method: 'PATCH', path: '/whep/hostile/0123456789abcdef0123456789abcdef',
    headers: { 'content-type': 'application/trickle-ice-sdpfrag', 'if-match': '"x"' }, body: 'a=end-of-candidates\r\n', status: 404 },
  // REST
  { name: 'broken JSON', method: 'PUT', path: `${api}/rooms/hostile`, headers: json, body: '{"layout": ', status: 400 },
  { name: 'an array where an object belongs', method: 'PUT', path: `${api}/rooms/hostile`, headers: json, body: '[]', status: 400 },
  { name: 'JSON nested behind half a surrogate pair', method: 'PUT', path: `${api}/rooms/hostile`, headers: json, body: `["\\ud800",",${'['.repeat(250_000)}"]`, status: 400 },
  { name: 'a setting in a script of three bytes a letter', method: 'PUT', path: `${api}/rooms/hostile`, headers: json, body: JSON.stringify({ [`x${'漢'.repeat(20)}`]: 1 }), status: 400 },
  { name: 'JSON nested 5,000 deep', method: 'PUT', path: `${api}/rooms/hostile`, headers: json, body: deep, status: 400 },
  { name: 'a room that is not there', method: 'GET', path: `${api}/rooms/nobody-here`, status: 404 },
  { name: 'ending a room that is not there', method: 'DELETE', path: `${api}/rooms/nobody-here`, status: 404 },
  { name: 'changing a room that is not there', method: 'PATCH', path: `${api}/rooms/nobody-here`, headers: json, body: '{}', status: 404 },
  { name: 'a participant who is not there', method: 'PATCH', path: `${api}/rooms/hostile/participants/nobody`, headers: json, body: '{"muted":true}', status: 404 },
  ...['%00', 'p1%0a', '..', 'p'.repeat(129), '%C3%A4', 'p1%2f..'].map((id) => ({ name: `a participant who can not be one: ${id.slice(0, 20)}`, method: 'PATCH', path: `${api}/rooms/hostile/participants/${id}`, headers: json, body: '{"muted":true}', status: [400, 404] })),
  { name: 'kicking one who is not there', method: 'DELETE', path: `${api}/rooms/hostile/participants/nobody`, status: 404 },
  { name: 'muted: "yes"', method: 'PATCH', path: `${api}/rooms/hostile/participants/nobody`, headers: json, body: '{"muted":"yes"}', status: [400, 404] },
  { name: 'a gain of 1e309', method: 'PATCH', path: `${api}/rooms/hostile/participants/nobody`, headers: json, body: '{"gain":1e309}', status: [400, 404] },
  { name: 'a layout that is not there', method: 'PUT', path: `${api}/rooms/hostile/layout`, headers: json, body: '{"name":"no-such-layout"}', status: [404, 422] },
  { name: 'a layout by path', method: 'PUT', path: `${api}/rooms/hostile/layout`, headers: json, body: '{"name":"../../etc/passwd"}', status: [400, 404, 422] },
  { name: 'a layout whose name is a number', method: 'PUT', path: `${api}/rooms/hostile/layout`, headers: json, body: '{"name":7}', status: 400 },
  { name: 'a layout without a name', method: 'PUT', path: `${api}/rooms/hostile/layout`, headers: json, body: '{}', status: 400 },
  { name: 'recording a room that is not there', method: 'POST', path: `${api}/rooms/nobody-here/recordings`, headers: json, body: '{}', status: 404 },
  { name: 'a recording that is not there', method: 'GET', path: `${api}/recordings/nothing`, status: 404 },
  { name: 'stopping a recording that is not there', method: 'PATCH', path: `${api}/recordings/nothing`, headers: json, body: '{"state":"stopped"}', status: 404 },
  { name: 'a recording state that is not one', method: 'PATCH', path: `${api}/recordings/nothing`, headers: json, body: '{"state":"exploded"}', status: [400, 404] },
  { name: 'a recording by path', method: 'GET', path: `${api}/recordings/..%2f..%2f..%2fetc%2fpasswd/file`, status: [400, 404] },
  { name: 'deleting a recording by path', method: 'DELETE', path: `${api}/recordings/..%2f..%2ftests`, status: [400, 404] },
  { name: 'dots in the path of a recording', method: 'GET', path: `${api}/recordings/../../../../etc/passwd`, status: [400, 404] },
  { name: 'a path that is not there', method: 'GET', path: `${api}/nothing`, status: 404 },
  { name: 'a page that is not there', method: 'GET', path: '/no-such-page.html', status: 404 },
  { name: 'files outside of the web folder', method: 'GET', path: '/../../../../etc/passwd', status: [400, 404] },
  { name: 'files outside of the web folder, encoded', method: 'GET', path: '/%2e%2e/%2e%2e/%2e%2e/etc/passwd', status: [400, 404] },
  ...room_tricks.map(([room, status]) => ({
    name: `WHIP into the room "${room.slice(0, 30)}"`, method: 'POST', path: `/whip/${room}`, headers: sdp, body: publish,
    status: [status, 400, 404, 414], check: ({ status: s }) => s !== 201 })),
  ...room_tricks.slice(0, 6).map(([room]) => ({
    name: `REST for the room "${room.slice(0, 30)}"`, method: 'PUT', path: `${api}/rooms/${room}`, headers: json, body: '{}', status: [400, 404, 405] })),
];

/** Bytes that are hardly HTTP: [name, bytes]. The server may answer 4xx or hang up; it may not answer 2xx or 5xx. */
export const raw_cases = [
  ['nonsense', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
  ['no version', 'GET /\r\n\r\n'],
  ['two content lengths', 'POST /whip/hostile HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 3\r\nContent-Length: 5\r\n\r\nabc'],
  ['a negative content length', 'POST /whip/hostile HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/sdp\r\nContent-Length: -5\r\n\r\n'],
  ['a content length that is no number', 'POST /whip/hostile HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/sdp\r\nContent-Length: many\r\n\r\n'],
  ['a header of 300 kB', `GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ${'a'.repeat(300_000)}\r\n\r\n`],
  ['a broken chunk', 'POST /whip/hostile HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/sdp\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\nabc\r\n0\r\n\r\n'],
];
