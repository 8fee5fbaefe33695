#pragma once
// What is in a media file, found by reading all of it.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace tessera::recording {

struct StreamProbe {
  std::string kind;   ///< "video", "audio" or "other"
  std::string codec;  ///< as FFmpeg names it: "h264", "aac"
  std::uint64_t packets = 0;
  std::uint64_t key_packets = 0;
  std::uint64_t bytes = 0;  ///< of all packets
  std::uint32_t crc = 0;    ///< CRC-32 (IEEE 802.3) over the packets' bytes, in order
  double start = 0;         ///< seconds, of the earliest packet
  double last = 0;          ///< seconds, of the latest packet
  double end = 0;           ///< seconds, where the last packet ends
  int width = 0, height = 0;
  int sample_rate = 0, channels = 0;
};

struct MediaProbe {
  std::string format;   ///< "mov,mp4,m4a,3gp,3g2,mj2", "matroska,webm"
  double duration = 0;  ///< seconds, as the container says; 0 when it does not say
  std::vector<StreamProbe> streams;

  /// The first stream of a kind, or null.
  [[nodiscard]] const StreamProbe* find(std::string_view kind) const;
};

/// Reads every packet of a file. `progress` gets fractions of it. Errors: "unreadable", "cannot-read".
Result<MediaProbe> probe_media(const std::string& path, const std::function<void(double)>& progress = {});

}  // namespace tessera::recording
