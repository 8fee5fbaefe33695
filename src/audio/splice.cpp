#include "audio/splice.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace tessera::audio {
namespace {

constexpr std::size_t shortest = 120;  // 2.5 ms
constexpr double enough = 0.7;         // normalised correlation
constexpr double quiet = 60;           // RMS in int16 steps (−55 dBFS): any joint passes

struct Match {
  std::size_t lag = shortest;
  double likeness = -1;
};

double likeness(const std::int16_t* a, const std::int16_t* b, std::size_t stride) {
  double ab = 0, aa = 1, bb = 1;  // 1: silence resembles nothing, and does not divide by zero
  for (std::size_t i = 0; i < splice_overlap; i += stride) {
    ab += static_cast<double>(a[i]) * b[i];
    aa += static_cast<double>(a[i]) * a[i];
    bb += static_cast<double>(b[i]) * b[i];
  }
  return ab / std::sqrt(aa * bb);
}

Match best_match(std::span<const std::int16_t> x) {
  Match best;
  for (std::size_t lag = shortest; lag <= splice_longest; lag += 4) {
    const double found = likeness(x.data(), x.data() + lag, 4);
    if (found > best.likeness) best = {lag, found};
  }
  const std::size_t first = std::max(shortest, best.lag - 3), last = std::min(splice_longest, best.lag + 3);
  Match fine;
  for (std::size_t lag = first; lag <= last; ++lag) {
    const double found = likeness(x.data(), x.data() + lag, 1);
    if (found > fine.likeness) fine = {lag, found};
  }
  return fine;
}

bool is_quiet(std::span<const std::int16_t> x) {
  double energy = 0;
  for (const std::int16_t sample : x) energy += static_cast<double>(sample) * sample;
  return energy < quiet * quiet * static_cast<double>(x.size());
}

}  // namespace

void crossfade(std::span<const std::int16_t> from, std::span<std::int16_t> to, std::size_t count) {
  count = std::min({count, from.size(), to.size()});
  for (std::size_t i = 0; i < count; ++i) {
    const float in = (static_cast<float>(i) + 1) / (static_cast<float>(count) + 1);
    to[i] = static_cast<std::int16_t>(
        std::lrint(static_cast<float>(from[i]) * (1 - in) + static_cast<float>(to[i]) * in));
  }
}

std::size_t shorten(SampleFifo& fifo, bool force) {
  if (fifo.size() < splice_needs) return 0;
  const auto x = fifo.data();
  Match match = best_match(x.first(splice_needs));
  if (match.likeness < enough) {
    if (is_quiet(x.first(splice_needs)))
      match.lag = splice_longest;
    else if (!force)
      return 0;
  }
  crossfade(x.first(splice_overlap), x.subspan(match.lag), splice_overlap);
  fifo.consume(match.lag);
  return match.lag;
}

std::size_t lengthen(SampleFifo& fifo, bool force) {
  if (fifo.size() < splice_needs) return 0;
  const auto x = fifo.data();
  Match match = best_match(x.first(splice_needs));
  if (match.likeness < enough) {
    if (is_quiet(x.first(splice_needs)))
      match.lag = splice_longest;
    else if (!force)
      return 0;
  }
  // x[0…lag) once more, and the joint goes from what would have followed (x[lag…)) back to x[0…).
  const std::vector<std::int16_t> again(x.begin(), x.begin() + static_cast<std::ptrdiff_t>(match.lag));
  const std::vector<std::int16_t> follows(
      x.begin() + static_cast<std::ptrdiff_t>(match.lag),
      x.begin() + static_cast<std::ptrdiff_t>(match.lag + splice_overlap));
  crossfade(follows, x, splice_overlap);
  fifo.insert(0, again);
  return match.lag;
}

}  // namespace tessera::audio
