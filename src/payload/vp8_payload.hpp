#pragma once
#include <cstdint>
#include <span>

#include "payload/fault.hpp"

namespace tessera::payload {

/// Looks at one VP8 payload: its descriptor (RFC 7741, 4.2) and at least one byte of the frame.
Fault vp8_fault(std::span<const std::uint8_t> payload);

}  // namespace tessera::payload
