#pragma once
// One live recording: its own pipeline, encoded H.264 and the full mix in, an append-only Matroska file out.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/json.hpp"
#include "base/loop.hpp"
#include "base/result.hpp"
#include "base/worker.hpp"
#include "gst/encoded_frame.hpp"
#include "recording/recorded_clock.hpp"

namespace tessera::recording {

enum class RecorderState { starting, recording, stopping, finishing, failed };
std::string_view name_of(RecorderState state);

struct RecorderSpec {
  std::string id;
  std::string room;
  std::string
      directory;  ///< made by the caller's front; the recorder writes live.mkv and recording.json into it
  int width = 1280, height = 720, framerate = 30;
  Json details = Json::object();  ///< goes into the manifest: participants, layout …
  std::string
      pipeline;  ///< the text of "record-mkv": appsrcs named "video" and "audio", a filesink named "file"
  std::uint64_t reserve_bytes = 200'000'000;  ///< refuses to start with less free disk than this
  /// Told when recorded time runs and when it stands, at the running times at which it was cut. May be null.
  std::shared_ptr<RecordedClock> clock = nullptr;
  /// Asks the encoder for a key frame after frames were dropped; any thread, must not block. May be empty.
  std::function<void()> request_key_frame;
};

/// Owned by the room, on the control thread. The push functions may be called from any thread and never
/// block: what the disk cannot take within 2 s is dropped at a key frame boundary and counted in the
/// manifest.
class Recorder {
 public:
  /// `on_state(state, error)` on the control thread. "finishing" is its last state when all is well: the live
  /// file is closed (EOS written) and the manifest says "finishing"; the finisher takes over. Errors:
  /// "missing-plugin", "bad-pipeline", "disk-full" (less free than the reserve), "cannot-write", "conflict"
  /// (the directory already holds a recording). The `error` of "failed" begins with one of these codes, or
  /// with "no-picture" when no key frame ever came; what was written until then stays in the live file and
  /// can be given to the finisher.
  static Result<std::shared_ptr<Recorder>> create(Loop& loop, Worker& worker, RecorderSpec spec,
                                                  std::function<void(RecorderState, std::string)> on_state);
  virtual ~Recorder() = default;

  /// H.264 access units; writing begins at the first key frame, and sound at the same running time.
  virtual void push_video(const gst::EncodedFrame& frame) = 0;
  /// 48 kHz mono 16-bit PCM, 20 ms, running time of the first sample.
  virtual void push_audio(GstClockTime running_time, const std::int16_t* samples, std::size_t count) = 0;

  /// Writes what is queued, ends the file, and reports "finishing".
  virtual void stop() = 0;
  [[nodiscard]] virtual RecorderState state() const = 0;
  /// {id, state, startedAt, durationMs, bytes}
  [[nodiscard]] virtual Json describe() const = 0;
};

}  // namespace tessera::recording
