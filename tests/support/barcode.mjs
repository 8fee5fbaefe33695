// A number drawn into a picture so that it survives encoding, scaling, cropping and a label, and can be read back.
//
// One row of equal cells in the middle of the picture: white, black (the references), 16 bits most significant first,
// 4 bits of checksum. The row spans 70 % of the width and 20 % of the height. Runs in Node and in a page.

export const barcode_bits = 16;
const check_bits = 4;
export const barcode_cells = 2 + barcode_bits + check_bits;
/** Where the row is, as fractions of the picture. */
export const barcode_area = { x: 0.15, y: 0.4, w: 0.7, h: 0.2 };

function checksum(value) {
  // Every nibble takes part with its own weight, so that swapped nibbles are noticed too.
  const n = [value & 15, (value >> 4) & 15, (value >> 8) & 15, (value >> 12) & 15];
  return (n[0] + 3 * n[1] + 5 * n[2] + 7 * n[3] + 9) & 15;
}

/** The cells of a value, true for white. */
export function barcode_pattern(value) {
  const cells = [true, false];
  const word = ((value & 0xffff) << check_bits) | checksum(value & 0xffff);
  for (let bit = barcode_bits + check_bits - 1; bit >= 0; bit--) cells.push(((word >> bit) & 1) === 1);
  return cells;
}

/** The cells as rectangles for a picture of w × h pixels: {x, y, w, h, white}. */
export function barcode_rects(value, w, h) {
  const left = barcode_area.x * w;
  const cell = (barcode_area.w * w) / barcode_cells;
  const top = Math.round(barcode_area.y * h);
  const bottom = Math.round((barcode_area.y + barcode_area.h) * h);
  return barcode_pattern(value).map((white, i) => {
    const x = Math.round(left + i * cell);
    return { x, y: top, w: Math.round(left + (i + 1) * cell) - x, h: bottom - top, white };
  });
}

/**
 * Reads a value from luma. `luma(x, y)` gives 0…255 at a pixel of the whole picture, `rect` is where the marked
 * picture is in it. Returns null when nothing readable is there.
 */
export function read_barcode(luma, rect) {
  const mean = ({ x, y, w, h }) => {
    // The inner part only: the edges belong to the scaler and the codec.
    const x0 = rect.x + x + w * 0.3, x1 = rect.x + x + w * 0.7;
    const y0 = rect.y + y + h * 0.3, y1 = rect.y + y + h * 0.7;
    let sum = 0, count = 0;
    for (let py = Math.floor(y0); py <= y1; py += Math.max(1, (y1 - y0) / 4))
      for (let px = Math.floor(x0); px <= x1; px++) {
        sum += luma(px, Math.floor(py));
        count++;
      }
    return sum / count;
  };
  const levels = barcode_rects(0, rect.w, rect.h).map(mean);
  const [white, black] = levels;
  if (white - black < 60) return null;
  const middle = (white + black) / 2;
  let word = 0;
  for (const level of levels.slice(2)) word = (word << 1) | (level > middle ? 1 : 0);
  const value = word >> check_bits;
  return (word & 15) === checksum(value) ? value : null;
}
