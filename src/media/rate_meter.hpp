#pragma once
// Bits per second over the last two seconds. Pure: time comes in as an argument.

#include <gst/gst.h>

#include <cstdint>
#include <deque>
#include <utility>

namespace tessera::media {

/// Not thread-safe.
class RateMeter {
 public:
  void add(GstClockTime now, std::size_t bytes) {
    samples_.emplace_back(now, bytes);
    total_ += bytes;
    drop_before(now);
  }
  /// 0 when nothing came within the window.
  [[nodiscard]] int bits_per_second(GstClockTime now) {
    drop_before(now);
    if (samples_.size() < 2) return 0;
    // The first sample opens the span that the others fill.
    const GstClockTime span = samples_.back().first - samples_.front().first;
    if (span == 0) return 0;
    return static_cast<int>(gst_util_uint64_scale((total_ - samples_.front().second) * 8, GST_SECOND, span));
  }

 private:
  static constexpr GstClockTime window = 2 * GST_SECOND;
  void drop_before(GstClockTime now) {
    while (!samples_.empty() && samples_.front().first + window < now) {
      total_ -= samples_.front().second;
      samples_.pop_front();
    }
  }
  std::deque<std::pair<GstClockTime, std::size_t>> samples_;
  std::uint64_t total_ = 0;
};

}  // namespace tessera::media
