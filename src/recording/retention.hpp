#pragma once
// Which recordings have been kept long enough. Deciding is pure; apply_retention() acts.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "recording/names.hpp"
#include "recording/store.hpp"

namespace tessera::recording {

struct RetentionRules {
  std::optional<std::chrono::days> age;      ///< those that ended longer ago go
  std::optional<std::uint64_t> total_bytes;  ///< beyond this the oldest go
  bool only_uploaded = false;                ///< what is not yet safely elsewhere stays, whatever the rules
};

/// A recording as the rules see it.
struct Holding {
  std::string id;
  WallTime ended{};
  std::uint64_t bytes = 0;  ///< of its folder
  bool removable = false;   ///< finished, nobody at it, and uploaded where it has to be
};

struct Removal {
  std::string id;
  std::string reason;  ///< "age" or "size"
  std::uint64_t bytes = 0;
};

/// What goes, oldest first. What is not removable counts for the total and stays.
std::vector<Removal> plan_retention(std::vector<Holding> holdings, const RetentionRules& rules, WallTime now);

/// Whether a recording may go at all, by its manifest.
bool may_be_removed(const Json& manifest, bool only_uploaded);

/// All recordings of the store with the sizes of their folders. Blocking.
std::vector<Holding> holdings_of(const Store& store, bool only_uploaded);

struct RetentionOutcome {
  std::vector<Removal> removed;
  std::uint64_t kept_bytes = 0;
  std::size_t kept = 0;
};
/// Deletes what goes. One that can not be deleted is logged and stays. Blocking.
RetentionOutcome apply_retention(const Store& store, const RetentionRules& rules, WallTime now);

}  // namespace tessera::recording
