#pragma once
// One live recording: its own pipelines, encoded pictures and the full mix in, append-only Matroska files
// out.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/json.hpp"
#include "base/loop.hpp"
#include "base/result.hpp"
#include "base/worker.hpp"
#include "gst/encoded_frame.hpp"
#include "recording/format.hpp"
#include "recording/names.hpp"
#include "recording/recorded_clock.hpp"

namespace tessera::recording {

enum class RecorderState { starting, recording, paused, stopping, finishing, failed };
std::string_view name_of(RecorderState state);

/// Something that a timeline tells of, on the control thread, in order. `at` is when it was so by the wall
/// clock, `place` where in the recording.
struct RecorderEvent {
  enum class Kind {
    part,     ///< details: {file, width, height, framerate, format, reason: "start"|"split"|"crash"|"resize"}
    paused,   ///< recorded time stands still
    resumed,  ///< and goes on (the same place)
    part_end,  ///< details: {durationMs}
    dropped,   ///< details: {frames}: lost since the last event of this kind, because the disk was behind
    warning,   ///< details: {code, text, …}: "disk-low", "disk-full", "quota-low", "quota-exceeded"
    ended,     ///< details: {reason}: as the manifest's endReason
  };
  Kind kind = Kind::part;
  WallTime at{};
  RecordedClock::Place place;
  Json details = Json::object();
};

struct RecorderSpec {
  std::string id;
  std::string room;
  std::string
      directory;  ///< made by the caller's front; the recorder writes live files and recording.json into it
  int width = 1280, height = 720, framerate = 30;
  Format format = default_format();
  int channels = 1;  ///< of the sound
  /// Goes on with a recording whose process died, in a new part. What was paused stays so: the manifest says
  /// it, or the caller knows it better, because the manifest had no time to.
  bool resume = false, paused = false;
  Json details = Json::object();  ///< goes into the manifest where that does not have it yet
  std::string
      pipeline;  ///< the text of the format's pipeline: appsrcs "video" and "audio", a filesink "file"
  std::uint64_t reserve_bytes =
      200'000'000;  ///< refuses to start with less free disk, and ends when it gets there
  std::chrono::seconds warn_before{30 * 60};  ///< warns when the disk lasts for less than this
  std::chrono::milliseconds split_after{0};   ///< a new part after this long, at the next key frame; 0: never
  std::uint64_t split_bytes = 0;              ///< or after this many bytes
  std::chrono::milliseconds max_duration{0};  ///< of recorded time; 0: no limit
  std::uint64_t quota_bytes = 0;  ///< what the folders beside this one and it may hold; 0: no limit
  /// Told when recorded time runs and when it stands, at the running times at which it was cut. The recorder
  /// makes one of its own when there is none.
  std::shared_ptr<RecordedClock> clock = nullptr;
  /// Asks the encoder for a key frame (after drops, to resume, to split); any thread, must not block. May be
  /// empty.
  std::function<void()> request_key_frame = {};
  std::function<void(const RecorderEvent&)> on_event = {};  ///< may be empty
  std::function<GstClockTime()> now = {};  ///< the clock of running times; gst::now() when empty
  /// After a pause: as `request_key_frame`, but soon, since nothing is recorded before it. That one is asked
  /// when this is empty.
  std::function<void()> begin_anew = {};
};

/// Owned by the room, on the control thread. The push functions may be called from any thread and never
/// block: what the disk cannot take within 2 s is dropped at a key frame boundary and counted in the
/// manifest.
class Recorder {
 public:
  /// `on_state(state, error)` on the control thread. "finishing" is its last state when all is well: the live
  /// files are closed (EOS written) and the manifest says "finishing"; the finisher takes over. Errors:
  /// "missing-plugin", "bad-pipeline", "disk-full" (less free than the reserve), "cannot-write", "conflict"
  /// (the directory already holds a recording, or somebody works on it). The `error` of "failed" begins with
  /// one of these codes, or with "no-picture" when no key frame ever came; what was written until then stays
  /// in the live files and can be given to the finisher.
  static Result<std::shared_ptr<Recorder>> create(Loop& loop, Worker& worker, RecorderSpec spec,
                                                  std::function<void(RecorderState, std::string)> on_state);
  virtual ~Recorder() = default;

  /// Access units of the format's codec; writing begins at the first key frame, and sound at the same running
  /// time.
  virtual void push_video(const gst::EncodedFrame& frame) = 0;
  /// 48 kHz interleaved 16-bit PCM; `count` is in frames (samples of one channel); running time of the first.
  virtual void push_audio(GstClockTime running_time, const std::int16_t* samples, std::size_t count) = 0;

  /// Recorded time stands still until resume(): both take effect at the next picture. "conflict" when the
  /// recording is neither running nor paused.
  virtual Result<void> pause() = 0;
  virtual Result<void> resume() = 0;
  /// The next key frame begins a new part.
  virtual void split() = 0;
  /// Writes what is queued, ends the file, and reports "finishing". `reason` goes into the manifest as
  /// endReason: "stopped", "room-closed" …
  virtual void stop(const std::string& reason = "stopped") = 0;
  [[nodiscard]] virtual RecorderState state() const = 0;
  /// {id, state, format, startedAt, durationMs, bytes, part, droppedFrames, name?, chat, diskSecondsLeft?,
  /// endReason?}
  [[nodiscard]] virtual Json describe() const = 0;
};

}  // namespace tessera::recording
