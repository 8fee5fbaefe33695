#include "audio/talker_policy.hpp"

#include <algorithm>

namespace tessera::audio {
namespace {

constexpr double margin_db = 3;
constexpr int least_ticks_inside = 10;  // 200 ms
constexpr int least_ticks_between_swaps = 15;
constexpr double attack = 0.3;
constexpr double decay = 0.05;

}  // namespace

TalkerPolicy::Voice* TalkerPolicy::find(std::uint64_t id) {
  const auto found =
      std::find_if(voices_.begin(), voices_.end(), [id](const Voice& v) { return v.id == id; });
  return found == voices_.end() ? nullptr : &*found;
}

void TalkerPolicy::listen(std::span<const Candidate> candidates) {
  for (Voice& voice : voices_) voice.seen = false;
  for (const Candidate& candidate : candidates) {
    if (!candidate.talking) continue;
    if (Voice* voice = find(candidate.id)) {
      const double step = candidate.level_db - voice->loudness_db;
      voice->loudness_db += step * (step > 0 ? attack : decay);
      voice->seen = true;
    } else {
      voices_.push_back({candidate.id, candidate.level_db, -1, true});
    }
  }
  std::erase_if(voices_, [](const Voice& voice) { return !voice.seen; });
  std::erase_if(order_, [this](std::uint64_t id) { return find(id) == nullptr; });
}

void TalkerPolicy::admit() {
  std::vector<Voice*> outside;
  for (Voice& voice : voices_) {
    if (voice.ticks_inside < 0)
      outside.push_back(&voice);
    else
      ++voice.ticks_inside;
  }
  std::sort(outside.begin(), outside.end(),
            [](const Voice* a, const Voice* b) { return a->loudness_db > b->loudness_db; });
  for (Voice* voice : outside) {
    if (order_.size() < max_talkers_) {
      voice->ticks_inside = 0;
      order_.push_back(voice->id);
      continue;
    }
    Voice* weakest = nullptr;
    for (const std::uint64_t id : order_) {
      Voice* inside = find(id);
      if (inside->ticks_inside < least_ticks_inside) continue;
      if (!weakest || inside->loudness_db < weakest->loudness_db) weakest = inside;
    }
    if (!weakest || voice->loudness_db < weakest->loudness_db + margin_db)
      return;  // no one further down is louder
    std::erase(order_, weakest->id);
    weakest->ticks_inside = -1;
    voice->ticks_inside = 0;
    order_.push_back(voice->id);
  }
}

void TalkerPolicy::arrange() {
  if (++ticks_since_swap_ < least_ticks_between_swaps) return;
  for (std::size_t i = order_.size(); i-- > 1;) {
    if (find(order_[i])->loudness_db < find(order_[i - 1])->loudness_db + margin_db) continue;
    std::swap(order_[i], order_[i - 1]);
    ticks_since_swap_ = 0;
  }
}

const std::vector<std::uint64_t>& TalkerPolicy::update(std::span<const Candidate> candidates) {
  before_ = order_;
  listen(candidates);
  admit();
  arrange();
  changed_ = before_ != order_;
  return order_;
}

}  // namespace tessera::audio
