// Tones in sound. Runs in Node and in a page.

/**
 * Amplitude (0…1 for a full-scale sine) of one frequency, by Goertzel's recurrence with a Hann window
 * (G. Goertzel, 1958; the window's coherent gain of 1/2 is divided out).
 */
export function tone_amplitude(samples, rate, frequency) {
  const n = samples.length;
  const coefficient = 2 * Math.cos((2 * Math.PI * frequency) / rate);
  let s1 = 0, s2 = 0;
  for (let i = 0; i < n; i++) {
    const window = 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / n);
    const s0 = samples[i] * window + coefficient * s1 - s2;
    s2 = s1;
    s1 = s0;
  }
  const power = s1 * s1 + s2 * s2 - coefficient * s1 * s2;
  return (Math.sqrt(Math.max(0, power)) * 4) / n;
}

/** Level in dBFS of one frequency. */
export const tone_level = (samples, rate, frequency) =>
  20 * Math.log10(Math.max(1e-7, tone_amplitude(samples, rate, frequency)));

export function rms(samples) {
  let sum = 0;
  for (const s of samples) sum += s * s;
  return Math.sqrt(sum / Math.max(1, samples.length));
}

/**
 * Which of `frequencies` are in the sound: those within `range` dB of the loudest of them and above `floor` dBFS.
 * Returns {heard: [...], levels: {f: dB}}.
 */
export function tones_heard(samples, rate, frequencies, { range = 25, floor = -55 } = {}) {
  const levels = Object.fromEntries(frequencies.map((f) => [f, Math.round(tone_level(samples, rate, f) * 10) / 10]));
  const loudest = Math.max(...Object.values(levels));
  return { heard: frequencies.filter((f) => levels[f] >= Math.max(floor, loudest - range)), levels };
}

/**
 * Where a tone of `frequency` begins: indices of samples at which its amplitude in a sliding window rises through
 * half of its maximum. The window is `window` seconds; the onset is at the middle of the window that crosses.
 */
export function tone_onsets(samples, rate, frequency, { window = 0.01, step = 0.002, quiet = 0.2 } = {}) {
  const size = Math.round(window * rate), hop = Math.round(step * rate);
  const amplitudes = [];
  for (let at = 0; at + size <= samples.length; at += hop)
    amplitudes.push(tone_amplitude(samples.subarray(at, at + size), rate, frequency));
  const peak = amplitudes.reduce((a, b) => Math.max(a, b), 0);
  if (peak < 0.003) return [];
  const onsets = [];
  let armed = true, low_since = 0;
  amplitudes.forEach((a, i) => {
    if (a < peak / 4) {
      low_since ??= i;
      // Quiet for some time before it counts as a new beginning.
      if (!armed && (i - low_since) * step >= quiet) armed = true;
    } else low_since = null;
    if (armed && a >= peak / 2) {
      onsets.push(i * hop + size / 2);
      armed = false;
    }
  });
  return onsets;
}
