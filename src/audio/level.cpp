#include "audio/level.hpp"

#include <algorithm>
#include <cmath>

#include "audio/format.hpp"

namespace tessera::audio {

double level_db(std::span<const std::int16_t> samples) {
  std::int64_t energy = 0;  // 960 × 2^30 fits many times over
  for (const std::int16_t sample : samples) energy += std::int32_t{sample} * sample;
  if (energy == 0) return silence_db;
  const double mean = static_cast<double>(energy) / static_cast<double>(samples.size());
  return std::max(silence_db, 10.0 * std::log10(mean / (32768.0 * 32768.0)));
}

}  // namespace tessera::audio
