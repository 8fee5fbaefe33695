#include "webrtc/newest_stream.hpp"

namespace tessera::webrtc {

int NewestStream::add(GstClockTime now) {
  const std::lock_guard lock(mutex_);
  current_ = count_++;
  heard_ = now;
  return current_;
}

bool NewestStream::admits(int stream, GstClockTime now) {
  const std::lock_guard lock(mutex_);
  if (stream != current_ && now < heard_ + silence) return false;
  current_ = stream;
  heard_ = now;
  return true;
}

}  // namespace tessera::webrtc
