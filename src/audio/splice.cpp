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

/// Looks at every `step`-th value of `values`.
double likeness(const std::int16_t* a, const std::int16_t* b, std::size_t values, std::size_t step) {
  double ab = 0, aa = 1, bb = 1;  // 1: silence resembles nothing, and does not divide by zero
  for (std::size_t i = 0; i < values; i += step) {
    ab += static_cast<double>(a[i]) * b[i];
    aa += static_cast<double>(a[i]) * a[i];
    bb += static_cast<double>(b[i]) * b[i];
  }
  return ab / std::sqrt(aa * bb);
}

/// Both channels of stereo are compared and cut at once, or the place of a voice would wander.
Match best_match(std::span<const std::int16_t> x, std::size_t channels) {
  const std::size_t values = splice_overlap * channels;
  // An odd step looks at both channels in turn.
  const std::size_t step = channels == 1 ? 4 : 7;
  Match best;
  for (std::size_t lag = shortest; lag <= splice_longest; lag += 4) {
    const double found = likeness(x.data(), x.data() + lag * channels, values, step);
    if (found > best.likeness) best = {lag, found};
  }
  const std::size_t first = std::max(shortest, best.lag - 3), last = std::min(splice_longest, best.lag + 3);
  Match fine;
  for (std::size_t lag = first; lag <= last; ++lag) {
    const double found = likeness(x.data(), x.data() + lag * channels, values, 1);
    if (found > fine.likeness) fine = {lag, found};
  }
  return fine;
}

bool is_quiet(std::span<const std::int16_t> x) {
  double energy = 0;
  for (const std::int16_t sample : x) energy += static_cast<double>(sample) * sample;
  return energy < quiet * quiet * static_cast<double>(x.size());
}

/// The length to cut out or to repeat; 0: no good place.
std::size_t stretch(SampleFifo& fifo, bool force) {
  if (fifo.size() < splice_needs) return 0;
  const auto x = fifo.front(splice_needs);
  const Match match = best_match(x, static_cast<std::size_t>(fifo.channels()));
  if (match.likeness >= enough) return match.lag;
  if (is_quiet(x)) return splice_longest;
  return force ? match.lag : 0;
}

}  // namespace

void crossfade(std::span<const std::int16_t> from, std::span<std::int16_t> to, std::size_t count,
               int channels) {
  const auto width = static_cast<std::size_t>(channels);
  count = std::min({count, from.size() / width, to.size() / width});
  for (std::size_t i = 0; i < count; ++i) {
    const float in = (static_cast<float>(i) + 1) / (static_cast<float>(count) + 1);
    for (std::size_t at = i * width; at < (i + 1) * width; ++at)
      to[at] = static_cast<std::int16_t>(
          std::lrint(static_cast<float>(from[at]) * (1 - in) + static_cast<float>(to[at]) * in));
  }
}

std::size_t shorten(SampleFifo& fifo, bool force) {
  const std::size_t lag = stretch(fifo, force);
  if (lag == 0) return 0;
  const auto front = fifo.front(splice_overlap);
  const Samples left(front.begin(), front.end());  // what follows the cut may overlap it
  crossfade(left, fifo.data().subspan(lag * static_cast<std::size_t>(fifo.channels())), splice_overlap,
            fifo.channels());
  fifo.consume(lag);
  return lag;
}

std::size_t lengthen(SampleFifo& fifo, bool force) {
  const std::size_t lag = stretch(fifo, force);
  if (lag == 0) return 0;
  const auto x = fifo.data();
  const auto width = static_cast<std::size_t>(fifo.channels());
  // x[0…lag) once more, and the joint goes from what would have followed (x[lag…)) back to x[0…).
  const auto again = x.first(lag * width), follows = x.subspan(lag * width, splice_overlap * width);
  const Samples repeated(again.begin(), again.end()), followed(follows.begin(), follows.end());
  crossfade(followed, x, splice_overlap, fifo.channels());
  fifo.insert(repeated);
  return lag;
}

}  // namespace tessera::audio
