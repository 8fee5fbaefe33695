#pragma once
#include <span>
#include <vector>

namespace tessera::audio {

/// What a listener's receiver reports say of loss, as a setting for in-band FEC: up at once, down slowly,
/// because loss comes in waves and reports only every few seconds.
class ReportedLoss {
 public:
  /// One RTCP report block's fraction lost, 0…1 (RFC 3550, 6.4.1).
  void note(double fraction);
  void forget() { fraction_ = 0; }
  [[nodiscard]] int percent() const;

 private:
  double fraction_ = 0;
};

/// Beyond this redundancy would leave too little for the sound itself.
inline constexpr int most_expected_loss = 30;

/// The setting for one encode that many hear: what nine in ten of them stay at or below. One bad connection
/// among hundreds does not cost all the others; of ten listeners or fewer the worst decides. Reorders
/// `percents`.
int expected_loss_of(std::span<int> percents);

}  // namespace tessera::audio
