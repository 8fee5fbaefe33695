// The calls that the library makes. The token goes in a header; only links made for one recording go into addresses.

import { explain } from './messages.js';

export class ApiError extends Error {
  constructor(status, { code = 'failed', detail = '', title = '' } = {}) {
    super(status === 401 ? explain('unauthorized') : explain(code, detail || title));
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
  }
}

const RENEW_EARLY = 60_000;

export class RecordingsApi {
  #base;
  #token;
  #fetch;
  #links = new Map();      // recording → {grant, until}

  constructor({ base, token = '', fetch = (...args) => globalThis.fetch(...args) }) {
    this.#base = base;
    this.#token = token;
    this.#fetch = fetch;
  }

  async #call(method, path, body) {
    const headers = {};
    if (this.#token) headers.authorization = `Bearer ${this.#token}`;
    if (body !== undefined) headers['content-type'] = 'application/json';
    let answer;
    try {
      answer = await this.#fetch(new URL(`api/v1/${path}`, this.#base), { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
    } catch {
      throw new ApiError(0, { code: 'unreachable' });
    }
    if (!answer.ok) throw new ApiError(answer.status, await answer.json().catch(() => ({})));
    return answer;
  }

  #path(id, rest = '') {
    return `recordings/${encodeURIComponent(id)}${rest}`;
  }

  /** {recordings, total, next}. Empty filters are left out. */
  async list(filters = {}) {
    const query = new URLSearchParams(Object.entries(filters).filter(([, value]) => value !== '' && value !== null && value !== undefined));
    return (await this.#call('GET', `recordings?${query}`)).json();
  }

  one = async (id) => (await this.#call('GET', this.#path(id))).json();
  setState = async (id, state) => (await this.#call('PATCH', this.#path(id), { state })).json();
  remove = (id) => this.#call('DELETE', this.#path(id));
  timeline = async (id, types) => (await this.#call('GET', this.#path(id, `/timeline?types=${types.join(',')}`))).json();
  text = async (id, file) => (await this.#call('GET', this.#path(id, `/${file}`))).text();

  /** The address of a picture for <img>; whoever asked revokes it. */
  async picture(id, file) {
    return URL.createObjectURL(await (await this.#call('GET', this.#path(id, `/${file}`))).blob());
  }

  /** Leave to read this recording's files by address, for a while. */
  async link(id, { renew = false, now = Date.now() } = {}) {
    const known = this.#links.get(id);
    if (known && !renew && known.until - RENEW_EARLY > now) return known.grant;
    const { grant, expiresAt } = await (await this.#call('POST', this.#path(id, '/links'), { ttlSeconds: 6 * 3600 })).json();
    this.#links.set(id, { grant, until: Date.parse(expiresAt) });
    return grant;
  }

  /** The address of a file, with a grant in it. */
  fileUrl(id, rest, grant, query = {}) {
    const url = new URL(`api/v1/${this.#path(id, `/${rest}`)}`, this.#base);
    for (const [key, value] of Object.entries({ ...query, grant })) url.searchParams.set(key, value);
    return url.href;
  }
}
