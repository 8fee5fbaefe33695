#pragma once
// Strict reading of a JSON object: each mistake is noted with its JSON path, what was found and what is
// allowed, and reading goes on, so that one run reports every mistake in a file.

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"

namespace tessera {

/// One mistake: `path` as in "$.templates[1].regions[0].x", `reason` as in "expected …, found …".
struct JsonFault {
  std::string path;
  std::string reason;
};

/// "file: path: reason" per fault, one a line.
std::string describe(std::string_view file, const std::vector<JsonFault>& faults);

/// The nearest of `known` to `word` by edit distance, when close enough to be a likely slip.
std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& known);

class JsonReader {
 public:
  JsonReader(const Json& value, std::vector<JsonFault>& faults, std::string path = "$");

  [[nodiscard]] const Json& json() const { return *value_; }
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] bool has(std::string_view key) const;  ///< present and not null

  // Each reads one member. Absent (or null) gives the fallback silently; a wrong type or value is a fault
  // and gives the fallback too.
  std::string string(std::string_view key, std::string fallback = "");
  std::int64_t integer(std::string_view key, std::int64_t fallback, std::int64_t min, std::int64_t max);
  double number(std::string_view key, double fallback, double min, double max);
  bool boolean(std::string_view key, bool fallback);
  std::string choice(std::string_view key, std::initializer_list<std::string_view> allowed,
                     std::string fallback);
  std::vector<std::string> strings(std::string_view key, std::vector<std::string> fallback = {});

  /// The member object; an empty one when absent.
  JsonReader object(std::string_view key);
  /// Calls `visit` with a reader per item of an array of objects. Returns the number of items.
  std::size_t each(std::string_view key, const std::function<void(JsonReader&)>& visit);

  /// Notes a fault when the member is absent or null.
  void require(std::string_view key);
  /// The raw member (marks the key as known).
  const Json& raw(std::string_view key);
  /// Notes a fault at this object, or at one of its members.
  void fault(std::string reason) { fault_at("", std::move(reason)); }
  void fault_at(std::string_view key, std::string reason);
  /// Notes every key that was not read above, with the nearest known one. Call last.
  void reject_unknown();

 private:
  const Json* take(std::string_view key);

  const Json* value_;
  std::vector<JsonFault>* faults_;
  std::string path_;
  std::vector<std::string> known_;
};

}  // namespace tessera
