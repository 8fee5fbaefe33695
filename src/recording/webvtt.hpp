#pragma once
// WebVTT (W3C): chapters, and the index of a strip of thumbnails. Pure.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "recording/chapters.hpp"

namespace tessera::recording {

/// "01:02:03.045"
std::string vtt_time(std::int64_t ms);
/// Text of a cue: what would be markup or end it is written as a reference.
std::string vtt_text(std::string_view text);

/// A chapter lasts until the next one, the last one to the end.
std::string chapters_vtt(const std::vector<Chapter>& chapters, std::int64_t duration_ms);

/// One thumbnail of the strip: from when to when it stands for the picture, and where in the image it is
/// (pixels).
struct StripCell {
  std::int64_t from_ms = 0, to_ms = 0;
  int x = 0, y = 0, width = 0, height = 0;
};
/// Each cue's text is "<image>#xywh=x,y,w,h" (Media Fragments), relative to the index itself.
std::string strip_vtt(const std::vector<StripCell>& cells, std::string_view image);

}  // namespace tessera::recording
