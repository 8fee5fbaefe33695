#pragma once
#include <cstdint>
#include <span>

#include "payload/fault.hpp"

namespace tessera::payload {

/// Looks at one VP9 payload: its descriptor with the scalability structure (RFC 9628, 4.2), and at least one
/// byte of the frame.
Fault vp9_fault(std::span<const std::uint8_t> payload);

}  // namespace tessera::payload
