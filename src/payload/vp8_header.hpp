#pragma once
#include <cstdint>
#include <optional>
#include <span>

#include "payload/picture_size.hpp"

namespace tessera::payload {

struct Vp8Header {
  bool key = false;
  PictureSize size{};  ///< of a key frame
};

/// The frame header (RFC 6386, 9.1), which a decoder follows whatever the caps say. Nothing when it is not
/// one.
std::optional<Vp8Header> read_vp8_header(std::span<const std::uint8_t> frame);

}  // namespace tessera::payload
