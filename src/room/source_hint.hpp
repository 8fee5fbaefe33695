#pragma once
// "Ask for what is shown": the size and rate that a sender's tile needs. Pure.

#include <cstdint>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "media/canvas.hpp"

namespace tessera::room {

/// One source as it is placed on the canvas now; a source that is not shown has an empty rectangle.
struct PlacedSource {
  std::string participant;
  std::string kind;  ///< "camera" or "screen"
  media::Rect rect;
};

struct SourceHint {
  std::string participant;
  std::string endpoint;  ///< "main" or "screen"
  int max_width = 0, max_height = 0, max_framerate = 0;
  int max_bitrate = 0;  ///< bits per second
  [[nodiscard]] Json to_json() const;
};

/// One hint per source. Sizes step in coarse units so that a small change of a tile does not make every
/// encoder restart; a source that is not shown is asked for a thumbnail, so that it can appear at once.
std::vector<SourceHint> source_hints(const std::vector<PlacedSource>& sources, int framerate);

/// The same, small enough for so many pixels a second: fewer rows first, then fewer pictures. What is asked
/// for is well below the limit, as senders do not keep exactly to it.
SourceHint within(SourceHint hint, std::uint64_t pixels_per_second);

}  // namespace tessera::room
