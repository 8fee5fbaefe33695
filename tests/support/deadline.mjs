// Waiting for conditions, never for a number of seconds.
import { stolen } from './pressure.mjs';

/** Lets other work happen for `ms`. Only for use inside polling loops. */
export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Polls `probe` until it returns something truthy and returns that. What the probe throws counts as "not yet" and is
 * quoted when the deadline passes. Time that a virtual machine's host took away does not count, up to twice the timeout.
 */
export async function until(what, probe, { timeout = 30_000, interval = 50 } = {}) {
  const begin = Date.now();
  const taken = stolen();
  let last;
  for (;;) {
    try {
      last = await probe();
      if (last) return last;
    } catch (error) {
      last = error;
    }
    const over = Date.now() - begin - timeout;
    if (over >= 0 && over >= Math.min(2 * timeout, stolen() - taken)) {
      const seen = last instanceof Error ? last.message : JSON.stringify(last);
      throw new Error(`not within ${timeout} ms: ${what} (last seen: ${seen})`);
    }
    await pause(interval);
  }
}

/** The promise's value, or an error naming `what` when it takes longer than `ms`. */
export function within(ms, what, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not within ${ms} ms: ${what}`)), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/**
 * Samples `probe` until `count` samples are taken, at a steady interval. For measurements that need a window of
 * time, where the window is the thing being measured.
 */
export async function observe(probe, { count, interval }) {
  const samples = [];
  for (let i = 0; i < count; i++) {
    samples.push(await probe());
    if (i + 1 < count) await pause(interval);
  }
  return samples;
}
