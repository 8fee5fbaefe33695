// How short of processors the machine was while something was measured.
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';

const file = '/proc/pressure/cpu';
const processors = cpus().length;

/** ms since the machine started in which something that could run had to wait; null where the kernel does not say. */
function waited() {
  try {
    return Number(readFileSync(file, 'utf8').match(/^some .*total=(\d+)/m)[1]) / 1000;
  } catch {
    return null;
  }
}

/** ms since the machine started, of each processor, in which a virtual machine's host gave it to somebody else. */
export function stolen() {
  try {
    const ticks = Number(readFileSync('/proc/stat', 'utf8').match(/^cpu +(?:\d+ +){7}(\d+)/)[1]);
    return (ticks * 10) / processors; // USER_HZ is 100 on every Linux that has /proc/pressure
  } catch {
    return 0;
  }
}

/**
 * Limits of time are for a machine that has processors to spare. On one that is short of them, be it by the test's own
 * browsers or by its neighbours, everything takes longer. What the server itself takes too much of counts as well: that is
 * for the benches to see, not for tests that allow for this.
 *
 *   const pressure = new Pressure();
 *   …
 *   assert.ok(pause <= pressure.limit(100));
 */
export class Pressure {
  #since = performance.now();
  #waited = waited();
  #stolen = stolen();

  /** The share of the time since then in which something waited for a processor: 0 … 1. */
  share() {
    if (this.#waited === null) return 0;
    return Math.min(1, (waited() - this.#waited) / Math.max(1, performance.now() - this.#since));
  }

  /** The share of the time since then that the host took away: 0 … 1. */
  stolen() {
    return Math.min(1, (stolen() - this.#stolen) / Math.max(1, performance.now() - this.#since));
  }

  /**
   * 1 up to a share of 0.3, which the browsers alone make; 3 where something waits all the time. Where the host takes half of
   * the time, everything takes twice as long: that comes on top, ten times at most.
   */
  allowance() {
    return (1 + (2 * Math.max(0, this.share() - 0.3)) / 0.7) / Math.max(0.1, 1 - this.stolen());
  }

  /** What a limit of `ms` becomes. */
  limit(ms) {
    return ms * this.allowance();
  }

  /** For what holds however busy the machine is: only a host that takes the machine itself makes it more. */
  host_limit(ms) {
    return this.stolen() < 0.05 ? ms : this.limit(ms);
  }

  toString() {
    return `something waited for a processor ${Math.round(100 * this.share())} % of the time, and the host took ${Math.round(100 * this.stolen())} %: limits × ${this.allowance().toFixed(1)}`;
  }
}
