#include "room/source_hint.hpp"

#include <algorithm>

namespace tessera::room {
namespace {

// The steps are heights that cameras and encoders know; the next one up from the tile is asked for.
constexpr int heights[] = {180, 240, 360, 480, 720, 1080};

int step_up(int height) {
  for (const int step : heights)
    if (step >= height) return step;
  return heights[std::size(heights) - 1];
}

}  // namespace

Json SourceHint::to_json() const {
  return Json::object({{"endpoint", endpoint},
                       {"maxWidth", max_width},
                       {"maxHeight", max_height},
                       {"maxFramerate", max_framerate},
                       {"maxBitrate", max_bitrate}});
}

std::vector<SourceHint> source_hints(const std::vector<PlacedSource>& sources, int framerate) {
  std::vector<SourceHint> hints;
  for (const auto& source : sources) {
    SourceHint hint;
    hint.participant = source.participant;
    const bool screen = source.kind == "screen";
    hint.endpoint = screen ? "screen" : "main";
    const bool shown = source.rect.w > 0 && source.rect.h > 0;
    hint.max_height = shown ? step_up(source.rect.h) : heights[0];
    hint.max_width = hint.max_height * 16 / 9;
    // A wide tile that is not high must not starve its width.
    while (shown && hint.max_width < source.rect.w && hint.max_height < 1080) {
      hint.max_height = step_up(hint.max_height + 1);
      hint.max_width = hint.max_height * 16 / 9;
    }
    hint.max_framerate = shown ? framerate : 5;
    if (screen) hint.max_framerate = std::min(hint.max_framerate, 15);
    // 0.09 bit per pixel suits VP8 and H.264 faces; text needs more per pixel but moves less.
    const double pixels = double(hint.max_width) * hint.max_height * hint.max_framerate;
    hint.max_bitrate = std::clamp(static_cast<int>(pixels * (screen ? 0.15 : 0.09)), 100'000, 4'000'000);
    hints.push_back(hint);
  }
  return hints;
}

}  // namespace tessera::room
