#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

namespace tessera::recording {

/// Samples at 48 kHz in an Opus packet, from its first two bytes (RFC 6716, section 3.1); 0 when it is no
/// packet, or one of more than 120 ms, which none may be.
std::int64_t opus_samples(std::span<const std::uint8_t> packet);

}  // namespace tessera::recording
