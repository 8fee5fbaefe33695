// Colours of pictures. Runs in Node and in a page. A picture is {width, height, data} with 4 bytes a pixel (RGBA).

/** "#rrggbb" → [r, g, b] */
export function parse_color(text) {
  const n = parseInt(text.slice(1), 16);
  return [n >> 16, (n >> 8) & 255, n & 255];
}

/** Mean colour of the pixels within `radius` of (x, y). */
export function color_at(picture, x, y, radius = 2) {
  const sum = [0, 0, 0];
  let count = 0;
  for (let py = Math.max(0, y - radius); py <= Math.min(picture.height - 1, y + radius); py++)
    for (let px = Math.max(0, x - radius); px <= Math.min(picture.width - 1, x + radius); px++) {
      const at = (py * picture.width + px) * 4;
      for (let c = 0; c < 3; c++) sum[c] += picture.data[at + c];
      count++;
    }
  return sum.map((v) => Math.round(v / Math.max(1, count)));
}

/** The largest difference of a channel. */
export const color_distance = (a, b) => Math.max(...a.map((v, i) => Math.abs(v - b[i])));

/** Whether a colour is what was sent, as far as video encoding (BT.601/709, limited range) preserves it. */
export const same_color = (a, b, tolerance = 45) => color_distance(a, b) <= tolerance;

/** Luma reader for read_barcode. */
export const luma_of = (picture) => (x, y) => {
  const at = (Math.min(picture.height - 1, y) * picture.width + Math.min(picture.width - 1, x)) * 4;
  return 0.299 * picture.data[at] + 0.587 * picture.data[at + 1] + 0.114 * picture.data[at + 2];
};

/** Points of a tile that show only the sent colour: away from border, label and bar code. As fractions. */
export const plain_points = [
  [0.3, 0.2],
  [0.7, 0.2],
  [0.7, 0.72],
];

/** Whether a tile shows `color` at its plain points; returns the colours seen there. */
export function tile_colors(picture, rect) {
  return plain_points.map(([fx, fy]) => color_at(picture, Math.round(rect.x + fx * rect.w), Math.round(rect.y + fy * rect.h)));
}

/** The share of pixels in a rectangle that differ from `color` by more than `tolerance`. */
export function share_unlike(picture, rect, color, tolerance = 60) {
  let unlike = 0, count = 0;
  for (let y = Math.floor(rect.y); y < rect.y + rect.h; y++)
    for (let x = Math.floor(rect.x); x < rect.x + rect.w; x++) {
      const at = (y * picture.width + x) * 4;
      const seen = [picture.data[at], picture.data[at + 1], picture.data[at + 2]];
      if (color_distance(seen, color) > tolerance) unlike++;
      count++;
    }
  return count ? unlike / count : 0;
}
