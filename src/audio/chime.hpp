#pragma once
#include <cstdint>
#include <vector>

namespace tessera::audio {

enum class Chime { join, leave };

/// Two soft notes, rising for who comes and falling for who goes. Mono at 48 kHz, about half a second,
/// −18 dBFS at its loudest; begins and ends at zero.
std::vector<std::int16_t> chime(Chime which);

}  // namespace tessera::audio
