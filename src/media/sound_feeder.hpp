#pragma once
// Decodes sounds a little ahead of where they are played: on a worker, in bounded memory, however long they
// are.

#include <functional>
#include <memory>
#include <vector>

#include "audio/pcm_ring.hpp"
#include "base/loop.hpp"
#include "base/worker.hpp"
#include "media/sound_reader.hpp"

namespace tessera::media {

/// Owned by the room, on the control thread. Its worker has no other work, so a slow disk delays sounds and
/// nothing else.
class SoundFeeder {
 public:
  /// Opens a sound; called on the worker.
  using Open = std::function<Result<std::unique_ptr<SoundReader>>()>;
  struct Opened {
    std::shared_ptr<audio::PcmRing> sound;            ///< being filled; 2 s at most
    std::optional<std::chrono::milliseconds> length;  ///< as the file says
  };
  struct Limits {
    bool repeat = false;                ///< from the beginning again, without end
    std::chrono::seconds longest{600};  ///< then it is cut; not for what repeats
  };

  explicit SoundFeeder(Loop& loop);
  ~SoundFeeder();

  /// `on_open` comes on the control thread, with some sound in the ring or the error of `open`. The sound is
  /// fed until its end, or until nobody else holds the ring.
  void feed(Open open, Limits limits, std::function<void(Result<Opened>)> on_open);
  [[nodiscard]] std::size_t feeding() const { return feeds_.size(); }

 private:
  struct Feed;
  void top_up();
  void opened(const std::shared_ptr<Feed>& feed, std::optional<Error> failure);

  Loop& loop_;
  std::vector<std::shared_ptr<Feed>> feeds_;
  SourceGuard tick_;  // while there is something to feed
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  std::unique_ptr<Worker> worker_;  // made with the first sound
};

}  // namespace tessera::media
