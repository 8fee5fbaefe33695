#pragma once
#include <cstdint>
#include <span>

#include "payload/fault.hpp"

namespace tessera::payload {

/// Looks at one Opus packet: whether its frames fit it (RFC 6716, requirements R1 to R7 of section 3.4).
Fault opus_fault(std::span<const std::uint8_t> packet);

}  // namespace tessera::payload
