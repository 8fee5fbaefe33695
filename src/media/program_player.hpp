#pragma once
#include <functional>
#include <memory>
#include <mutex>

#include "audio/program_mix.hpp"
#include "base/loop.hpp"
#include "media/bridge.hpp"

namespace tessera::media {

/// What one audience hears (the room, one seat, those on hold): a ProgramMix that the control thread steers
/// and the tick thread plays. The mutex is held for as long as mixing 20 ms takes.
class ProgramPlayer final : public ProgramSource {
 public:
  /// On the control thread.
  using OnEvent = std::function<void(audio::ProgramMix::Event)>;

  ProgramPlayer(Loop& loop, OnEvent on_event)
      : loop_(loop), on_event_(std::make_shared<OnEvent>(std::move(on_event))) {}

  // Control thread.
  void add(audio::Clip clip);
  void stop(std::uint64_t id);
  [[nodiscard]] std::chrono::milliseconds position(std::uint64_t id) const;
  [[nodiscard]] bool idle() const;
  /// No event comes after this.
  void disconnect() { on_event_.reset(); }

  // Tick thread.
  bool next(audio::Program& out) override;

 private:
  void tell(std::vector<audio::ProgramMix::Event> events);

  Loop& loop_;
  std::shared_ptr<OnEvent> on_event_;              // control thread
  const std::weak_ptr<OnEvent> told_ = on_event_;  // what the tick thread posts with
  mutable std::mutex mutex_;
  audio::ProgramMix mix_;
};

}  // namespace tessera::media
