#include "layout/choice.hpp"

#include "layout/solver.hpp"

namespace tessera::layout {

Facts Facts::of(const std::vector<Person>& people) {
  Facts facts;
  for (const auto& person : people) {
    if (person.kind == Kind::screen) {
      facts.screen = true;
      continue;
    }
    ++facts.participants;
    facts.portrait = facts.portrait || person.height > person.width;
    facts.pinned = facts.pinned || person.pinned;
    if (!person.role.empty()) facts.roles.insert(person.role);
  }
  return facts;
}

bool holds(const Condition& condition, const Facts& facts) {
  if (condition.screen && *condition.screen != facts.screen) return false;
  if (condition.portrait && *condition.portrait != facts.portrait) return false;
  if (condition.pinned && *condition.pinned != facts.pinned) return false;
  if (condition.min_participants && facts.participants < *condition.min_participants) return false;
  if (condition.max_participants && facts.participants > *condition.max_participants) return false;
  return condition.role.empty() || facts.roles.contains(condition.role);
}

std::string_view name_of(ChosenBy chosen_by) {
  switch (chosen_by) {
    case ChosenBy::operator_:
      return "operator";
    case ChosenBy::rule:
      return "rule";
    case ChosenBy::room:
      return "default";
  }
  return "default";
}

Choice choose_layout(const std::string& operators_choice, const std::vector<Rule>& rules, const Facts& facts,
                     const std::string& rooms_default,
                     const std::function<bool(const std::string&)>& exists) {
  const auto usable = [&](const std::string& name) { return !name.empty() && (!exists || exists(name)); };
  if (usable(operators_choice)) return {operators_choice, ChosenBy::operator_};
  for (const auto& rule : rules)
    if (holds(rule.when, facts) && usable(rule.use)) return {rule.use, ChosenBy::rule};
  return {rooms_default, ChosenBy::room};
}

}  // namespace tessera::layout
