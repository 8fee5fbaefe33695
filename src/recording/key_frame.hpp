#pragma once
// What a decoder must be told before a stream's first frame, read from the key frame itself. Pure.

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "gst/encoded_frame.hpp"

namespace tessera::recording {

struct PictureFormat {
  gst::Codec codec = gst::Codec::vp8;
  int width = 0, height = 0;  ///< pixels as coded, at most 16383 each
  /// H.264: SPS and PPS, either with start codes (as found) or as an avcC record. VP8 and VP9: nothing.
  std::vector<std::uint8_t> setup;
};

/// Nothing when `frame` is no whole key frame: then what follows can not be decoded either. VP8: RFC
/// 6386, 9.1. VP9: bitstream specification, 6.2 (profiles 0 to 2). H.264: a byte stream with its SPS and PPS;
/// or, with `avcc`, the parameter sets are that record and the frame is not looked into.
std::optional<PictureFormat> read_key_frame(gst::Codec codec, std::span<const std::uint8_t> frame,
                                            std::span<const std::uint8_t> avcc = {});

/// Whether a picture of H.264 refers to later ones (B slices), so that it is decoded after some that are
/// shown later. `avcc` as above. Of other codecs: never.
bool is_shown_earlier(gst::Codec codec, std::span<const std::uint8_t> frame,
                      std::span<const std::uint8_t> avcc = {});

}  // namespace tessera::recording
