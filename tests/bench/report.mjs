// The benchmark's rows as text.
import { freeswitch, targets } from './reference.mjs';

const stages = ['decode', 'scale', 'compose', 'encode', 'audio', 'network', 'record', 'other', 'rest'];

function table(head, rows) {
  const lines = [head, ...rows].map((row) => row.map((cell) => (cell === null || cell === undefined ? '–' : String(cell))));
  const widths = head.map((_, i) => Math.max(...lines.map((line) => line[i].length)));
  return lines.map((line) => line.map((cell, i) => cell.padStart(widths[i])).join('  ')).join('\n');
}

const label = (r) => `${r.participants}${r.codec === 'VP8' ? ' VP8' : ''}${r.recording ? ' rec' : ''}`;

export function report(results) {
  const cpu = table(
    ['room', 'cores', 'of FreeSWITCH', 'fps', 'audio/s', 'full rate', ...stages, 'serve', 'clients', 'others'],
    results.map((r) => {
      const theirs = freeswitch[r.recording ? 'recording' : 'plain'][r.participants];
      return [label(r), r.cores.total, theirs ? `${(r.cores.total / theirs).toFixed(2)} of ${theirs}` : null, r.rates.fps_min, r.rates.audio_min,
        r.reached ? 'yes' : 'NO', ...stages.map((s) => r.stages[s]?.toFixed(3)), r.cores.serve, r.cores.clients, r.cores.other_work];
    }));
  const delay = table(
    ['room', 'video p50', 'p95', 'p99', 'max', 'n', 'of FreeSWITCH', 'audio p50', 'p95', 'max', 'n'],
    results.map((r) => {
      const v = r.video_delay, a = r.audio_delay;
      return [label(r), v.p50, v.p95, v.p99, v.max, v.n, v.p50 === null ? null : (v.p50 / freeswitch.video_delay_ms).toFixed(2), a.p50, a.p95, a.max, a.n];
    }));
  const notes = results.flatMap((r) => [
    ...(r.reached ? [] : [`${label(r)}: full rate was NOT reached: ${r.rates.fps_min} fps, ${r.rates.audio_min} audio packets a second at the slowest client`]),
    ...(r.cores.other_work > 0.15 ? [`${label(r)}: other work on this machine took ${r.cores.other_work} cores; the figures are worse than they should be`] : []),
    ...(r.rates.late_sends > 0 ? [`${label(r)}: ${r.rates.late_sends} frames were sent more than 20 ms late by the clients`] : []),
  ]);
  return `CPU cores of a room (room process + serve), everybody talking, 640×360 VP8 in, 1280×720 at 30 fps out, DTLS-SRTP
(clients offer VP8 and H.264 as browsers do and send VP8; "VP8": they offer that alone, which is a second encode beside a recording)
(FreeSWITCH: plain RTP; target with recording: ${targets.cpu_ratio} of it; at ${freeswitch.gives_up_at} it no longer keeps the rate on two cores)

${cpu}

Delay added by the server, ms (first packet of a frame in → complete mixed frame out; sound likewise)
(targets: video p50 ≤ ${targets.video_p50_ms}, p95 ≤ ${targets.video_p95_ms}; audio p50 ≤ ${targets.audio_p50_ms}. FreeSWITCH: video ${freeswitch.video_delay_ms}, audio 38–50)

${delay}
${notes.length ? `\n${notes.join('\n')}\n` : ''}`;
}
