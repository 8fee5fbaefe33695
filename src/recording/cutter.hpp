#pragma once
// Decides which pictures and which sound go into which part of a recording, and at what time. Pure: running
// times in, times of a part out; no pipeline, no file, no clock.
//
// A part is a run of *stretches*. A stretch begins at a key frame, with the sound of the same moment, and
// ends after a picture, with the sound to the end of that picture; in the file the next one follows at once.
// So a pause costs no recorded time, timestamps have no hole, and picture and sound cannot drift apart over
// any number of pauses. A new part begins at a key frame, which is its first picture: no picture is lost
// between two parts.

#include <limits>
#include <optional>
#include <span>

#include "gst/encoded_frame.hpp"
#include "recording/pcm_timeline.hpp"

namespace tessera::recording {

/// Where the cutter's decisions go, in order. `time` counts from the start of the part, in ns.
class CutterOutput {
 public:
  virtual ~CutterOutput() = default;
  /// What follows goes into a new part, which begins at this running time.
  virtual void begin_part(GstClockTime running_time) = 0;
  /// False when it can not be taken (the disk is behind) and is lost.
  virtual bool video(const gst::EncodedFrame& frame, GstClockTime time) = 0;
  /// No picture in that time: the sound goes on without.
  virtual void no_video(GstClockTime from, GstClockTime until) = 0;
  virtual void sound(const PcmRun& run, GstClockTime time) = 0;
  /// Whether there is room for sound; what comes while there is none becomes silence.
  virtual bool takes_sound() = 0;
  /// Recorded time stands still from here.
  virtual void paused(GstClockTime running_time, GstClockTime time) = 0;
  virtual void resumed(GstClockTime running_time, GstClockTime time) = 0;
  /// The part ends. `last`: and with it the recording.
  virtual void end_part(GstClockTime running_time, GstClockTime time, bool last) = 0;
};

struct CutterSpec {
  bool has_video = true;
  GstClockTime frame_duration = GST_SECOND / 30;
  int channels = 1;
  GstClockTime split_after = 0;  ///< of a part's time; 0: never. The next key frame from there begins a part
  GstClockTime stop_after = 0;   ///< of recorded time, over all parts; 0: never
  bool paused = false;           ///< records nothing until resume()
  int most_parts = std::numeric_limits<int>::max();  ///< the last of them goes on for as long as it takes
};

/// Not thread-safe: the recorder guards it with its mutex.
class Cutter {
 public:
  Cutter(CutterOutput& output, const CutterSpec& spec);

  void video(const gst::EncodedFrame& frame);
  void sound(GstClockTime running_time, std::span<const std::int16_t> interleaved);

  /// The stretch ends with the last picture from before that running time.
  void pause(GstClockTime at);
  /// The next stretch begins at the first key frame that comes out of the encoder from there on.
  void resume(GstClockTime at);
  /// As pause(), and then the recording ends.
  void stop(GstClockTime at);
  /// The next key frame begins a part.
  void split();
  /// Waits for no picture any more: what pause() or stop() asked for happens with what has come.
  void hurry();

  /// True from the first picture (or sound) on.
  [[nodiscard]] bool begun() const { return begun_; }
  [[nodiscard]] bool ended() const { return phase_ == Phase::ended; }
  /// A key frame is needed to go on: to begin, to resume or to split.
  [[nodiscard]] bool wants_key() const {
    return phase_ == Phase::waiting || (phase_ == Phase::running && split_);
  }
  /// Whether the recording would end by itself (stop_after), rather than by stop().
  [[nodiscard]] bool full() const { return full_; }
  /// Recorded time in this part and over all of them, in ns.
  [[nodiscard]] GstClockTime part_time() const;
  [[nodiscard]] GstClockTime recorded() const { return before_ + part_time(); }

 private:
  enum class Phase { waiting, running, paused, ended };

  [[nodiscard]] GstClockTime time_of(GstClockTime running_time) const {
    return position_ + (running_time > start_ ? running_time - start_ : 0);
  }
  [[nodiscard]] bool may_split() const { return parts_ < spec_.most_parts; }
  /// Limits are met to the nearest picture.
  [[nodiscard]] GstClockTime slack() const { return spec_.has_video ? spec_.frame_duration / 2 : 0; }
  void open(GstClockTime running_time);
  void close(GstClockTime running_time);
  void next_part(GstClockTime running_time);
  void check_length(GstClockTime running_time);
  void give_sound(GstClockTime until);
  void append(const PcmRun& run);
  void bridge_missing_video();

  CutterOutput& output_;
  const CutterSpec spec_;
  PcmTimeline sound_;
  Phase phase_ = Phase::waiting;
  bool begun_ = false, part_open_ = false, resuming_ = false, split_ = false, stop_ = false, full_ = false;
  int parts_ = 0;                          ///< begun
  GstClockTime closed_at_ = 0;             ///< where the last stretch ended
  GstClockTime from_ = 0;                  ///< waiting: earlier pictures are not wanted
  std::optional<GstClockTime> cut_at_;     ///< running: the stretch is to end there
  GstClockTime start_ = 0, position_ = 0;  ///< of the stretch: running time, and time in the part
  GstClockTime before_ = 0;                ///< recorded in the parts before this one
  GstClockTime video_end_ = 0;             ///< running time at which the last picture written ends
  GstClockTime seen_end_ = 0;              ///< the same, lost ones counted
  GstClockTime skipped_until_ = 0;         ///< pictures up to here were declared missing
};

}  // namespace tessera::recording
