#include "layout/casting.hpp"

#include <algorithm>
#include <tuple>

namespace tessera::layout {
namespace {

using Who = Show::Who;

bool is_screen(const Person& person) {
  return person.kind == Kind::screen;
}

class Casting {
 public:
  Casting(const Template& scene, const Capacities& capacities, const Situation& situation,
          const Solution* previous)
      : scene_(scene),
        capacities_(capacities),
        situation_(situation),
        previous_(previous),
        left_(situation.max_tiles) {
    for (const auto& person : situation.people) waiting_.push_back(&person);
    std::stable_sort(waiting_.begin(), waiting_.end(), [](const Person* a, const Person* b) {
      return std::make_tuple(!is_screen(*a), a->joined) < std::make_tuple(!is_screen(*b), b->joined);
    });
    result_.regions.resize(scene.regions.size());
    result_.shows.resize(scene.regions.size());
  }

  Cast run() {
    seat_assigned();
    if (!shown_anywhere(Who::pinned))
      seat_lead([](const Person& person) { return person.pinned && !is_screen(person); });
    // A screen that the layout did not think of comes first: among the others, or in the speaker's place.
    if (!shown_anywhere(Who::screen) && !shown_anywhere(Who::others)) seat_lead(is_screen);
    // `others` are those who are left, so all that is specific goes before, alternatives included.
    for (std::size_t choice = 0; choice < max_alternatives; ++choice)
      for (const Who who : {Who::participant, Who::pinned, Who::screen, Who::role, Who::speaker})
        serve(choice, who);
    for (std::size_t choice = 0; choice < max_alternatives; ++choice) serve_others(choice);
    for (std::size_t choice = 0; choice < max_alternatives; ++choice) serve_images(choice);
    result_.overflow = static_cast<int>(waiting_.size());
    return std::move(result_);
  }

 private:
  bool shown_anywhere(Who who) const {
    return std::any_of(scene_.regions.begin(), scene_.regions.end(), [&](const Region& region) {
      return std::any_of(region.show.begin(), region.show.end(),
                         [&](const Show& show) { return show.who == who; });
    });
  }

  bool is_empty(std::size_t region) const { return result_.shows[region] == nullptr; }
  int room_in(std::size_t region) const {
    return std::min(left_, capacities_[region] - static_cast<int>(result_.regions[region].size()));
  }

  void seat(std::size_t region, const Show* show, const Person* person, int slot = -1) {
    result_.regions[region].push_back({person, slot});
    result_.shows[region] = show;
    if (person) waiting_.erase(std::find(waiting_.begin(), waiting_.end(), person));
    --left_;
  }

  // What the operator put into a region by hand. A camera rather than the same person's screen, unless the
  // region is for screens.
  void seat_assigned() {
    for (const auto& [region_id, person_id] : situation_.assigned) {
      for (std::size_t i = 0; i < scene_.regions.size(); ++i) {
        const Region& region = scene_.regions[i];
        if (region.id != region_id || region.grid || region.show.empty() || !is_empty(i) || room_in(i) <= 0)
          continue;
        const bool screens = region.show.front().who == Who::screen;
        const Person* chosen = nullptr;
        for (const Person* person : waiting_)
          if (person->id == person_id && (!chosen || is_screen(*person) == screens)) chosen = person;
        if (chosen) seat(i, &region.show.front(), chosen);
      }
    }
  }

  // Gives the speaker's region to the first who qualifies.
  template <typename Qualifies>
  void seat_lead(Qualifies qualifies) {
    const auto found =
        std::find_if(waiting_.begin(), waiting_.end(), [&](const Person* p) { return qualifies(*p); });
    if (found == waiting_.end()) return;
    for (std::size_t i = 0; i < scene_.regions.size(); ++i) {
      const Show* lead = nullptr;
      for (const auto& show : scene_.regions[i].show)
        if (show.who == Who::speaker) lead = &show;
      if (lead && is_empty(i) && room_in(i) > 0) return seat(i, lead, *found);
    }
  }

  bool answers(const Person& person, const Show& show) const {
    switch (show.who) {
      case Who::participant:
        return person.id == show.argument && !is_screen(person);
      case Who::pinned:
        return person.pinned && !is_screen(person);
      case Who::screen:
        return is_screen(person);
      case Who::role:
        return person.role == show.argument && !is_screen(person);
      case Who::speaker:
        return !is_screen(person);
      default:
        return false;
    }
  }

  const Person* next_for(const Show& show) const {
    const Person* best = nullptr;
    for (const Person* person : waiting_) {
      if (!answers(*person, show)) continue;
      if (show.who != Who::speaker) return person;
      // The floor, else who spoke last, else who came first.
      const bool on_floor = person->id == situation_.floor;
      const bool best_on_floor = best && best->id == situation_.floor;
      if (!best || (on_floor && !best_on_floor) ||
          (on_floor == best_on_floor && person->last_spoke > best->last_spoke))
        best = person;
    }
    return best;
  }

  void serve(std::size_t choice, Who who) {
    for (std::size_t i = 0; i < scene_.regions.size(); ++i) {
      const auto& shows = scene_.regions[i].show;
      if (choice >= shows.size() || shows[choice].who != who || !is_empty(i)) continue;
      while (room_in(i) > 0) {
        const Person* person = next_for(shows[choice]);
        if (!person) break;
        seat(i, &shows[choice], person);
      }
    }
  }

  void serve_images(std::size_t choice) {
    for (std::size_t i = 0; i < scene_.regions.size(); ++i) {
      const auto& shows = scene_.regions[i].show;
      if (choice >= shows.size() || shows[choice].who != Who::image || !is_empty(i) || room_in(i) <= 0)
        continue;
      seat(i, &shows[choice], nullptr);
    }
  }

  void serve_others(std::size_t choice) {
    std::vector<std::size_t> regions;
    int places = 0;
    for (std::size_t i = 0; i < scene_.regions.size(); ++i) {
      const auto& shows = scene_.regions[i].show;
      if (choice >= shows.size() || shows[choice].who != Who::others || !is_empty(i) || capacities_[i] <= 0)
        continue;
      regions.push_back(i);
      places += capacities_[i];
    }
    const auto order = in_slots(chosen_others(static_cast<std::size_t>(std::clamp(places, 0, left_))));
    std::size_t next = 0;
    int slot = 0;
    for (const std::size_t i : regions) {
      for (int n = capacities_[i]; n > 0 && next < order.size(); --n) {
        const Person* person = order[next++];
        seat(i, &scene_.regions[i].show[choice], person, is_screen(*person) ? -1 : slot++);
      }
    }
  }

  // The `places` who matter most, still in the order of joining: screens, pinned, floor, raised hands, who
  // spoke last, who has a picture, who came first.
  std::vector<const Person*> chosen_others(std::size_t places) const {
    if (waiting_.size() <= places) return waiting_;
    const auto rank = [&](const Person* p) {
      return std::make_tuple(!is_screen(*p), !p->pinned, p->id != situation_.floor, !p->hand, -p->last_spoke,
                             p->kind == Kind::audio_only);
    };
    auto ranked = waiting_;
    std::stable_sort(ranked.begin(), ranked.end(), [&](auto a, auto b) { return rank(a) < rank(b); });
    ranked.resize(places);
    std::vector<const Person*> chosen;
    for (const Person* person : waiting_)
      if (std::find(ranked.begin(), ranked.end(), person) != ranked.end()) chosen.push_back(person);
    return chosen;
  }

  // Screens first, then everybody who had a slot in it, newcomers in the free ones.
  std::vector<const Person*> in_slots(const std::vector<const Person*>& chosen) const {
    if (!previous_) return chosen;
    const auto first =
        std::find_if(chosen.begin(), chosen.end(), [](const Person* p) { return !is_screen(*p); });
    std::vector<const Person*> order(chosen.begin(), first);
    std::vector<const Person*> slots(static_cast<std::size_t>(chosen.end() - first), nullptr);
    std::vector<const Person*> newcomers;
    for (auto it = first; it != chosen.end(); ++it) {
      const Placement* before = previous_->find((*it)->id, (*it)->kind);
      if (!before && (*it)->kind != Kind::screen)  // a camera switched on or off keeps its place
        before = previous_->find((*it)->id, (*it)->kind == Kind::camera ? Kind::audio_only : Kind::camera);
      const bool had = before && before->slot >= 0 && before->slot < static_cast<int>(slots.size());
      if (had && !slots[static_cast<std::size_t>(before->slot)])
        slots[static_cast<std::size_t>(before->slot)] = *it;
      else
        newcomers.push_back(*it);
    }
    auto next = newcomers.begin();
    for (auto& slot : slots) {
      if (!slot) slot = *next++;
      order.push_back(slot);
    }
    return order;
  }

  const Template& scene_;
  const Capacities& capacities_;
  const Situation& situation_;
  const Solution* previous_;
  int left_;
  std::vector<const Person*> waiting_;  ///< screens, then people, in the order of joining
  Cast result_;
};

}  // namespace

Cast cast(const Template& scene, const Capacities& capacities, const Situation& situation,
          const Solution* previous) {
  return Casting(scene, capacities, situation, previous).run();
}

}  // namespace tessera::layout
