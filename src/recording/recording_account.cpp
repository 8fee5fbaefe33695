#include "recording/recording_account.hpp"

#include <algorithm>
#include <filesystem>

#include "base/log.hpp"
#include "recording/bounded_ms.hpp"
#include "recording/files.hpp"
#include "recording/manifest.hpp"
#include "recording/manifest_details.hpp"
#include "recording/names.hpp"
#include "recording/sidecars.hpp"

namespace tessera::recording {
namespace {

/// A lost manifest anew: of its folder's name, and of what the timeline says of the recording.
Json made_up_manifest(const std::string& directory, const Timeline& timeline) {
  const std::filesystem::path path =
      std::filesystem::absolute(directory + "/.").lexically_normal().parent_path();
  const std::string folder = path.filename().string();
  const bool named = valid_folder_name(folder);
  std::string id, name;
  for (const TimelineEvent& event : timeline.events) {
    if (event.type != "part" || !id.empty()) continue;
    if (named && folder_of(event.data["recording"].as_string()) == folder)
      id = event.data["recording"].as_string();
    name = event.data["name"].as_string();
  }
  if (id.empty()) id = new_id(named ? folder : folder_name(wall_now()));
  Json manifest =
      new_manifest(id, path.parent_path().filename().string(), start_of(folder).value_or(wall_now()));
  if (!name.empty()) manifest.set("name", name);
  return manifest;
}

void set_unless_empty(Json& manifest, const char* key, std::string text) {
  if (!text.empty()) manifest.set(key, std::move(text));
}

}  // namespace

bool is_done(const Json& manifest, const PartMap& files) {
  if (manifest["state"].as_string() != "ready" || sidecars_pending(manifest)) return false;
  std::int64_t bytes = 0;
  for (const auto& [part, about] : files) {
    if (about.live) return false;
    (void)part;
  }
  for (const Json& part : manifest["parts"].items()) bytes += part["bytes"].as_int();
  return manifest["sha256"].is_string() || (!manifest["parts"].items().empty() && bytes > 0);
}

RecordingAccount RecordingAccount::load(const std::string& directory, bool recovered) {
  RecordingAccount account;
  account.directory_ = directory;
  if (auto timeline = read_timeline(directory)) account.timeline_ = std::move(*timeline);
  if (auto manifest = load_manifest(directory)) {
    account.manifest_ = std::move(*manifest);
  } else {
    log::warn("{}; writing a new one", manifest.error().message);
    account.manifest_ = made_up_manifest(directory, account.timeline_);
  }
  account.recovered_ =
      recovered || account.manifest_["recovered"].as_bool() || !account.manifest_["closed"].as_bool();
  return account;
}

const Format* RecordingAccount::format() const {
  if (const Format* named = find_format(manifest_["format"].as_string())) return named;
  for (const PartBegin& begin : part_begins(timeline_))
    if (const Format* named = find_format(begin.format)) return named;
  return nullptr;
}

Tags RecordingAccount::tags(int part) const {
  Tags tags;
  const std::string name = manifest_["name"].as_string();
  tags.title = name.empty() ? manifest_["room"].as_string() : name;
  if (part > 1) tags.title += fmt::format(" ({})", part);
  tags.created = manifest_["startedAt"].as_string();
  for (const PartBegin& begin : part_begins(timeline_))
    if (begin.part == part) tags.created = timestamp(begin.at);
  const auto spans = measured_parts(timeline_, manifest_);
  const auto span =
      std::find_if(spans.begin(), spans.end(), [&](const PartSpan& one) { return one.part == part; });
  if (span == spans.end()) return tags;
  tags.chapters =
      chapters_in(chapters_of(timeline_, spans, spans.back().start_ms + spans.back().duration_ms), *span);
  if (tags.chapters.size() < 2) tags.chapters.clear();  // one chapter divides nothing
  return tags;
}

std::optional<double> RecordingAccount::loudness_target() const {
  const Json& target = manifest_["loudness"];
  if (!target.is_number() || target.as_double() >= 0) return {};
  return target.as_double();
}

bool RecordingAccount::knows(int part, const std::string& file, std::uint64_t bytes) const {
  const auto& parts = manifest_["parts"].items();
  return std::any_of(parts.begin(), parts.end(), [&](const Json& one) {
    return one["n"].as_int() == part && one["file"].as_string() == file && one["sha256"].is_string() &&
           one["bytes"].as_int() == static_cast<std::int64_t>(bytes);
  });
}

const Json& RecordingAccount::entry_of(int part) const {
  static const Json none = Json::object();
  const auto& parts = manifest_["parts"].items();
  const auto found =
      std::find_if(parts.begin(), parts.end(), [&](const Json& one) { return one["n"].as_int() == part; });
  return found == parts.end() ? none : *found;
}

std::optional<std::int64_t> RecordingAccount::recorded_ms(int part) const {
  const Json& entry = entry_of(part);
  if (entry["recordedMs"].is_integer())
    return bounded_ms(entry["recordedMs"]);  // kept since it was described first
  if (!entry["closed"].as_bool() || !entry["durationMs"].is_integer()) return {};
  return bounded_ms(entry["durationMs"]);
}

std::int64_t RecordingAccount::missing_ms(int part) const {
  return entry_of(part)["missingMs"].as_int();
}

void RecordingAccount::note_part(int part, Json members) {
  std::vector<Json> parts = manifest_["parts"].items();
  auto entry =
      std::find_if(parts.begin(), parts.end(), [&](const Json& p) { return p["n"].as_int() == part; });
  if (entry == parts.end()) {
    parts.push_back(Json::object({{"n", part}}));
    std::sort(parts.begin(), parts.end(),
              [](const Json& a, const Json& b) { return a["n"].as_int() < b["n"].as_int(); });
    entry = std::find_if(parts.begin(), parts.end(), [&](const Json& p) { return p["n"].as_int() == part; });
  }
  Json noted = Json::object();
  for (const auto& [key, value] : entry->members())
    if (key != "error" && key != "missingMs") noted.set(key, value);
  for (const auto& [key, value] : members.members()) noted.set(key, value);
  for (const PartBegin& begin : part_begins(timeline_)) {
    if (begin.part != part) continue;
    noted.set("startedAt", timestamp(begin.at));
    set_unless_empty(noted, "reason", begin.reason);
  }
  noted.set("recovered", part_recovered(part));
  *entry = std::move(noted);
  manifest_.set("parts", Json(std::move(parts)));
}

bool RecordingAccount::part_recovered(int part) const {
  const auto spans = timeline_.parts();
  const auto span =
      std::find_if(spans.begin(), spans.end(), [&](const PartSpan& s) { return s.part == part; });
  return span == spans.end() ? recovered_ : !span->closed;
}

bool RecordingAccount::has_files() const {
  const auto& parts = manifest_["parts"].items();
  return std::any_of(parts.begin(), parts.end(), [](const Json& part) { return part["sha256"].is_string(); });
}

void RecordingAccount::complete() {
  set_state(manifest_, "ready");
  drop_error();
  sum_up();
  add_timeline();
  const auto ended = ended_at(timeline_, spans_of(manifest_));
  const auto start = parse_timestamp(manifest_["startedAt"].as_string());
  if (ended)
    manifest_.set("endedAt", timestamp(*ended));
  else if (start && !manifest_.has("endedAt"))
    manifest_.set("endedAt",
                  timestamp(*start + std::chrono::milliseconds(bounded_ms(manifest_["durationMs"]))));
  // What brought the finisher down twice is not tried a third time.
  const std::string before = manifest_[sidecars_key].as_string();
  manifest_.set(sidecars_key, before == "making" ? "again" : before == "again" ? "failed" : "making");
}

void RecordingAccount::sum_up() {
  Json files = Json::array();
  std::vector<Json> parts = manifest_["parts"].items();
  const Json* first = nullptr;
  std::int64_t duration = 0, bytes = 0;
  bool recovered = recovered_;
  for (Json& part : parts) {
    part.set("startMs", duration);
    if (!part["sha256"].is_string()) continue;
    if (!first) first = &part;
    files.push(part["file"]);
    duration += bounded_ms(part["durationMs"]);
    bytes += part["bytes"].as_int();
    recovered = recovered || part["recovered"].as_bool();
  }
  const bool single = files.items().size() == 1;
  manifest_.set("files", std::move(files));
  manifest_.set("durationMs", duration).set("bytes", bytes).set("recovered", recovered);
  if (first) {
    manifest_.set("codecs", (*first)["codecs"]);
    if (single) manifest_.set("sha256", (*first)["sha256"]);
    for (const char* key : {"width", "height"})
      if (first->has(key)) manifest_.set(key, (*first)[key]);
  }
  manifest_.set("parts", Json(std::move(parts)));
}

void RecordingAccount::add_timeline() {
  if (part_begins(timeline_).empty()) return;  // an older recording: what its recorder said stands
  const auto parts = spans_of(manifest_);
  manifest_.set("gaps", gaps_of(timeline_, parts));
  manifest_.set("participants", participants_of(timeline_, parts));
  manifest_.set("layouts", layouts_of(timeline_, parts));
  Json tracks = tracks_of(timeline_);
  if (!tracks.items().empty()) {
    // Only what is there: a power cut may have taken a file that the timeline knows.
    Json sized = Json::array();
    for (Json track : tracks.items())
      if (const auto bytes = regular_file_size(directory_ + "/" + track["file"].as_string()))
        sized.push(track.set("bytes", static_cast<std::int64_t>(*bytes)));
    manifest_.set("tracks", std::move(sized));
  }
  if (Json limits = track_limits_of(timeline_, parts); !limits.items().empty())
    manifest_.set("trackLimits", std::move(limits));
  set_unless_empty(manifest_, "endReason", end_reason_of(timeline_));
  // Its process died, and nobody came back for it to go on.
  const auto& parts_now = manifest_["parts"].items();
  if (!manifest_.has("endReason") && !parts_now.empty() && parts_now.back()["recovered"].as_bool())
    manifest_.set("endReason", "interrupted");
  set_unless_empty(manifest_, "consent", consent_of(timeline_));
}

void RecordingAccount::drop_error() {
  Json kept = Json::object();
  for (const auto& [key, value] : manifest_.members())
    if (key != "error") kept.set(key, value);
  // A recorder that failed ended the recording; a finisher that failed before did not.
  const Json& before = manifest_["error"];
  if (before.is_object() && !before.has("during") && !manifest_.has("endReason"))
    kept.set("endReason", before["code"]);
  manifest_ = std::move(kept);
}

void RecordingAccount::fail(const Error& failure) {
  set_state(manifest_, "failed");
  set_error(manifest_, failure);
  Json noted = manifest_["error"];
  manifest_.set("error", std::move(noted.set("during", "finishing")));
}

bool RecordingAccount::begin_sidecars() const {
  return sidecars_pending(manifest_);
}

void RecordingAccount::end_sidecars(const Result<void>& made) {
  manifest_.set(sidecars_key, made ? "made" : "waiting");
}

Result<void> RecordingAccount::save() const {
  return save_manifest(directory_, manifest_);
}

}  // namespace tessera::recording
