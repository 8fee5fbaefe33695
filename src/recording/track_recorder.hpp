#pragma once
// The tracks of a live recording: everybody's sound and picture as received, un-transcoded, on recorded time.

#include <functional>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "recording/recorded_clock.hpp"
#include "recording/track_file.hpp"

namespace tessera::recording {

inline constexpr const char* tracks_folder = "tracks";
/// "tracks/p1-x8Kz-main-001.mkv"
std::string track_name(const std::string& participant, const std::string& kind, int number);

/// Whose endpoint it is. `kind`: "main" or "screen".
struct TrackOwner {
  std::string participant, name, kind;
  bool audio = true, video = true;  ///< what it may send
};

/// Where an endpoint's packets go in. Any thread; never blocks. Dropping it ends its file.
class TrackInput {
 public:
  virtual ~TrackInput() = default;
  /// One Opus packet at its running time.
  virtual void audio(GstBuffer* packet, GstClockTime running_time) = 0;
  /// One frame as the depayloader gives it. `avcc`: the parameter sets when H.264 does not carry them
  /// in-band.
  virtual void video(gst::Codec codec, GstBuffer* frame, GstClockTime running_time, bool key,
                     std::shared_ptr<GstBuffer> avcc) = 0;
  /// Frames were left out before the next one: the track goes on with a key frame.
  virtual void video_left_out() = 0;
  /// From this moment of the mix on the person is heard, is seen. What the mix does not have is not written:
  /// also what came before that moment and would have been mixed after it.
  virtual void set_switches(GstClockTime at, bool audio, bool video) = 0;
};

struct TrackRecorderSpec {
  std::string directory;  ///< the recording's
  std::shared_ptr<const RecordedClock> clock;
  /// From a packet's running time to the moment at which the mix shows it: so tracks lie where the mix does.
  GstClockTime delay = 0;
  /// Packets wait so long before they are placed, because it is known only afterwards where a pause began.
  GstClockTime lag = 300 * GST_MSECOND;
  /// What may wait for the disk, in all. Beyond it pictures are dropped to the next key frame, and sound too.
  std::size_t most_waiting = std::size_t{64} << 20;
  /// Of one participant and kind. Each reconnection and each change of codec takes one, and each costs
  /// finishing time and a place in the manifest.
  int most_files = 999;
};

struct TrackBegun {
  TrackOwner owner;
  std::string file;  ///< relative to the recording's folder
  std::string codecs;
  RecordedClock::Place start;     ///< of its first packet
  GstClockTime running_time = 0;  ///< at which the mix had that packet
};

/// Called on the tracks' thread; may be empty.
struct TrackReports {
  std::function<void(TrackBegun)> begun;
  std::function<void(TrackOwner, std::uint64_t packets)>
      dropped;  ///< not more than once a second per endpoint
  /// Once per participant and kind: they have that many files, and nothing more of theirs is written.
  std::function<void(TrackOwner, int files)> limit;
  std::function<void(Error)> failed;  ///< once: nothing more is written; what was written stays
};

/// Owned by the room's recording. One thread writes every track, flushes them twice a second and syncs them
/// each second, so a crash costs less than a second and a slow disk costs nobody else anything.
class TrackRecorder {
 public:
  static std::shared_ptr<TrackRecorder> create(TrackRecorderSpec spec, TrackReports reports);
  virtual ~TrackRecorder() = default;

  /// `request_key_frame` is called on the tracks' thread and must not block.
  virtual std::shared_ptr<TrackInput> add(TrackOwner owner, std::function<void()> request_key_frame) = 0;
  /// Asks every sender for a key frame: recorded time has begun to run, and a picture can begin only with
  /// one. On the calling thread.
  virtual void request_key_frames() = 0;
  /// Writes what is waiting and closes every file. Blocks for as long as the disk does; what is pushed
  /// afterwards is ignored. No report comes after it.
  virtual void finish() = 0;
};

}  // namespace tessera::recording
