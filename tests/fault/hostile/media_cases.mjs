// RTP payloads that nobody should send: {name, codec, packets, reason}. `packets` as LightPeer.send_payloads takes them,
// `reason` is that of the metric that counts what was refused.
const p = (payload, more = {}) => ({ payload, ...more });

const idr_start = '7c85888400112233';

export const media_cases = [
  // GStreamer 1.22.0's rtph264depay crashes on the first two.
  { name: 'H.264: a fragment of one byte', codec: 'H264', reason: 'short-fragment',
    packets: [p(idr_start), p('7c'), p('7c4501', { marker: true })] },
  { name: 'H.264: an empty packet between fragments', codec: 'H264', reason: 'empty',
    packets: [p(idr_start), p(''), p('7c05aabbcc'), p('419a0203', { marker: true })] },
  { name: 'H.264: fragments without a start', codec: 'H264', reason: 'orphan', packets: [p('7c05aabb'), p('7c45aabb', { marker: true })] },
  { name: 'H.264: a fragment without its unit', codec: 'H264', reason: 'short-fragment', packets: [p('7c85'), p('7c45')] },
  ...['60', '79', '7a', '7b', '7d', '7e', '7f'].map((head) => (
    { name: `H.264: unit type ${parseInt(head, 16) & 31}`, codec: 'H264', reason: 'unit-type', packets: [p(`${head}85aabbccdd`)] })),
  { name: 'H.264: an aggregate beyond its end', codec: 'H264', reason: 'aggregate-sizes', packets: [p('78ffff6742c01f')] },
  { name: 'H.264: an aggregate of nothing', codec: 'H264', reason: 'aggregate-sizes', packets: [p('78'), p('780000')] },
  { name: 'H.264: an aggregate in an aggregate', codec: 'H264', reason: 'nested', packets: [p('7800047800016742')] },
  { name: 'H.264: an aggregate in a fragment', codec: 'H264', reason: 'nested', packets: [p('7c980000'), p('7c5800')] },
  { name: 'VP8: descriptors cut short', codec: 'VP8', reason: 'descriptor',
    packets: ['90', '9080', '908085', '90f0', '90f08102', '10'].map((bytes) => p(bytes, { marker: true })) },
  { name: 'VP9: descriptors cut short', codec: 'VP9', reason: 'descriptor',
    packets: ['08', '8a85', '0a38', '0af80102', '0a08ff0c', '5803050708aa', 'a805'].map((bytes) => p(bytes, { marker: true })) },
  { name: 'Opus: frames beyond the packet', codec: 'opus', reason: 'opus-frames',
    packets: ['7afc', '7b', '7b00', '7b83fffe', '7b41ffff', '7a0501'].map((bytes) => p(bytes)) },
  { name: 'Opus: nothing', codec: 'opus', reason: 'empty', packets: [p(''), p('')] },
  { name: 'padding that leaves nothing', codec: 'VP8', reason: 'empty', packets: [p('00000004', { padding: true })] },
];

/** Makes frames of VP8 and VP9 that announce 16383 or 16384 pixels a side, and hardly hold any. */
const le = (n) => `${(n & 255).toString(16).padStart(2, '0')}${(n >> 8).toString(16).padStart(2, '0')}`;
export const large_vp8_frame = `10${'100200'}9d012a${le(16383)}${le(16383)}${'00'.repeat(40)}`;
/** Not flexible, starts and ends a frame; the scalability structure claims 320×180 where the frame says 16384×16384. */
export const large_vp9_frame = `0e10${'014000b4'}${'82498342'}${'03fff3fff0'}${'00'.repeat(40)}`;
