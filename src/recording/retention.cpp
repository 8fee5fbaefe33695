#include "recording/retention.hpp"

#include <algorithm>
#include <filesystem>

#include "base/log.hpp"
#include "recording/files.hpp"
#include "recording/manifest.hpp"
#include "recording/quota.hpp"
#include "recording/upload_state.hpp"

namespace tessera::recording {
namespace {

WallTime end_of(const Json& manifest) {
  for (const char* key : {"endedAt", "startedAt"})
    if (const auto time = parse_timestamp(manifest[key].as_string())) return *time;
  return WallTime::max();  // not known: never too old
}

}  // namespace

std::vector<Removal> plan_retention(std::vector<Holding> holdings, const RetentionRules& rules,
                                    WallTime now) {
  std::stable_sort(holdings.begin(), holdings.end(),
                   [](const Holding& a, const Holding& b) { return a.ended < b.ended; });
  std::uint64_t total = 0;
  for (const Holding& holding : holdings) total += holding.bytes;
  std::vector<Removal> removals;
  for (const Holding& holding : holdings) {
    if (!holding.removable) continue;
    const bool old = rules.age && holding.ended < now - *rules.age;
    const bool crowded = rules.total_bytes && total > *rules.total_bytes;
    if (!old && !crowded) continue;
    removals.push_back({holding.id, old ? "age" : "size", holding.bytes});
    total -= holding.bytes;
  }
  return removals;
}

bool may_be_removed(const Json& manifest, bool only_uploaded) {
  // Nothing was recorded. (What could not be read may be, by somebody: that is for people to delete.)
  if (is_beyond_rescue(manifest)) return manifest["error"]["code"].as_string() == "no-picture";
  if (manifest["state"].as_string() != "ready" || sidecars_pending(manifest)) return false;
  for (const Json& part : manifest["parts"].items())
    if (part["missingMs"].as_int() > 0)
      return false;  // what is missing may be in the live file that was kept

  if (is_going(manifest)) return false;  // by the upload, which asks for the copies
  return !only_uploaded || manifest["upload"]["state"].as_string() == "done";
}

std::vector<Holding> holdings_of(const Store& store, bool only_uploaded) {
  std::vector<Holding> holdings;
  for (const Entry& entry : store.entries())
    holdings.push_back({.id = entry.id,
                        .ended = end_of(entry.manifest),
                        .bytes = folder_bytes(entry.directory),
                        .removable = !entry.id.empty() && may_be_removed(entry.manifest, only_uploaded) &&
                                     !FolderLock::is_held(entry.directory)});
  return holdings;
}

RetentionOutcome apply_retention(const Store& store, const RetentionRules& rules, WallTime now) {
  RetentionOutcome outcome;
  const auto holdings = holdings_of(store, rules.only_uploaded);
  outcome.kept = holdings.size();
  for (const Holding& holding : holdings) outcome.kept_bytes += holding.bytes;
  for (Removal& removal : plan_retention(holdings, rules, now)) {
    if (auto removed = store.remove(removal.id); !removed) {
      log::warn("recording {} should go ({}), and stays: {}", removal.id, removal.reason,
                removed.error().message);
      continue;
    }
    log::info("recording {} was deleted by the rules of retention ({}, {} MB)", removal.id, removal.reason,
              removal.bytes / 1'000'000);
    outcome.kept_bytes -= removal.bytes;
    --outcome.kept;
    outcome.removed.push_back(std::move(removal));
  }
  return outcome;
}

}  // namespace tessera::recording
