#include "room/decode_budget.hpp"

#include <algorithm>

#include "base/log.hpp"

namespace tessera::room {
namespace {

using Step = media::PixelBudget::Step;

std::string key_of(const std::string& participant, const std::string& endpoint) {
  return participant + "/" + endpoint;
}

}  // namespace

DecodeBudget::DecodeBudget(Loop& loop, media::PixelBudget::Limits limits, const Seats& seats,
                           std::function<void()> hints_changed)
    : seats_(seats),
      hints_changed_(std::move(hints_changed)),
      ceiling_(2 * limits.endpoint),
      budget_(limits),
      tick_(loop.every(std::chrono::seconds(1), [this] { look(); })) {}

std::uint64_t DecodeBudget::limit_of(const std::string& participant, const std::string& endpoint) const {
  const auto found = limits_.find(key_of(participant, endpoint));
  return found == limits_.end() ? 0 : found->second;
}

void DecodeBudget::look() {
  const auto now = std::chrono::steady_clock::now();
  // The time that really passed: a loop that was held up must not make everybody look greedy.
  const double seconds =
      std::max(0.5, std::chrono::duration<double>(now - std::exchange(looked_, now)).count());
  std::vector<media::PixelBudget::Source> sources;
  for (const auto& [id, seat] : seats_)
    for (const auto& endpoint : seat->endpoints()) {
      const auto meter = seat->pixels(endpoint);
      meter->set_ceiling(ceiling_);
      sources.push_back({key_of(id, endpoint), static_cast<double>(meter->take_asked()) / seconds});
    }
  std::erase_if(limits_, [&](const auto& limit) {
    return std::none_of(sources.begin(), sources.end(),
                        [&](const auto& one) { return one.id == limit.first; });
  });
  for (const auto& order : budget_.look(sources, now)) carry_out(order);
}

void DecodeBudget::carry_out(const media::PixelBudget::Order& order) {
  const auto slash = order.id.find('/');
  const std::string participant = order.id.substr(0, slash), endpoint = order.id.substr(slash + 1);
  const auto found = seats_.find(participant);
  if (found == seats_.end()) return;
  const auto seat = found->second;
  const auto meter = seat->pixels(endpoint);
  if (!meter) return;
  const double megapixels = static_cast<double>(order.limit) / 1e6;
  meter->set_mode(order.step == Step::key_frames ? media::PixelMeter::Mode::key_frames
                  : order.step == Step::closed   ? media::PixelMeter::Mode::nothing
                                                 : media::PixelMeter::Mode::all);
  if (order.step == Step::free)
    limits_.erase(order.id);
  else
    limits_[order.id] = order.limit;
  switch (order.step) {
    case Step::free:
      break;
    case Step::asked:
      log::info("{}: {} is to send no more than {:.0f} million pixels a second", participant, endpoint,
                megapixels);
      seat->request_key_frame(endpoint);
      break;
    case Step::key_frames:
      log::warn("{}: {} sends more than {:.0f} million pixels a second; only its key frames are decoded",
                participant, endpoint, megapixels);
      break;
    case Step::closed:
      log::warn("{}: {} still sends more than {:.0f} million pixels a second; it is closed", participant,
                endpoint, megapixels);
      return seat->end_endpoint(endpoint, "too-many-pixels");
  }
  hints_changed_();
}

}  // namespace tessera::room
