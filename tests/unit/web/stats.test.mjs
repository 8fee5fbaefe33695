import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatBitrate, formatMs, formatShare, formatSize, qualityOf, summarise } from '../../../src/web/js/stats-model.js';

const report = (at, { received = 0, lost = 0, bytes = 0, sent = 0, rtt = 0.02 } = {}) => [
  { id: 'T', type: 'transport', timestamp: at, selectedCandidatePairId: 'P' },
  { id: 'P', type: 'candidate-pair', timestamp: at, localCandidateId: 'L', remoteCandidateId: 'R', currentRoundTripTime: rtt, availableOutgoingBitrate: 2e6 },
  { id: 'L', type: 'local-candidate', timestamp: at, candidateType: 'relay', protocol: 'udp', relayProtocol: 'tcp' },
  { id: 'R', type: 'remote-candidate', timestamp: at, candidateType: 'host', protocol: 'udp' },
  { id: 'C', type: 'codec', timestamp: at, mimeType: 'video/H264' },
  { id: 'I', type: 'inbound-rtp', kind: 'video', timestamp: at, codecId: 'C', bytesReceived: bytes, packetsReceived: received, packetsLost: lost, frameWidth: 1280, frameHeight: 720, framesPerSecond: 30, jitter: 0.004 },
  { id: 'O', type: 'outbound-rtp', kind: 'video', timestamp: at, codecId: 'C', remoteId: 'RI', bytesSent: sent, qualityLimitationReason: 'bandwidth' },
  { id: 'RI', type: 'remote-inbound-rtp', kind: 'video', timestamp: at, fractionLost: 0.01, jitter: 0.002 },
];

test('Summary_TurnsCountersIntoRates', () => {
  const first = summarise(report(1000, { bytes: 1000, received: 100, sent: 500 }));
  assert.equal(first.receive.video.bitrate, null);
  const second = summarise(report(3000, { bytes: 251_000, received: 190, lost: 10, sent: 125_500 }), first);
  assert.equal(second.receive.video.bitrate, 1e6);
  assert.equal(second.send.video.bitrate, 5e5);
  assert.equal(second.receive.video.loss, 0.1);
  assert.equal(second.receive.video.jitter, 4);
  assert.deepEqual([second.receive.video.codec, second.receive.video.width, second.receive.video.fps], ['H264', 1280, 30]);
  assert.deepEqual([second.send.video.limited, second.send.video.loss], ['bandwidth', 0.01]);
});

test('Summary_NamesTheWayThatIsUsed', () => {
  assert.deepEqual(summarise(report(1)).path, { rtt: 20, available: 2e6, local: 'relay', remote: 'host', protocol: 'tcp' });
});

test('Summary_FindsThePairWhereTransportDoesNotNameIt', () => {
  const stats = report(1).filter((stat) => stat.type !== 'transport');
  stats.find((stat) => stat.id === 'P').nominated = true;
  stats.find((stat) => stat.id === 'P').state = 'succeeded';
  assert.equal(summarise(stats).path.rtt, 20);
});

test('Summary_OfNothing_IsEmpty', () => {
  const summary = summarise(new Map());
  assert.deepEqual([summary.path, summary.receive, summary.send], [null, {}, {}]);
  assert.equal(qualityOf(summary), 'unknown');
});

test('Summary_RecoveredLossesAreNotNegative', () => {
  const first = summarise(report(0, { received: 100, lost: 10 }));
  assert.equal(summarise(report(1000, { received: 200, lost: 4 }), first).receive.video.loss, 0);
});

test('Quality_FollowsLossAndRoundTrip', () => {
  const quality = (options) => qualityOf(summarise(report(1000, options), summarise(report(0))));
  assert.equal(quality({ received: 100 }), 'good');
  assert.equal(quality({ received: 97, lost: 3 }), 'fair');
  assert.equal(quality({ received: 80, lost: 20 }), 'poor');
  assert.equal(quality({ rtt: 0.3 }), 'fair');
  assert.equal(quality({ rtt: 0.6 }), 'poor');
});

test('Figures_ReadWell', () => {
  assert.deepEqual([null, 0, 31_999, 1_250_000, 12_000_000].map(formatBitrate), ['–', '0 kb/s', '32 kb/s', '1.3 Mb/s', '12 Mb/s']);
  assert.deepEqual([null, 1.23, 45.6].map(formatMs), ['–', '1.2 ms', '46 ms']);
  assert.deepEqual([null, 0, 0.012, 0.25].map(formatShare), ['–', '0 %', '1.2 %', '25 %']);
  assert.equal(formatSize({ width: 1280, height: 720, fps: 29.7 }), '1280 × 720 · 30 fps');
  assert.equal(formatSize({}), '–');
});
