// Reads RTCPeerConnection.getStats() into what a person wants to know. Pure: `previous` is what the last call returned.

const rate = (now, before, seconds) => (seconds > 0 && before !== undefined ? Math.max(0, ((now - before) * 8) / seconds) : null);
const share = (lost, received) => (lost + received > 0 ? Math.max(0, lost) / (Math.max(0, lost) + received) : 0);

function codecName(byId, id) {
  const codec = byId.get(id);
  return codec?.mimeType ? codec.mimeType.split('/')[1] : null;
}

function inbound(stat, before, byId, seconds) {
  const received = (stat.packetsReceived ?? 0) - (before?.packetsReceived ?? 0);
  const lost = (stat.packetsLost ?? 0) - (before?.packetsLost ?? 0);
  const emitted = (stat.jitterBufferEmittedCount ?? 0) - (before?.jitterBufferEmittedCount ?? 0);
  const delay = (stat.jitterBufferDelay ?? 0) - (before?.jitterBufferDelay ?? 0);
  return {
    codec: codecName(byId, stat.codecId),
    bitrate: rate(stat.bytesReceived ?? 0, before?.bytesReceived, seconds),
    width: stat.frameWidth ?? null,
    height: stat.frameHeight ?? null,
    fps: stat.framesPerSecond ?? null,
    loss: share(lost, received),
    jitter: stat.jitter === undefined ? null : stat.jitter * 1000,
    buffer: emitted > 0 ? (delay / emitted) * 1000 : null,
    freezes: stat.freezeCount ?? null,
    dropped: stat.framesDropped ?? null,
    decoded: stat.framesDecoded ?? null,
  };
}

function outbound(stat, before, byId, seconds) {
  const remote = byId.get(stat.remoteId);
  return {
    codec: codecName(byId, stat.codecId),
    bitrate: rate(stat.bytesSent ?? 0, before?.bytesSent, seconds),
    width: stat.frameWidth ?? null,
    height: stat.frameHeight ?? null,
    fps: stat.framesPerSecond ?? null,
    loss: remote?.fractionLost ?? null,
    jitter: remote?.jitter === undefined ? null : remote.jitter * 1000,
    limited: stat.qualityLimitationReason && stat.qualityLimitationReason !== 'none' ? stat.qualityLimitationReason : null,
    encoder: stat.encoderImplementation ?? null,
  };
}

function pathOf(stats, byId) {
  const transport = stats.find((stat) => stat.type === 'transport' && stat.selectedCandidatePairId);
  const pair = byId.get(transport?.selectedCandidatePairId)
    ?? stats.find((stat) => stat.type === 'candidate-pair' && (stat.selected || (stat.nominated && stat.state === 'succeeded')));
  if (!pair) return null;
  const local = byId.get(pair.localCandidateId);
  const remote = byId.get(pair.remoteCandidateId);
  return {
    rtt: pair.currentRoundTripTime === undefined ? null : pair.currentRoundTripTime * 1000,
    available: pair.availableOutgoingBitrate ?? null,
    local: local?.candidateType ?? null,
    remote: remote?.candidateType ?? null,
    protocol: local?.relayProtocol ?? local?.protocol ?? null,
  };
}

/** `report`: an RTCStatsReport or any list of stats. → {at, path, receive: {audio, video}, send: {audio, video}, raw} */
export function summarise(report, previous = null) {
  const stats = [...(report.values ? report.values() : report)];
  const byId = new Map(stats.map((stat) => [stat.id, stat]));
  const at = Math.max(0, ...stats.map((stat) => stat.timestamp ?? 0));
  const seconds = previous ? (at - previous.at) / 1000 : 0;
  const summary = { at, path: pathOf(stats, byId), receive: {}, send: {}, raw: byId };
  for (const stat of stats) {
    const kind = stat.kind ?? stat.mediaType;
    const before = previous?.raw.get(stat.id);
    if (stat.type === 'inbound-rtp') summary.receive[kind] = inbound(stat, before, byId, seconds);
    if (stat.type === 'outbound-rtp') summary.send[kind] = outbound(stat, before, byId, seconds);
  }
  return summary;
}

/** 'good' | 'fair' | 'poor' | 'unknown': what the bars next to the room's name show. */
export function qualityOf(summary) {
  if (!summary?.path) return 'unknown';
  const loss = Math.max(summary.receive.video?.loss ?? 0, summary.receive.audio?.loss ?? 0, summary.send.video?.loss ?? 0);
  const rtt = summary.path.rtt ?? 0;
  if (loss > 0.08 || rtt > 400) return 'poor';
  if (loss > 0.02 || rtt > 200) return 'fair';
  return 'good';
}

export function formatBitrate(bits) {
  if (bits === null || bits === undefined) return '–';
  if (bits >= 1e6) return `${(bits / 1e6).toFixed(bits >= 1e7 ? 0 : 1)} Mb/s`;
  return `${Math.round(bits / 1000)} kb/s`;
}

export const formatMs = (ms) => (ms === null || ms === undefined ? '–' : `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`);
export const formatShare = (part) => (part === null || part === undefined ? '–' : `${(part * 100).toFixed(part > 0 && part < 0.1 ? 1 : 0)} %`);
export const formatSize = ({ width, height, fps }) =>
  width && height ? `${width} × ${height}${fps ? ` · ${Math.round(fps)} fps` : ''}` : '–';
