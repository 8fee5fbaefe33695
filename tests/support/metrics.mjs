// Prometheus text exposition format, as far as a test needs it.

/** [{name, labels: {…}, value}] */
export function parse_metrics(text) {
  const samples = [];
  for (const line of text.split('\n')) {
    if (!line || line.startsWith('#')) continue;
    const match = /^([a-zA-Z_:][\w:]*)(\{.*\})?\s+(\S+)/.exec(line);
    if (!match) throw new Error(`not a metrics line: ${line}`);
    const labels = {};
    for (const [, key, value] of (match[2] ?? '').matchAll(/([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g))
      labels[key] = value.replace(/\\(.)/g, (_, c) => (c === 'n' ? '\n' : c));
    samples.push({ name: match[1], labels, value: Number(match[3].replace(/^\+?Inf$/, 'Infinity')) });
  }
  return samples;
}

/** Samples of a name whose labels include all of `labels`. */
export const select = (samples, name, labels = {}) =>
  samples.filter((s) => s.name === name && Object.entries(labels).every(([k, v]) => s.labels[k] === v));

/** Sum of the selected samples. */
export const total = (samples, name, labels) => select(samples, name, labels).reduce((sum, s) => sum + s.value, 0);
