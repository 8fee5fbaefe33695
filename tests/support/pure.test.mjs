import assert from 'node:assert/strict';
import { test } from 'node:test';

import { barcode_rects, read_barcode } from './barcode.mjs';
import { parse_metrics, total } from './metrics.mjs';
import { color_at, luma_of, parse_color, same_color, share_unlike } from './pixels.mjs';
import { rms, tone_amplitude, tone_onsets, tones_heard } from './spectrum.mjs';

function picture(width, height, color) {
  const data = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let i = 0; i < width * height; i++) data.set(color, i * 4);
  return { width, height, data };
}

function fill(target, { x, y, w, h }, color) {
  for (let py = y; py < y + h; py++)
    for (let px = x; px < x + w; px++) target.data.set(color, (py * target.width + px) * 4);
}

const sine = (rate, seconds, parts) =>
  Float32Array.from({ length: rate * seconds }, (_, i) =>
    parts.reduce((sum, [f, a]) => sum + a * Math.sin((2 * Math.PI * f * i) / rate), 0));

test('a bar code is read back at every tile size, and is not seen in a plain picture', () => {
  for (const [w, h] of [[640, 360], [426, 240], [320, 180], [256, 144]])
    for (const value of [0, 1, 299, 0x5555, 0xaaaa, 65535]) {
      const p = picture(1280, 720, [200, 40, 40]);
      const tile = { x: 100, y: 60, w, h };
      for (const r of barcode_rects(value, w, h))
        fill(p, { ...r, x: r.x + tile.x, y: r.y + tile.y }, r.white ? [255, 255, 255] : [0, 0, 0]);
      assert.equal(read_barcode(luma_of(p), tile), value);
    }
  assert.equal(read_barcode(luma_of(picture(640, 360, [200, 40, 40])), { x: 0, y: 0, w: 640, h: 360 }), null);
});

test('a flipped bar is noticed', () => {
  const p = picture(640, 360, [0, 0, 200]);
  const tile = { x: 0, y: 0, w: 640, h: 360 };
  const rects = barcode_rects(1234, 640, 360);
  rects[7].white = !rects[7].white;
  for (const r of rects) fill(p, r, r.white ? [255, 255, 255] : [0, 0, 0]);
  assert.equal(read_barcode(luma_of(p), tile), null);
});

test('colours', () => {
  assert.deepEqual(parse_color('#0a10ff'), [10, 16, 255]);
  const p = picture(20, 20, [10, 20, 30]);
  assert.deepEqual(color_at(p, 5, 5), [10, 20, 30]);
  assert.ok(same_color([10, 20, 30], [40, 20, 30]) && !same_color([10, 20, 30], [90, 20, 30]));
  fill(p, { x: 0, y: 0, w: 10, h: 20 }, [200, 200, 200]);
  assert.equal(share_unlike(p, { x: 0, y: 0, w: 20, h: 20 }, [10, 20, 30]), 0.5);
});

test('tones are told apart, and their amplitude is right', () => {
  const s = sine(48000, 0.5, [[440, 0.25], [660, 0.1]]);
  assert.ok(Math.abs(tone_amplitude(s, 48000, 440) - 0.25) < 0.01);
  assert.deepEqual(tones_heard(s, 48000, [440, 550, 660, 880]).heard, [440, 660]);
  assert.ok(Math.abs(rms(sine(48000, 0.5, [[440, 0.5]])) - 0.3535) < 0.01);
  assert.deepEqual(tones_heard(new Float32Array(4800), 48000, [440]).heard, []);
});

test('the beginning of a tone is found within 3 ms', () => {
  const s = new Float32Array(48000 * 2);
  for (const start of [0.4, 1.4])
    for (let i = 0; i < 4800; i++) s[start * 48000 + i] = 0.4 * Math.sin((2 * Math.PI * 1000 * i) / 48000);
  const onsets = tone_onsets(s, 48000, 1000).map((i) => i / 48000);
  assert.equal(onsets.length, 2);
  assert.ok(Math.abs(onsets[0] - 0.4) < 0.003 && Math.abs(onsets[1] - 1.4) < 0.003, String(onsets));
});

test('metrics', () => {
  const samples = parse_metrics('# HELP x y\nx{room="a",codec="vp8"} 2\nx{room="b",codec="vp8"} 3\ny 1.5e3\n');
  assert.equal(total(samples, 'x'), 5);
  assert.equal(total(samples, 'x', { room: 'a' }), 2);
  assert.equal(total(samples, 'y'), 1500);
});
