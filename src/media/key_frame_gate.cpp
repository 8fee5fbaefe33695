#include "media/key_frame_gate.hpp"

namespace tessera::media {

bool KeyFrameGate::may_force(GstClockTime now) const {
  if (GST_CLOCK_TIME_IS_VALID(forced_)) return now >= forced_ + spacing_.patience;
  if (!GST_CLOCK_TIME_IS_VALID(last_key_)) return true;
  return now >= last_key_ + (joining_ ? spacing_.join : spacing_.repair);
}

bool KeyFrameGate::request(GstClockTime now, bool joining) {
  wanted_ = true;
  joining_ = joining_ || joining;
  return poll(now);
}

bool KeyFrameGate::demand(GstClockTime now) {
  wanted_ = joining_ = true;
  if (GST_CLOCK_TIME_IS_VALID(forced_) && now < forced_ + spacing_.patience) return false;
  forced_ = now;
  return true;
}

bool KeyFrameGate::poll(GstClockTime now) {
  if (!wanted_ || !may_force(now)) return false;
  forced_ = now;
  return true;
}

void KeyFrameGate::on_key_frame(GstClockTime now) {
  last_key_ = now;
  forced_ = GST_CLOCK_TIME_NONE;
  wanted_ = joining_ = false;
}

}  // namespace tessera::media
