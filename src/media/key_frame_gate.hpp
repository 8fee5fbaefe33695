#pragma once
// When to force a key frame: a lossy viewer must not ruin the stream for the others, and a new one must not
// wait. Pure: time comes in as an argument.

#include <gst/gst.h>

namespace tessera::media {

/// One per encoder. Not thread-safe.
class KeyFrameGate {
 public:
  struct Spacing {
    /// Least time between key frames forced for consumers that already have a picture (loss).
    GstClockTime repair = GST_SECOND;
    /// The same for consumers that have none yet: short enough for a first picture within half a second, long
    /// enough that a crowd that joins at once shares a few key frames.
    GstClockTime join = 200 * GST_MSECOND;
    /// A forced key frame that has not come out by then was lost (the encoder was not running yet): ask
    /// again.
    GstClockTime patience = 300 * GST_MSECOND;
  };

  KeyFrameGate() = default;
  explicit KeyFrameGate(Spacing spacing) : spacing_(spacing) {}

  /// Somebody needs a key frame. `joining`: they have had none yet. True: force one now; false: `poll` will
  /// say when, or one is on its way.
  bool request(GstClockTime now, bool joining);
  /// A recording goes on: what comes before a key frame is lost to it, so it waits for no spacing. An
  /// operator asks for it, not a line that loses packets. True: force one now; false: one is on its way.
  bool demand(GstClockTime now);
  /// Call at every encoded frame. True: force one now for those who asked before.
  bool poll(GstClockTime now);
  /// A key frame came out, forced or not. It serves everybody who asked.
  void on_key_frame(GstClockTime now);

 private:
  [[nodiscard]] bool may_force(GstClockTime now) const;

  Spacing spacing_;
  bool wanted_ = false, joining_ = false;
  GstClockTime last_key_ = GST_CLOCK_TIME_NONE;
  GstClockTime forced_ = GST_CLOCK_TIME_NONE;  ///< when one was asked for that has not come out yet
};

}  // namespace tessera::media
