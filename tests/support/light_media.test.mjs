import assert from 'node:assert/strict';
import { test } from 'node:test';

import { opus_loop, vp8_loop } from './encoded_media.mjs';
import { read_ivf, write_ivf } from './ivf.mjs';
import { read_opus_packets, write_opus } from './ogg.mjs';
import { build_rtp, header_extensions, is_rtcp, parse_rtcp, parse_rtp, picture_loss, sender_report } from './rtp.mjs';
import { Vp8Assembler, packetise_vp8 } from './vp8_payload.mjs';

test('the VP8 loop has 300 frames and one key frame a second', async () => {
  const frames = await vp8_loop();
  assert.equal(frames.length, 300);
  assert.deepEqual(frames.flatMap((f, i) => (f.key ? [i] : [])).filter((i) => i % 30 === 0).length, 10);
});

test('a frame survives packets with header extensions, and a missing packet drops that frame only', async () => {
  const frames = (await vp8_loop()).slice(0, 3).map((f) => f.data);
  const receive = (skip) => {
    const assembler = new Vp8Assembler();
    let sequence = 65533;
    const out = [];
    frames.forEach((frame, n) => {
      const payloads = packetise_vp8(frame, n + 300);
      payloads.forEach((payload, i) => {
        const extension = header_extensions([{ id: 3, data: [0, 7] }]);
        const packet = build_rtp({ payload_type: 96, marker: i === payloads.length - 1, sequence, timestamp: n * 3000, ssrc: 7, extension }, payload);
        if (sequence++ !== skip) out.push(assembler.push(parse_rtp(packet)));
      });
    });
    return { lost: assembler.lost, frames: out.filter(Boolean).map((f) => f.data) };
  };
  assert.deepEqual(receive(-1), { lost: 0, frames });
  assert.deepEqual(receive(65534), { lost: 1, frames: frames.slice(1) });
});

test('IVF and Ogg give back what was put in', async () => {
  const frames = (await vp8_loop()).slice(0, 5).map((f) => f.data);
  assert.deepEqual(read_ivf(write_ivf(frames, { width: 640, height: 360 })), frames);
  const packets = await opus_loop();
  assert.equal(packets.length, 500);
  assert.deepEqual(read_opus_packets(write_opus(packets, packets.map((_, i) => (i + 1) * 960))), packets);
});

test('RTCP', () => {
  const report = sender_report({ ssrc: 5, cname: 'me', ms: 1_700_000_000_250, timestamp: 9000, packets: 1, octets: 2 });
  assert.ok(is_rtcp(report));
  const seen = parse_rtcp(report).reports[0];
  assert.equal(seen.timestamp, 9000);
  assert.ok(Math.abs(seen.ms - 1_700_000_000_250) < 0.01);
  assert.ok(parse_rtcp(picture_loss(1, 2)).key_frame_wanted);
  assert.ok(!parse_rtcp(report).key_frame_wanted);
});
