#pragma once
#include <mutex>

#include <gst/gst.h>

namespace tessera::webrtc {

/// Which of a sender's streams of one kind is used. A client that begins anew (another SSRC, another payload
/// type) says so in many ways or in none, so the newest stream is the one; an older one counts again when the
/// newest has been silent for a while. Thread-safe; the caller brings the time.
class NewestStream {
 public:
  static constexpr GstClockTime silence = GST_SECOND;

  /// A stream has appeared; its number.
  int add(GstClockTime now);
  /// Whether a packet of this stream is used.
  bool admits(int stream, GstClockTime now);

 private:
  std::mutex mutex_;
  int count_ = 0;
  int current_ = -1;
  GstClockTime heard_ = 0;
};

}  // namespace tessera::webrtc
