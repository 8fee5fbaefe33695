#pragma once
// When somebody was heard and seen. Packets are written some time after they came, and by then the person may
// have been put on hold. Pure.

#include <gst/gst.h>

#include <deque>

namespace tessera::recording {

/// Not thread-safe. Times are running times of the mix; until the first change everything is on.
class SwitchHistory {
 public:
  /// From `at` on. Times do not go back.
  void set(GstClockTime at, bool audio, bool video);
  [[nodiscard]] bool audio_at(GstClockTime time) const { return at(time).audio; }
  [[nodiscard]] bool video_at(GstClockTime time) const { return at(time).video; }

 private:
  struct Change {
    GstClockTime at = 0;
    bool audio = true, video = true;
  };
  [[nodiscard]] Change at(GstClockTime time) const;

  std::deque<Change> changes_{Change{}};  ///< never empty; what is too old to be asked for is left out
};

}  // namespace tessera::recording
