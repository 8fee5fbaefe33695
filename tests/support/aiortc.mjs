// aiortc of Debian, whose python3 is /usr/bin/python3, in a process of its own (see aiortc_client.py).
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { within } from './deadline.mjs';

const script = fileURLToPath(new URL('./aiortc_client.py', import.meta.url));

export class Aiortc {
  #child;
  #lines;

  /** kind: "whip" or "whep". Resolves when the server has answered. */
  static async start(kind, url) {
    const client = new Aiortc();
    client.#child = spawn('/usr/bin/python3', [script, kind, url], { stdio: ['pipe', 'pipe', 'inherit'] });
    client.#lines = createInterface({ input: client.#child.stdout })[Symbol.asyncIterator]();
    client.answer = await client.#line();
    return client;
  }

  async #line() {
    const { value, done } = await within(30_000, 'a line of aiortc', this.#lines.next());
    if (done) throw new Error('aiortc has ended');
    return JSON.parse(value);
  }

  /** What it has seen: {state, audio, video}; it leaves in order. */
  async stop() {
    this.#child.stdin.end();
    return this.#line();
  }
}
