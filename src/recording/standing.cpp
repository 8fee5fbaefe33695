#include "recording/standing.hpp"

#include <filesystem>

#include "recording/files.hpp"

namespace tessera::recording {
namespace {

/// Finishers run one at a time: after its recorder a recording may wait for a moment.
constexpr std::chrono::minutes finisher_delay{1};

bool just_ended(const Json& manifest, WallTime now) {
  const auto ended = parse_timestamp(manifest["endedAt"].as_string());
  return manifest["state"].as_string() == "finishing" && ended && now - *ended <= finisher_delay;
}

}  // namespace

Standing standing_of(const Json& manifest, FolderContent content, bool held, WallTime now) {
  const std::string state = manifest["state"].as_string();
  if (state == "ready") return Standing::ready;
  if (held) return Standing::busy;
  if (state == "failed") return needs_finishing(manifest, content, now) ? Standing::failed : Standing::lost;
  if (just_ended(manifest, now) || !needs_finishing(manifest, content, now)) return Standing::waiting;
  return Standing::interrupted;
}

Standing look_at(Entry& entry) {
  const bool held = FolderLock::is_held(entry.directory);
  if (!held && !entry.id.empty() && entry.manifest["state"].as_string() != "ready")
    if (auto manifest = load_manifest(entry.directory)) entry.manifest = std::move(*manifest);
  return standing_of(entry.manifest, content_of(entry.directory), held, wall_now());
}

std::string shown_name(const Entry& entry) {
  if (!entry.id.empty()) return entry.id;
  return entry.room + "/" + std::filesystem::path(entry.directory).filename().string();
}

Json listed(Entry& entry) {
  const Standing standing = look_at(entry);
  Json manifest = entry.manifest;
  if (entry.id.empty()) manifest.set("id", shown_name(entry)).set("state", "no manifest");
  if (standing == Standing::interrupted) manifest.set("interrupted", true);
  return manifest;
}

bool explain(Entry& entry, Json& report) {
  constexpr std::string_view recover_it = "run: tessera recording recover";
  const Standing standing = look_at(entry);
  const std::string why = entry.manifest["error"]["message"].as_string("nobody knows why");
  report.set("id", shown_name(entry));  // as in the list, also without a manifest
  switch (standing) {
    case Standing::interrupted:
      report.set("interrupted", true)
          .set("problem",
               fmt::format("{}; {}", entry.id.empty() ? "no manifest" : "interrupted", recover_it));
      return false;
    case Standing::failed:
      report.set("failed", true);
      report.set("problem", why.find("tessera recording recover") != std::string::npos
                                ? "failed: " + why
                                : fmt::format("failed: {}; {}", why, recover_it));
      return false;
    case Standing::lost:
      report.set("failed", true).set("problem", fmt::format("failed: {}; nothing is left to recover", why));
      return false;
    case Standing::busy:
      report.set("busy", true).set("problem", "it is being recorded or finished now");
      return true;
    case Standing::ready:
      report.set("busy", true).set("problem", "it has just been finished; verify it again");
      return true;
    case Standing::waiting:
      report.set("busy", true).set("problem", "it is about to be recorded or finished");
      return true;
  }
  return true;
}

}  // namespace tessera::recording
