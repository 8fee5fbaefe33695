#pragma once
// Lays the room's sound on a part's time axis. Pure: running times and samples in, an unbroken run of frames
// out, whose every stretch begins exactly at a picture.
//
// A *frame* here is one sample of each channel. Sound reaches the recorder sooner than the picture of the
// same moment, which has to be encoded first: it is held back until it is known where the picture's stretch
// ends.

#include <gst/gst.h>

#include <cstdint>
#include <deque>
#include <span>
#include <vector>

namespace tessera::recording {

inline constexpr std::uint64_t pcm_rate = 48'000;

/// Frames from the recording's start to a running time, rounded to the nearest; negative before the start.
std::int64_t samples_between(GstClockTime start, GstClockTime running_time);
/// Offset from the start of a frame, in nanoseconds.
GstClockTime time_of_sample(std::uint64_t sample);

/// What to append: first silence, then sound.
struct PcmRun {
  std::uint64_t silence = 0;        ///< frames
  std::vector<std::int16_t> sound;  ///< interleaved
};

/// Not thread-safe; the recorder guards it.
class PcmTimeline {
 public:
  explicit PcmTimeline(int channels = 1) : channels_(static_cast<std::size_t>(channels)) {}

  /// Sound at a running time: kept until it is taken, and, while no stretch is open, for a second.
  void add(GstClockTime running_time, std::span<const std::int16_t> interleaved);

  /// Opens a stretch: running time `start` is `position` in the part. Older sound is forgotten.
  void begin(GstClockTime start, GstClockTime position);
  /// What was added from before a running time and has not been taken yet. Overlap with what was taken is
  /// trimmed, a hole becomes silence; after the last sound nothing is made up.
  PcmRun take(GstClockTime until);
  /// The same, and silence where sound is missing up to `until`.
  PcmRun fill(GstClockTime until);
  /// Closes the stretch: fill(), and no more is given until begin().
  PcmRun end(GstClockTime until);

  /// Running time at which the next frame goes; only while a stretch is open.
  [[nodiscard]] GstClockTime next() const;
  /// Running time at which the sound added last ends; 0 before any.
  [[nodiscard]] GstClockTime heard_until() const { return heard_until_; }
  /// Frames given out in this part so far.
  [[nodiscard]] std::uint64_t written() const { return written_; }
  /// The next stretch begins a part: positions count from 0 again.
  void restart() { written_ = 0; }

 private:
  struct Piece {
    GstClockTime running_time;
    std::vector<std::int16_t> samples;
  };
  /// Where a running time is in the part, in frames; negative before it.
  [[nodiscard]] std::int64_t place_of(GstClockTime running_time) const;

  std::size_t channels_;
  bool open_ = false;
  GstClockTime start_ = 0, position_ = 0, heard_until_ = 0;
  std::uint64_t written_ = 0;
  std::deque<Piece> held_;
};

}  // namespace tessera::recording
