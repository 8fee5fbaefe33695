// When the machine as a whole stood still. A virtual one does: its host takes the processors away, at a quota for tens of ms in
// every 100. Nothing inside it waits meanwhile, so the kernel's pressure (pressure.mjs) does not show it.
//
// A clock of its own process, with the priority of SCHED_FIFO, is never kept waiting by what else runs here: where it is
// late, nothing ran. Who may not give that priority sees no standstill at all.
//
//   const standstill = await Standstill.start();
//   …
//   standstill.within(from, until)   // ms of them, on the clock of light_peer's now()
//   await standstill.stop();
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const clock = fileURLToPath(new URL('./standstill_clock.mjs', import.meta.url));

export class Standstill {
  #child;
  #ended;
  #times = [];

  static async start() {
    const standstill = new Standstill();
    await Promise.race([once(standstill.#child, 'message'), standstill.#ended]);
    return standstill;
  }

  constructor() {
    this.#child = spawn('chrt', ['--fifo', '50', process.execPath, clock], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    this.#ended = new Promise((resolve) => this.#child.once('error', resolve).once('exit', resolve));
    this.#child.on('message', (message) => message.until && this.#times.push(message));
  }

  /** Of the clock; null where it could not be had. */
  get pid() {
    return this.#child.connected ? this.#child.pid : null;
  }

  /** ms between the two moments in which the machine stood still. */
  within(from, until) {
    return this.#times.reduce((sum, each) => sum + Math.max(0, Math.min(until, each.until) - Math.max(from, each.from)), 0);
  }

  /** The longest of pauses {ms, ended}, in ms, each less what the machine stood still in it. */
  longest(pauses) {
    return pauses.reduce((longest, { ms, ended }) => Math.max(longest, ms - this.within(ended - ms, ended)), 0);
  }

  async stop() {
    if (this.#child.connected) this.#child.disconnect();
    await this.#ended;
  }
}
