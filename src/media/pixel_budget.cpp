#include "media/pixel_budget.hpp"

#include <algorithm>
#include <limits>

namespace tessera::media {

// The room's share: as much for each as makes the sum of all that want less, and that for the others, the
// room's limit.
double PixelBudget::limit_of_each(const std::vector<Source>& sources) const {
  constexpr double none = std::numeric_limits<double>::infinity();
  const double own = limits_.endpoint == 0 ? none : static_cast<double>(limits_.endpoint);
  if (limits_.room == 0) return own;
  std::vector<double> wants;
  for (const auto& source : sources) wants.push_back(std::min(source.pixels, own));
  std::sort(wants.begin(), wants.end());
  double left = static_cast<double>(limits_.room);
  for (std::size_t i = 0; i < wants.size(); ++i) {
    const double share = left / static_cast<double>(wants.size() - i);
    if (wants[i] > share) return std::min(own, share);
    left -= wants[i];
  }
  return own;
}

// `excess`: what it asks for, in limits.
PixelBudget::Step PixelBudget::next_step(const State& state, double excess, Time now) {
  const auto lasted = [&](std::chrono::seconds time) {
    return now - std::max(state.since, state.crossed) >= time;
  };
  switch (state.step) {
    case Step::free:
      if (excess > 2) return Step::key_frames;
      return excess > 1 ? Step::asked : Step::free;
    case Step::asked:
      if (excess > 2 || (state.over && lasted(patience))) return Step::key_frames;
      return !state.over && lasted(memory) ? Step::free : Step::asked;
    case Step::key_frames:
      if (state.over) return lasted(last_patience) ? Step::closed : Step::key_frames;
      return lasted(calm) ? Step::asked : Step::key_frames;
    case Step::closed:
      break;
  }
  return Step::closed;
}

std::vector<PixelBudget::Order> PixelBudget::look(const std::vector<Source>& sources, Time now) {
  const double limit = limit_of_each(sources);
  std::vector<Order> orders;
  std::map<std::string, State> states;
  for (const auto& source : sources) {
    const auto known = states_.find(source.id);
    State state = known != states_.end() ? known->second : State{.since = now, .crossed = now};
    const bool over = source.pixels > limit;
    if (over != state.over) state.crossed = now;
    state.over = over;
    const Step step = next_step(state, limit > 0 ? source.pixels / limit : 0, now);
    if (step != state.step) {
      state.step = step;
      state.since = now;
      orders.push_back({source.id, step, static_cast<std::uint64_t>(std::min(limit, 1e15))});
    }
    states.emplace(source.id, state);
  }
  states_ = std::move(states);
  return orders;
}

}  // namespace tessera::media
