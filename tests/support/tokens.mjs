// Tokens of our own making, so that a test needs no command for each.
import { createHmac } from 'node:crypto';

const encoded = (json) => Buffer.from(JSON.stringify(json)).toString('base64url');

/** An HS256 token; `claims`: sub, room, role, name … It is good for an hour unless `exp` says otherwise. */
export function make_token(key, claims) {
  const text = `${encoded({ alg: 'HS256', typ: 'JWT' })}.${encoded({ exp: Math.floor(Date.now() / 1000) + 3600, ...claims })}`;
  return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`;
}
