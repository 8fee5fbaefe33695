#include "base/json_reader.hpp"

#include <algorithm>
#include <numeric>

#include "base/text.hpp"

namespace tessera {
namespace {

const Json& empty_object() {
  static const Json empty = Json::object();
  return empty;
}

std::string shown(const Json& value) {
  return shortened(value.dump(), 60);
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

}  // namespace

std::string describe(std::string_view file, const std::vector<JsonFault>& faults) {
  std::string text;
  for (const auto& fault : faults) {
    if (!text.empty()) text += '\n';
    text += fmt::format("{}: {}: {}", file, fault.path, fault.reason);
  }
  return text;
}

std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& known) {
  const std::string* best = nullptr;
  std::size_t best_distance = std::max<std::size_t>(2, word.size() / 3) + 1;
  for (const auto& candidate : known) {
    const std::size_t distance = edit_distance(word, candidate);
    if (distance < best_distance) {
      best = &candidate;
      best_distance = distance;
    }
  }
  if (!best) return std::nullopt;
  return *best;
}

JsonReader::JsonReader(const Json& value, std::vector<JsonFault>& faults, std::string path)
    : value_(&value), faults_(&faults), path_(std::move(path)) {
  if (!value.is_object()) {
    fault(fmt::format("expected an object, found {}", shown(value)));
    value_ = &empty_object();
  }
}

bool JsonReader::has(std::string_view key) const {
  const Json* member = value_->find(key);
  return member && !member->is_null();
}

const Json* JsonReader::take(std::string_view key) {
  if (std::find(known_.begin(), known_.end(), key) == known_.end()) known_.emplace_back(key);
  return has(key) ? value_->find(key) : nullptr;
}

void JsonReader::fault_at(std::string_view key, std::string reason) {
  faults_->push_back({key.empty() ? path_ : fmt::format("{}.{}", path_, key), std::move(reason)});
}

std::string JsonReader::string(std::string_view key, std::string fallback) {
  const Json* member = take(key);
  if (!member) return fallback;
  if (member->is_string()) return member->as_string();
  fault_at(key, fmt::format("expected a string, found {}", shown(*member)));
  return fallback;
}

std::int64_t JsonReader::integer(std::string_view key, std::int64_t fallback, std::int64_t min,
                                 std::int64_t max) {
  const Json* member = take(key);
  if (!member) return fallback;
  if (member->is_integer() && member->as_int() >= min && member->as_int() <= max) return member->as_int();
  fault_at(key, fmt::format("expected an integer from {} to {}, found {}", min, max, shown(*member)));
  return fallback;
}

double JsonReader::number(std::string_view key, double fallback, double min, double max) {
  const Json* member = take(key);
  if (!member) return fallback;
  if (member->is_number() && member->as_double() >= min && member->as_double() <= max)
    return member->as_double();
  fault_at(key, fmt::format("expected a number from {} to {}, found {}", min, max, shown(*member)));
  return fallback;
}

bool JsonReader::boolean(std::string_view key, bool fallback) {
  const Json* member = take(key);
  if (!member) return fallback;
  if (member->is_bool()) return member->as_bool();
  fault_at(key, fmt::format("expected true or false, found {}", shown(*member)));
  return fallback;
}

std::string JsonReader::choice(std::string_view key, std::initializer_list<std::string_view> allowed,
                               std::string fallback) {
  const Json* member = take(key);
  if (!member) return fallback;
  const std::string word = member->as_string();
  if (member->is_string() && std::find(allowed.begin(), allowed.end(), word) != allowed.end()) return word;
  fault_at(key, fmt::format("expected one of {}, found {}", fmt::join(allowed, ", "), shown(*member)));
  return fallback;
}

std::vector<std::string> JsonReader::strings(std::string_view key, std::vector<std::string> fallback) {
  const Json* member = take(key);
  if (!member) return fallback;
  std::vector<std::string> items;
  bool good = member->is_array();
  for (const auto& item : member->items()) {
    good = good && item.is_string();
    items.push_back(item.as_string());
  }
  if (good) return items;
  fault_at(key, fmt::format("expected an array of strings, found {}", shown(*member)));
  return fallback;
}

JsonReader JsonReader::object(std::string_view key) {
  const Json* member = take(key);
  return JsonReader(member ? *member : empty_object(), *faults_, fmt::format("{}.{}", path_, key));
}

std::size_t JsonReader::each(std::string_view key, const std::function<void(JsonReader&)>& visit) {
  const Json* member = take(key);
  if (!member) return 0;
  if (!member->is_array()) {
    fault_at(key, fmt::format("expected an array, found {}", shown(*member)));
    return 0;
  }
  std::size_t index = 0;
  for (const auto& item : member->items()) {
    JsonReader reader(item, *faults_, fmt::format("{}.{}[{}]", path_, key, index++));
    visit(reader);
  }
  return index;
}

void JsonReader::require(std::string_view key) {
  if (!take(key)) fault_at(key, "is required and missing");
}

const Json& JsonReader::raw(std::string_view key) {
  static const Json null;
  const Json* member = take(key);
  return member ? *member : null;
}

void JsonReader::reject_unknown() {
  for (const auto& [key, member] : value_->members()) {
    if (key == "$schema" || std::find(known_.begin(), known_.end(), key) != known_.end()) continue;
    const auto near = nearest(key, known_);
    fault_at(key, near ? fmt::format("unknown key; did you mean \"{}\"?", *near)
                       : fmt::format("unknown key; allowed are {}", fmt::join(known_, ", ")));
  }
}

}  // namespace tessera
