#pragma once
// Decides which of a participant's packets go into which track file, and at what time. Pure: packets in,
// files and places out.

#include <memory>
#include <optional>
#include <vector>

#include "recording/recorded_clock.hpp"
#include "recording/track_file.hpp"

namespace tessera::recording {

/// One frame or Opus packet as it was received. What is in `buffer` is nothing to decide by.
struct TrackPacket {
  gst::Codec codec = gst::Codec::opus;
  GstClockTime running_time = 0;          ///< at which the mix shows or plays it
  bool key = false;                       ///< of video: a decoder can start here
  std::optional<PictureFormat> format{};  ///< of a key frame that is whole
  std::shared_ptr<GstBuffer> buffer{};
  bool shown_earlier = false;  ///< than a picture that came before it: H.264's B-frames
};

/// Where a cutter's decisions go, in order.
class TrackOutput {
 public:
  virtual ~TrackOutput() = default;
  /// The file before ends; what follows goes into a new one, whose first packet is at `start`, and was shown
  /// or played at `running_time`.
  virtual void begin(const TrackStreams& streams, const RecordedClock::Place& start,
                     GstClockTime running_time) = 0;
  /// `time` counts from the start of the part in which the file began, and grows within each stream, but for
  /// pictures that are shown earlier than one before them.
  virtual void write(const TrackPacket& packet, GstClockTime time) = 0;
  /// The sender is to be asked for a key frame.
  virtual void want_key_frame() = 0;
};

struct TrackCutterSpec {
  bool audio = true, video = true;  ///< what the endpoint may send
  /// How long sound waits for a first picture, so that both come into one file. Somebody whose camera is off
  /// gets a file of their sound alone after that, and another one when the camera comes on.
  GstClockTime patience = 2 * GST_SECOND;
};

/// One per endpoint; used on one thread. Nothing is written that recorded time leaves out. Video begins at a
/// key frame, and begins anew with one after every cut; another codec begins a new file.
class TrackCutter {
 public:
  TrackCutter(TrackOutput& output, const RecordedClock& clock, TrackCutterSpec spec)
      : output_(output), clock_(clock), spec_(spec) {}

  void take(TrackPacket packet);
  /// Frames are missing before the next one: it must be a key frame.
  void lost_video() { need_key_ = true; }
  /// No more will come: what was waiting is written.
  void end();

 private:
  struct Waiting {
    TrackPacket packet;
    RecordedClock::Place place;
  };
  void take_video(const TrackPacket& packet, const RecordedClock::Place& place);
  void take_audio(TrackPacket packet, const RecordedClock::Place& place);
  void begin(std::optional<PictureFormat> video, const RecordedClock::Place& place,
             GstClockTime running_time);
  void write(const TrackPacket& packet, const RecordedClock::Place& place);

  TrackOutput& output_;
  const RecordedClock& clock_;
  const TrackCutterSpec spec_;
  std::vector<Waiting> waiting_;  ///< sound from before the first file
  bool open_ = false, need_key_ = true;
  std::optional<gst::Codec> codec_;  ///< of the file's video
  std::size_t cut_ = 0;              ///< of the last picture
  GstClockTime base_ = 0;            ///< total recorded time at the file's time 0
  std::optional<GstClockTime> last_video_, last_audio_;
};

}  // namespace tessera::recording
