#pragma once
// Which packets of a live file go into the finished one, and at what times. Pure: decided from the packets'
// times alone.

#include <cstdint>
#include <optional>
#include <vector>

#include "recording/format.hpp"

namespace tessera::recording {

inline constexpr std::int64_t microsecond = 1'000'000;
/// Unit of planned picture times: 1/90000 s (RFC 6184's clock, and what MP4 players expect).
inline constexpr int video_rate = 90'000;

/// One packet as found in the live file. Microseconds.
struct PacketTime {
  std::int64_t pts = 0;
  bool key = false;
  bool skip = false;         ///< holds no picture
  std::int64_t samples = 0;  ///< of sound in it, at the stream's rate
};

/// All packets of a live file, in file order.
struct LiveTimes {
  VideoCodec video_codec = VideoCodec::none;
  std::optional<AudioCodec> audio_codec;
  std::vector<PacketTime> video;
  std::vector<PacketTime> audio;
  int sample_rate = 0;    ///< of the sound; 0 when there is none
  int channels = 0;       ///< of the sound
  std::int64_t lead = 0;  ///< samples a decoder throws away before time 0 (Opus pre-skip, RFC 7845)
  std::int64_t frame_time = 33'333;  ///< nominal distance of two pictures
};

/// Where one packet goes; a packet without a place is left out.
struct Place {
  std::int64_t pts = 0, dts = 0, duration = 0;
};
using Places = std::vector<std::optional<Place>>;

struct RemuxPlan {
  Places video;  ///< units of 1/video_rate s
  Places audio;  ///< units of 1/sample_rate s
  std::uint64_t video_packets = 0, audio_packets = 0;
  std::int64_t video_last = 0;                ///< microseconds: when the last picture begins
  std::int64_t video_end = 0, audio_end = 0;  ///< microseconds
  [[nodiscard]] std::int64_t end() const { return video_end > audio_end ? video_end : audio_end; }
};

/// Nothing when a recording with pictures has no key frame, or one of sound no sound. The first key frame
/// (the first sound) is time 0; sound from before it is left out. Sound becomes an unbroken run of packets.
/// Decoding times follow from the presentation times. When a crash left pictures without sound at the end,
/// they are cut to the common end; when pictures ceased first, the last one stays.
std::optional<RemuxPlan> plan_remux(const LiveTimes& live);

}  // namespace tessera::recording
