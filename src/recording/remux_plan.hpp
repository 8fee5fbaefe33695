#pragma once
// Which packets of a live file go into the finished one, and at what times. Pure: decided from the packets'
// times alone.

#include <cstdint>
#include <optional>
#include <vector>

namespace tessera::recording {

inline constexpr std::int64_t microsecond = 1'000'000;

/// One packet as found in the live file. Microseconds.
struct PacketTime {
  std::int64_t pts = 0;
  bool key = false;
  bool skip = false;  ///< holds no picture
};

/// All packets of a live file, in file order.
struct LiveTimes {
  std::vector<PacketTime> video;
  std::vector<PacketTime> audio;
  int sample_rate = 0;               ///< of the sound; 0 when there is none
  std::int64_t frame_time = 33'333;  ///< nominal distance of two pictures
};

/// Where one packet goes; a packet without a place is left out.
struct Place {
  std::int64_t pts = 0, dts = 0, duration = 0;
};
using Places = std::vector<std::optional<Place>>;

struct RemuxPlan {
  Places video;  ///< units of 1/90000 s
  Places audio;  ///< units of 1/sample_rate s
  std::uint64_t video_packets = 0, audio_packets = 0;
  std::int64_t video_end = 0, audio_end = 0;  ///< microseconds
};

/// Nothing when there is no key frame. The first key frame is time 0; sound from before it is left out. Sound
/// becomes an unbroken run of 1024-sample packets. Decoding times follow from the presentation times. When a
/// crash left pictures without sound at the end, they are cut to the common end; when pictures ceased first,
/// the last one stays.
std::optional<RemuxPlan> plan_remux(const LiveTimes& live);

}  // namespace tessera::recording
