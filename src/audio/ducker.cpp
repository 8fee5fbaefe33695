#include "audio/ducker.hpp"

#include <algorithm>
#include <cmath>

#include "audio/format.hpp"

namespace tessera::audio {
namespace {

/// Decibels a tick for `amount` in `time`.
double rate(double amount, std::chrono::milliseconds time) {
  const double ticks =
      static_cast<double>(Nanoseconds(time).count()) / static_cast<double>(tick_length.count());
  return amount / std::max(ticks, 1.0);
}

float linear(double reduction_db) {
  return static_cast<float>(std::pow(10, -reduction_db / 20));
}

}  // namespace

Ducker::Gains Ducker::tick(const std::optional<Ducking>& over) {
  const float from = linear(reduction_db_);
  if (over) last_ = *over;
  const double target = over ? std::max(over->amount_db, 0.0) : 0;
  if (target > reduction_db_)
    reduction_db_ = std::min(target, reduction_db_ + rate(target, last_.attack));
  else
    reduction_db_ =
        std::max(target, reduction_db_ - rate(std::max(last_.amount_db, reduction_db_), last_.release));
  return {from, linear(reduction_db_)};
}

}  // namespace tessera::audio
