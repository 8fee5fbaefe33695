#pragma once
// Lays the room's sound on the recording's time axis. Pure: running times and samples in, an unbroken run of
// samples that begins exactly at the first picture out.

#include <gst/gst.h>

#include <cstdint>
#include <deque>
#include <span>
#include <vector>

namespace tessera::recording {

inline constexpr std::uint64_t pcm_rate = 48'000;

/// Samples from the recording's start to a running time, rounded to the nearest; negative before the start.
std::int64_t samples_between(GstClockTime start, GstClockTime running_time);
/// Offset from the start of a sample, in nanoseconds.
GstClockTime time_of_sample(std::uint64_t sample);

/// What to append: first silence, then sound.
struct PcmRun {
  std::uint64_t silence = 0;  ///< samples
  std::vector<std::int16_t> sound;
};

/// Not thread-safe; the recorder guards it.
class PcmTimeline {
 public:
  [[nodiscard]] bool begun() const { return begun_; }
  /// Fixes the start. Returns what was heard before the call but belongs after the start: sound reaches the
  /// recorder sooner than the picture of the same moment, which has to be encoded first.
  PcmRun begin(GstClockTime start);

  /// Sound at a running time. Overlap with what is already there is trimmed, a hole becomes silence. Before
  /// begin() it is kept for a second.
  PcmRun add(GstClockTime running_time, std::span<const std::int16_t> samples);
  /// Silence up to a running time, if the sound has not got there.
  PcmRun fill_until(GstClockTime running_time);

  /// Running time at which the next sample goes.
  [[nodiscard]] GstClockTime end() const { return start_ + time_of_sample(written_); }
  [[nodiscard]] std::uint64_t written() const { return written_; }

 private:
  struct Early {
    GstClockTime running_time;
    std::vector<std::int16_t> samples;
  };
  bool begun_ = false;
  GstClockTime start_ = 0;
  std::uint64_t written_ = 0;
  std::deque<Early> early_;
};

}  // namespace tessera::recording
