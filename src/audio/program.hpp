#pragma once
#include <array>
#include <span>

#include "audio/format.hpp"

namespace tessera::audio {

/// What listeners hear beside the voices during one tick: an announcement, a chime, the music on hold.
struct Program {
  std::array<std::int32_t, tick_samples> samples{};  ///< in int16 steps; what goes over is for the limiter
  float under_from = 1;  ///< gain of what lies under the program at the tick's beginning,
  float under_to = 1;    ///< and at its end: ducking, 0…1
};

/// The programs of one tick for more than one listener; null: none.
struct Programs {
  const Program* room = nullptr;  ///< over the voices, for all but those on hold; recorded too
  const Program* hold = nullptr;  ///< for those on hold, who hear nothing else
};

/// Ducks `mix` and adds the program. Without ducking the voices stay exact to the bit.
/// A program has one channel; it is heard in the middle of a mix of two.
void lay_over(const Program& program, std::span<std::int32_t> mix);

/// From `from` to `to` in a straight line over the tick.
void cross_fade(std::span<const std::int32_t> from, std::span<const std::int32_t> to,
                std::span<std::int32_t> out);

}  // namespace tessera::audio
