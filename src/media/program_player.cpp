#include "media/program_player.hpp"

namespace tessera::media {

void ProgramPlayer::add(audio::Clip clip) {
  const std::lock_guard lock(mutex_);
  mix_.add(std::move(clip));
}

void ProgramPlayer::stop(std::uint64_t id) {
  std::vector<audio::ProgramMix::Event> events;
  {
    const std::lock_guard lock(mutex_);
    mix_.stop(id);
    events = mix_.take_events();
  }
  tell(std::move(events));
}

std::chrono::milliseconds ProgramPlayer::position(std::uint64_t id) const {
  const std::lock_guard lock(mutex_);
  return std::chrono::milliseconds(mix_.played(id) * 1000 / audio::sample_rate);
}

bool ProgramPlayer::idle() const {
  const std::lock_guard lock(mutex_);
  return mix_.idle();
}

bool ProgramPlayer::next(audio::Program& out) {
  std::vector<audio::ProgramMix::Event> events;
  bool plays = false;
  {
    const std::lock_guard lock(mutex_);
    plays = mix_.next(out);
    events = mix_.take_events();
  }
  tell(std::move(events));
  return plays;
}

void ProgramPlayer::tell(std::vector<audio::ProgramMix::Event> events) {
  for (const auto& event : events)
    loop_.post([told = told_, event] {
      if (const auto on_event = told.lock()) (*on_event)(event);
    });
}

}  // namespace tessera::media
