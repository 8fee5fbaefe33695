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

SourceHint within(SourceHint hint, std::uint64_t pixels_per_second) {
  const double wanted = 0.75 * static_cast<double>(pixels_per_second);
  const auto pixels = [&] { return double(hint.max_width) * hint.max_height * hint.max_framerate; };
  const double before = pixels();
  for (std::size_t i = std::size(heights); i-- > 0 && pixels() > wanted;) {
    if (heights[i] >= hint.max_height) continue;
    hint.max_height = heights[i];
    hint.max_width = hint.max_height * 16 / 9;
  }
  if (pixels() > wanted)
    hint.max_framerate = std::max(1, static_cast<int>(wanted / (double(hint.max_width) * hint.max_height)));
  if (pixels() < before)
    hint.max_bitrate = std::max(100'000, static_cast<int>(hint.max_bitrate * pixels() / before));
  return hint;
}

}  // namespace tessera::room
