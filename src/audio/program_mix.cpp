#include "audio/program_mix.hpp"

#include <algorithm>
#include <cmath>

namespace tessera::audio {
namespace {

constexpr std::size_t enough_to_begin = 10 * tick_samples;  // 200 ms: the decoder is under way

bool can_begin(const PcmRing& ring) {
  return ring.finished() || ring.size() >= std::min(enough_to_begin, ring.capacity());
}

}  // namespace

void ProgramMix::add(Clip clip) {
  const auto place = clip.turn == Turn::next
                         ? std::find_if(waiting_.begin(), waiting_.end(),
                                        [](const Clip& other) { return other.turn == Turn::in_line; })
                         : waiting_.end();
  waiting_.insert(place, std::move(clip));
}

bool ProgramMix::stop(std::uint64_t id) {
  for (auto& one : playing_)
    if (one.clip.id == id) return one.stopping = true;
  const auto found =
      std::find_if(waiting_.begin(), waiting_.end(), [id](const Clip& c) { return c.id == id; });
  if (found == waiting_.end()) return false;
  waiting_.erase(found);
  events_.push_back({id, false});
  return true;
}

/// Those at once as soon as they have sound; of the others the first in line, when no other plays.
void ProgramMix::admit() {
  bool taken = std::any_of(playing_.begin(), playing_.end(),
                           [](const Playing& p) { return p.clip.turn != Turn::at_once; });
  for (auto it = waiting_.begin(); it != waiting_.end();) {
    const bool in_turn = it->turn != Turn::at_once;
    if (!can_begin(*it->sound) || (in_turn && taken)) {
      taken |= in_turn;  // nobody overtakes the first in line
      ++it;
      continue;
    }
    taken |= in_turn;
    events_.push_back({it->id, true});
    playing_.push_back({std::move(*it)});
    it = waiting_.erase(it);
  }
}

void ProgramMix::play(Playing& one, std::span<std::int32_t> sum) {
  Frame samples{};
  const std::size_t count = one.clip.sound->read(samples);
  one.played += count;
  if (count < tick_samples && !one.clip.sound->finished()) ++starved_;
  const float fade = one.stopping ? 1.0F / static_cast<float>(tick_samples) : 0;
  for (std::size_t i = 0; i < count; ++i) {
    const float gain = one.clip.gain * (1 - fade * static_cast<float>(i));
    sum[i] += static_cast<std::int32_t>(std::lrint(static_cast<float>(samples[i]) * gain));
  }
  one.over = one.stopping || one.clip.sound->drained();
}

bool ProgramMix::next(Program& out) {
  admit();
  if (playing_.empty() && ducker_.open()) return false;
  out.samples.fill(0);
  std::optional<Ducking> over;
  for (auto& one : playing_) {
    play(one, out.samples);
    if (one.clip.ducking.amount_db > 0 && (!over || one.clip.ducking.amount_db > over->amount_db))
      over = one.clip.ducking;
    if (one.over) events_.push_back({one.clip.id, false});
  }
  const auto gains = ducker_.tick(over);
  out.under_from = gains.from;
  out.under_to = gains.to;
  std::erase_if(playing_, [](const Playing& one) { return one.over; });
  return true;
}

std::uint64_t ProgramMix::played(std::uint64_t id) const {
  for (const auto& one : playing_)
    if (one.clip.id == id) return one.played;
  return 0;
}

}  // namespace tessera::audio
