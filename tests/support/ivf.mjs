// IVF: the simplest container for VP8 frames.

/** Frames (Buffers) of an IVF file. */
export function read_ivf(file) {
  const frames = [];
  let at = file.readUInt16LE(6);
  while (at + 12 <= file.length) {
    const size = file.readUInt32LE(at);
    frames.push(file.subarray(at + 12, at + 12 + size));
    at += 12 + size;
  }
  return frames;
}

/** An IVF file whose frames have the timestamps 0, 1, 2 … */
export function write_ivf(frames, { width, height, rate = 30, fourcc = 'VP80' }) {
  const header = Buffer.alloc(32);
  header.write('DKIF', 0, 'latin1');
  header.writeUInt16LE(32, 6);
  header.write(fourcc, 8, 'latin1');
  header.writeUInt16LE(width, 12);
  header.writeUInt16LE(height, 14);
  header.writeUInt32LE(rate, 16);
  header.writeUInt32LE(1, 20);
  header.writeUInt32LE(frames.length, 24);
  const parts = [header];
  frames.forEach((frame, i) => {
    const head = Buffer.alloc(12);
    head.writeUInt32LE(frame.length, 0);
    head.writeUInt32LE(i, 4);
    parts.push(head, frame);
  });
  return Buffer.concat(parts);
}
