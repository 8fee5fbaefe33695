#pragma once
// Which layout a room uses: the operator's word, else the rules by content, else the room's default.

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "layout/layout.hpp"

namespace tessera::layout {

struct Person;

/// What rules look at.
struct Facts {
  bool screen = false;
  bool portrait = false;  ///< some camera is higher than wide
  bool pinned = false;    ///< somebody is pinned
  int participants = 0;   ///< people, not screens
  std::set<std::string> roles{};
  static Facts of(const std::vector<Person>& people);
  bool operator==(const Facts&) const = default;
};

/// How a layout came to be the one in use.
enum class ChosenBy { operator_, rule, room };
std::string_view name_of(ChosenBy chosen_by);  ///< "operator", "rule", "default"

struct Choice {
  std::string name;
  ChosenBy by = ChosenBy::room;
  bool operator==(const Choice&) const = default;
};

bool holds(const Condition& condition, const Facts& facts);

/// `rules` are those of the default layout; the first that holds decides. Names that `exists` does not know
/// are passed over (a file may have gone since).
Choice choose_layout(const std::string& operators_choice, const std::vector<Rule>& rules, const Facts& facts,
                     const std::string& rooms_default,
                     const std::function<bool(const std::string&)>& exists = nullptr);

}  // namespace tessera::layout
