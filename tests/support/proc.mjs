// What a process uses, from /proc.
import { readFileSync, readdirSync } from 'node:fs';

const ticks_per_second = 100; // USER_HZ of every Linux that Debian ships
const read = (path) => readFileSync(path, 'latin1');

/** Fields of /proc/<pid>/stat after the command's name; index 0 is the state. */
const stat_fields = (text) => text.slice(text.lastIndexOf(')') + 2).split(' ');

export const alive = (pid) => {
  try {
    return stat_fields(read(`/proc/${pid}/stat`))[0] !== 'Z';
  } catch {
    return false;
  }
};

/** CPU seconds (user + system) used by a process so far. */
export function cpu_seconds(pid) {
  const f = stat_fields(read(`/proc/${pid}/stat`));
  return (Number(f[11]) + Number(f[12])) / ticks_per_second;
}

/** {threads, fds, rss} – rss in bytes; fds is null for the front unless the test runs as root: it hides them from its own user. */
export function usage(pid) {
  const status = read(`/proc/${pid}/status`);
  return {
    threads: Number(/^Threads:\s+(\d+)/m.exec(status)[1]),
    rss: Number(/^VmRSS:\s+(\d+)/m.exec(status)[1]) * 1024,
    fds: descriptors(pid),
  };
}

function descriptors(pid) {
  try {
    return readdirSync(`/proc/${pid}/fd`).length;
  } catch (error) {
    if (error.code === 'EACCES') return null;
    throw error;
  }
}

/** CPU nanoseconds by thread: [{tid, name, cpu_ns}]. schedstat counts nanoseconds where stat counts ticks. */
export function thread_cpu(pid) {
  const threads = [];
  for (const tid of readdirSync(`/proc/${pid}/task`)) {
    try {
      const base = `/proc/${pid}/task/${tid}`;
      threads.push({
        tid: Number(tid),
        name: read(`${base}/comm`).trim(),
        cpu_ns: Number(read(`${base}/schedstat`).split(' ')[0]),
      });
    } catch {
      // The thread ended while we looked.
    }
  }
  return threads;
}

/** Pids of the children of a process. */
export function children(pid) {
  try {
    return read(`/proc/${pid}/task/${pid}/children`).trim().split(' ').filter(Boolean).map(Number);
  } catch {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .filter((name) => {
        try {
          return Number(stat_fields(read(`/proc/${name}/stat`))[1]) === pid;
        } catch {
          return false;
        }
      })
      .map(Number);
  }
}

/** Share of the machine's CPU time that other work takes, over the time between two calls. */
export function machine_cpu() {
  const f = read('/proc/stat').split('\n')[0].trim().split(/\s+/).slice(1).map(Number);
  const idle = f[3] + f[4];
  return { total: f.reduce((a, b) => a + b, 0) / ticks_per_second, idle: idle / ticks_per_second };
}
