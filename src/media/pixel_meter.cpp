#include "media/pixel_meter.hpp"

namespace tessera::media {

bool PixelMeter::admit(std::uint64_t pixels, bool key, Time now) {
  asked_.fetch_add(pixels, std::memory_order_relaxed);
  const bool decoded = allowed(pixels, key, now);
  waits_for_key_ = !decoded;
  if (!decoded) skipped_.fetch_add(1, std::memory_order_relaxed);
  return decoded;
}

bool PixelMeter::allowed(std::uint64_t pixels, bool key, Time now) {
  const Mode mode = this->mode();
  if (mode == Mode::nothing || (mode == Mode::key_frames && !key) || (waits_for_key_ && !key)) return false;
  if (now - window_began_ >= std::chrono::seconds(1)) {
    window_began_ = now;
    in_window_ = 0;
  }
  const std::uint64_t ceiling = ceiling_.load(std::memory_order_relaxed);
  // The first frame of a second always fits, or a limit below one picture would show none for ever.
  if (ceiling != 0 && in_window_ != 0 && in_window_ + pixels > ceiling) return false;
  in_window_ += pixels;
  return true;
}

}  // namespace tessera::media
