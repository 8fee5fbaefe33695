#pragma once
// Recorded time: what the shared clock's running times are on the recording's own axis, which stands still
// during pauses and begins anew in each part. The recorder that cuts says it; the timeline and the tracks
// ask.

#include <gst/gst.h>

#include <cstdint>
#include <mutex>
#include <optional>
#include <vector>

namespace tessera::recording {

/// Shared by the recorder and those who ask. Any thread; the lock is held for moments. It keeps every
/// stretch, because packets are placed some time after they came.
class RecordedClock {
 public:
  /// A stretch begins: from running time `at` on recorded time runs, and is `position` in `part` there. A
  /// stretch that is still open ends there first.
  void run(int part, GstClockTime at, GstClockTime position);
  /// The stretch ends: a pause, the part's end, the recording's end.
  void hold(GstClockTime at);

  struct Place {
    int part = 1;
    GstClockTime time = 0;   ///< in the part
    GstClockTime total = 0;  ///< recorded by this process, over all its parts
    std::size_t cut = 0;     ///< counts up: between places of different cuts something was left out
    [[nodiscard]] GstClockTime part_start() const { return total - time; }  ///< as `total`
  };
  /// Nothing when that moment is not recorded: before the first stretch, in a pause, after the end.
  [[nodiscard]] std::optional<Place> at(GstClockTime running_time) const;
  /// The same, and for what is not recorded the place where recorded time stands: the end of the stretch
  /// before, or the first beginning.
  [[nodiscard]] Place nearest(GstClockTime running_time) const;
  [[nodiscard]] bool begun() const;

 private:
  struct Stretch {
    int part = 1;
    GstClockTime from = 0, until = GST_CLOCK_TIME_NONE;  ///< running times
    GstClockTime position = 0, total = 0;                ///< at `from`
    std::size_t cut = 0;
  };
  [[nodiscard]] Place place_in(std::size_t stretch, GstClockTime running_time) const;

  mutable std::mutex mutex_;
  std::vector<Stretch> stretches_;
};

}  // namespace tessera::recording
