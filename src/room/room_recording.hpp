#pragma once
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "media/bridge.hpp"
#include "media/renditions.hpp"
#include "recording/recorder.hpp"

namespace tessera::room {

/// Joins a recorder to what the room already makes: the shared H.264 rendition and the whole mix as PCM.
/// Owned by the Room; lives on the control thread.
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
    std::string pipeline;  ///< text of record-mkv
    std::uint64_t reserve_bytes = 0;
    Json details = Json::object();
  };
  /// `on_state` on the control thread: the new state's name and, when failed, why.
  static Result<std::unique_ptr<RoomRecording>> start(Deps deps, Request request,
                                                      std::function<void(std::string, std::string)> on_state);
  ~RoomRecording();

  void stop();
  /// Nothing more will be written: the state is "finishing" or "failed".
  [[nodiscard]] bool closed() const;
  [[nodiscard]] const std::string& id() const { return id_; }
  [[nodiscard]] Json describe() const { return recorder_->describe(); }

 private:
  RoomRecording() = default;
  void detach();

  std::string id_;
  std::shared_ptr<recording::Recorder> recorder_;
  /// Shared with the recorder, which asks for a key frame after it had to drop.
  struct VideoHold {
    std::mutex mutex;
    std::shared_ptr<media::VideoSubscription> subscription;
  };
  std::shared_ptr<VideoHold> video_ = std::make_shared<VideoHold>();
  std::shared_ptr<void> audio_;
};

}  // namespace tessera::room
