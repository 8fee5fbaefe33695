// The real binary, started for one test file.
//
//   const server = await TesseraServer.start();
//   await server.get('/api/v1/rooms');          // {status, headers, body (JSON when it is)}
//   await server.stop();
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { until } from './deadline.mjs';
import { parse_metrics } from './metrics.mjs';
import { free_port } from './ports.mjs';
import { alive } from './proc.mjs';

export const source_root = fileURLToPath(new URL('../../', import.meta.url));
export const default_binary = process.env.TESSERA_BINARY ?? join(source_root, 'build/release/tessera');
/** Instrumented binaries are several times slower: deadlines of a test may be multiplied by this. */
export const slowness = /asan|tsan/.test(default_binary) ? 4 : 1;

export class TesseraServer {
  #child;
  #arguments;
  #environment;
  #prefix;
  log = '';

  /**
   * prefix: words before the binary, such as ["prlimit", "--nofile=48"], which must exec it; secure: the configuration
   * has a certificate, which may be anybody's; binary; config: object, written to a file; args: more flags; recordings: folder to use instead of an own one.
   */
  static async start(options = {}) {
    const server = new TesseraServer();
    server.folder = mkdtempSync(join(tmpdir(), 'tessera-e2e-'));
    server.recordings = options.recordings ?? join(server.folder, 'recordings');
    server.port = options.port ?? (await free_port());
    server.url = `${options.secure ? 'https' : 'http'}://127.0.0.1:${server.port}`;
    if (options.secure) process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
    server.#prefix = options.prefix ?? [];
    const args = ['serve', '--listen', `127.0.0.1:${server.port}`, '--recordings', server.recordings, '--ice-address', '127.0.0.1'];
    if (options.config) {
      const file = join(server.folder, 'tessera.json');
      writeFileSync(file, JSON.stringify(options.config));
      args.push('--config', file);
    }
    server.binary = options.binary ?? default_binary;
    server.#arguments = [...args, ...(options.args ?? [])];
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('TESSERA_'));
    // What a recording announces would lie over the sounds that tests measure: those that want it say so.
    server.#environment = { TESSERA_RECORDING_ANNOUNCE: 'false', ASAN_OPTIONS: 'detect_leaks=0', ...Object.fromEntries(inherited), ...options.env };
    await server.run();
    return server;
  }

  /** Starts the process (again, after kill). */
  async run() {
    const child = spawn(this.#prefix[0] ?? this.binary, [...this.#prefix.slice(1), ...(this.#prefix.length ? [this.binary] : []), ...this.#arguments], { cwd: source_root, env: this.#environment, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        this.log += chunk;
        if (process.env.TESSERA_TEST_VERBOSE) process.stderr.write(chunk);
      });
    const failed = new Promise((_, reject) => child.once('error', reject));
    const healthy = until('the server is healthy', async () => {
      if (child.exitCode !== null) throw new Error(`exited with ${child.exitCode}`);
      return (await fetch(`${this.url}/healthz`)).ok;
    }, { timeout: 15_000 * slowness });
    try {
      await Promise.race([healthy, failed]);
    } catch (error) {
      throw new Error(`${error.message}\n${this.tail()}`);
    }
  }

  get pid() {
    return this.#child.pid;
  }
  get running() {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  tail(lines = 40) {
    return this.log.split('\n').slice(-lines).join('\n');
  }

  /** One HTTP request; a plain object as `body` is sent as JSON. */
  async request(method, path, body, headers = {}) {
    const json = body !== undefined && typeof body !== 'string' && !Buffer.isBuffer(body);
    const response = await fetch(this.url + path, {
      method,
      headers: { ...(json && { 'content-type': 'application/json' }), ...headers },
      body: json ? JSON.stringify(body) : body,
      redirect: 'manual',
    });
    const text = await response.text();
    const is_json = /json/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, headers: response.headers, text, body: is_json ? JSON.parse(text) : text };
  }

  /** The JSON of a GET that must succeed. */
  async get(path) {
    const { status, body } = await this.request('GET', path);
    if (status !== 200) throw new Error(`GET ${path}: ${status} ${JSON.stringify(body)}`);
    return body;
  }

  room(name) {
    return this.get(`/api/v1/rooms/${name}`);
  }

  async room_pid(name) {
    return (await this.room(name)).pid;
  }

  async metrics() {
    return parse_metrics(await this.get('/metrics'));
  }

  /** kill -9 of the front. */
  async kill() {
    process.kill(this.pid, 'SIGKILL');
    await until('the server is gone', () => !alive(this.pid));
  }

  /** Polite end; fails when the process does not end, or a sanitizer found something. Removes the folder. */
  async stop() {
    if (this.running) {
      process.kill(this.pid, 'SIGTERM');
      await until('the server ends', () => !this.running, { timeout: 20_000 * slowness }).catch((error) => {
        process.kill(this.pid, 'SIGKILL');
        throw new Error(`${error.message}\n${this.tail()}`);
      });
    }
    this.check_sanitizers();
    if (!process.env.TESSERA_TEST_KEEP) rmSync(this.folder, { recursive: true, force: true });
  }

  check_sanitizers() {
    const found = /ERROR: \w+Sanitizer|runtime error:/.exec(this.log);
    if (found) throw new Error(`a sanitizer complained:\n${this.log.slice(Math.max(0, found.index - 200), found.index + 4000)}`);
  }
}
