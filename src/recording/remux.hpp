#pragma once
// Packets of live files → a finished file, without coding them again, by libavformat. Blocking.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "recording/chapters.hpp"
#include "recording/remux_plan.hpp"

namespace tessera::recording {

using Progress = std::function<void(double)>;  ///< 0…1

/// Where picture and sound are read from; mostly the same file.
struct RemuxSources {
  std::string video;
  std::string audio;
};

struct Tags {
  std::string title;
  std::string created;            ///< RFC 3339
  std::vector<Chapter> chapters;  ///< of this file, by time; for formats that have them (not WAV)
};

/// What was written of a stream, to be found again.
struct StreamSum {
  std::uint64_t packets = 0, bytes = 0;
  std::uint32_t crc = 0;
};
struct Written {
  StreamSum video, audio;
};

/// Writes the planned packets to `output`, MP4 with its index in front. WAV has no times: gaps in the sound
/// become silence. Errors: "disk-full", "cannot-write", "cannot-read", "unreadable".
Result<Written> write_media(const RemuxSources& sources, const std::string& output, const Format& format,
                            const RemuxPlan& plan, const Tags& tags, const Progress& progress);

/// Reads `output` back: packets, bytes, check sums, beginnings, ends. Error: "verify-failed".
Result<void> verify_media(const std::string& output, const Format& format, const RemuxPlan& plan,
                          const Written& written, const Progress& progress);

}  // namespace tessera::recording
