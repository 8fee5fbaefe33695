// What is compared with: figures of other programs on a 2-core virtual machine with Debian 12 (ratios travel, absolute
// times do not), and what this project aims at.

/** FreeSWITCH: CPU cores of a whole room, plain RTP, one shared VP8 encode, 640×360 in, 1280×720 at 30 fps out. */
export const freeswitch = {
  plain: { 1: 0.48, 4: 0.71, 9: 1.33 },
  recording: { 1: 1.17, 4: 1.48, 9: 1.78 },
  video_delay_ms: 53,
  audio_delay_ms: 44,
  /** At 16 it no longer keeps 30 fps and 50 audio packets a second on two cores. */
  gives_up_at: 16,
};

export const targets = {
  /** Share of FreeSWITCH's CPU, with recording on. */
  cpu_ratio: 0.5,
  video_p50_ms: 45,
  video_p95_ms: 80,
  audio_p50_ms: 40,
};
