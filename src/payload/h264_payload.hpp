#pragma once
#include <cstdint>
#include <span>

#include "payload/fault.hpp"

namespace tessera::payload {

/// What one H.264 packet is to a fragmented unit (RFC 6184, 5.8).
enum class Fragment { none, start, middle, end };

struct H264Payload {
  Fault fault = Fault::none;
  Fragment fragment = Fragment::none;
};

/// Looks at one payload of packetization mode 1: a single unit, a STAP-A or an FU-A (RFC 6184).
H264Payload read_h264(std::span<const std::uint8_t> payload);

}  // namespace tessera::payload
