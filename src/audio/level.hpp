#pragma once
#include <cstdint>
#include <span>

namespace tessera::audio {

/// RMS level in dBFS, where 0 is a full-scale square wave (so a full-scale sine is −3.01), which is the dBov
/// of RFC 6464. Digital silence is −127.
double level_db(std::span<const std::int16_t> samples);

}  // namespace tessera::audio
