#include "audio/expected_loss.hpp"

#include <algorithm>
#include <cmath>

namespace tessera::audio {

void ReportedLoss::note(double fraction) {
  if (!(fraction >= 0)) return;
  fraction = std::min(fraction, 1.0);
  fraction_ = fraction > fraction_ ? fraction : fraction_ + (fraction - fraction_) / 4;
}

int ReportedLoss::percent() const {
  return std::min(static_cast<int>(std::lround(fraction_ * 100)), most_expected_loss);
}

int expected_loss_of(std::span<int> percents) {
  if (percents.empty()) return 0;
  const auto at =
      percents.begin() + static_cast<std::ptrdiff_t>(percents.size() - 1 - (percents.size() - 1) / 10);
  std::nth_element(percents.begin(), at, percents.end());
  return *at;
}

}  // namespace tessera::audio
