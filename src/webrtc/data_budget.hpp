#pragma once
#include <cstdint>

#include <gst/gst.h>

namespace tessera::webrtc {

/// What a peer may send over data channels. Nobody reads them, so this is enough for an application's
/// keep-alives and greetings, and for the acknowledgements of what we send. Pure; the caller brings the time.
class DataBudget {
 public:
  static constexpr double bytes_per_second = 64 * 1024, burst = 512 * 1024;

  /// False once more was sent than that.
  bool take(std::uint64_t bytes, GstClockTime now);

 private:
  double left_ = burst;
  GstClockTime at_ = 0;
};

}  // namespace tessera::webrtc
