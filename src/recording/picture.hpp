#pragma once
// Pictures in memory, for posters and thumbnails: full-range YUV 4:2:0 as JPEG has it. Blocking.

#include <string>

#include "base/result.hpp"
#include "recording/av.hpp"

namespace tessera::recording {

/// A black picture. Width and height are even. Error: "cannot-write" (out of memory).
Result<av::Frame> new_picture(int width, int height);

/// A rectangle of a picture, in pixels; x and y are even.
struct PictureArea {
  int x = 0, y = 0, width = 0, height = 0;
};
/// Scales `source` into the area of `target`, whole and in proportion; what it does not cover stays.
Result<void> draw_into(const AVFrame& source, AVFrame& target, PictureArea area);

/// How much there is to see, 0…: the spread of brightness over the picture, and colour. An even field has 0.
double liveliness(const AVFrame& picture);

/// A JPEG file's bytes. `quality`: 2 (best) … 31.
Result<std::string> encode_jpeg(const AVFrame& picture, int quality);

}  // namespace tessera::recording
