#pragma once
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "media/bridge.hpp"
#include "media/renditions.hpp"
#include "recording/options.hpp"
#include "recording/recorder.hpp"

namespace tessera::room {

/// Joins a recorder to what the room already makes: the shared rendition of the format's codec and the whole
/// mix as PCM. Owned by the Room; lives on the control thread.
class RoomRecording {
 public:
  struct Deps {
    Loop& loop;
    Worker& worker;
    media::Canvas& canvas;
    media::Renditions& renditions;
    media::Bridge& bridge;
  };
  struct Request {
    std::string id, room, directory;
    recording::RecordingOptions options;
    bool resume = false, paused = false;  ///< goes on where a process that died left it
    std::string pipeline;                 ///< text of the format's pipeline
    int channels = 1;                     ///< of the sound
    std::uint64_t reserve_bytes = 0;
    std::uint64_t quota_bytes = 0;  ///< RecorderSpec's
    std::chrono::seconds warn_before{0};
    std::shared_ptr<recording::RecordedClock> clock;
    Json details = Json::object();
  };
  /// On the control thread.
  struct Reports {
    std::function<void(std::string state, std::string error)> state;  ///< `error` when failed: why
    std::function<void(const recording::RecorderEvent&)> event;
  };
  static Result<std::unique_ptr<RoomRecording>> start(Deps deps, Request request, Reports reports);
  ~RoomRecording();

  Result<void> pause() { return recorder_->pause(); }
  Result<void> resume();
  /// Takes no more picture and sound, so that an encoder that ran for this alone ends. For when it is closed.
  void detach();
  /// `reason`: the manifest's endReason.
  void stop(const std::string& reason);
  /// Nothing more will be written: the state is "finishing" or "failed".
  [[nodiscard]] bool closed() const;
  [[nodiscard]] const std::string& id() const { return id_; }
  [[nodiscard]] Json describe() const { return recorder_->describe(); }

 private:
  explicit RoomRecording(media::Renditions& renditions) : renditions_(renditions) {}
  Result<void> subscribe_video();

  media::Renditions& renditions_;
  std::string id_;
  recording::Format format_;
  std::shared_ptr<recording::Recorder> recorder_;
  /// Shared with the recorder, which asks for key frames.
  struct VideoHold {
    std::mutex mutex;
    std::shared_ptr<media::VideoSubscription> subscription;
  };
  std::shared_ptr<VideoHold> video_ = std::make_shared<VideoHold>();
  std::shared_ptr<void> audio_;
};

}  // namespace tessera::room
