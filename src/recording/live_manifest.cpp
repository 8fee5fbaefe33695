#include "recording/live_manifest.hpp"

#include <algorithm>

#include "recording/bounded_ms.hpp"

namespace tessera::recording {
namespace {

/// The manifest's arrays are small, and changed rarely: they are read, changed and set again.
Json::Array items_of(const Json& manifest, std::string_view key) {
  return manifest[key].items();
}

template <typename Change>
void change_part(Json& manifest, int part, Change change) {
  Json::Array parts = items_of(manifest, "parts");
  for (Json& entry : parts)
    if (entry["n"].as_int() == part) change(entry);
  manifest.set("parts", Json(std::move(parts)));
}

std::chrono::milliseconds milliseconds(const Json& value) {
  return std::chrono::milliseconds(bounded_ms(value));
}

}  // namespace

void note_part(Json& manifest, const PartStart& start) {
  Json entry = Json::object({{"n", start.part},
                             {"file", live_name(start.part)},
                             {"startedAt", timestamp(start.at)},
                             {"startMs", static_cast<std::int64_t>(start.position.count())},
                             {"reason", start.reason},
                             {"closed", false},
                             {"recovered", false}});
  if (start.width > 0) entry.set("width", start.width).set("height", start.height);
  Json::Array parts = items_of(manifest, "parts"), files = items_of(manifest, "files");
  parts.push_back(std::move(entry));
  if (std::find(files.begin(), files.end(), Json(live_name(start.part))) == files.end())
    files.emplace_back(live_name(start.part));
  manifest.set("parts", Json(std::move(parts))).set("files", Json(std::move(files)));
}

void note_part_end(Json& manifest, int part, std::chrono::milliseconds duration) {
  change_part(manifest, part,
              [&](Json& entry) { entry.set("durationMs", static_cast<std::int64_t>(duration.count())); });
}

void note_part_closed(Json& manifest, int part, std::uint64_t bytes, bool whole) {
  change_part(manifest, part, [&](Json& entry) {
    entry.set("bytes", static_cast<std::int64_t>(bytes)).set("closed", whole);
  });
}

void note_gap(Json& manifest, WallTime from, std::chrono::milliseconds position, std::string_view reason) {
  Json::Array gaps = items_of(manifest, "gaps");
  gaps.push_back(Json::object({{"from", timestamp(from)},
                               {"atMs", static_cast<std::int64_t>(position.count())},
                               {"reason", reason}}));
  manifest.set("gaps", Json(std::move(gaps)));
}

void note_gap_end(Json& manifest, WallTime to) {
  Json::Array gaps = items_of(manifest, "gaps");
  if (gaps.empty() || gaps.back().has("to")) return;
  gaps.back().set("to", timestamp(to));
  manifest.set("gaps", Json(std::move(gaps)));
}

bool in_gap(const Json& manifest) {
  const auto& gaps = manifest["gaps"].items();
  return !gaps.empty() && !gaps.back().has("to");
}

std::chrono::milliseconds note_crash(Json& manifest, WallTime died, std::string_view reason) {
  Json::Array parts = items_of(manifest, "parts");
  if (parts.empty()) return std::chrono::milliseconds(0);
  Json& last = parts.back();
  const auto start = milliseconds(last["startMs"]);
  if (last["closed"].as_bool()) return start + milliseconds(last["durationMs"]);
  auto duration = milliseconds(last["durationMs"]);
  const auto started = parse_timestamp(last["startedAt"].as_string());
  if (!last.has("durationMs") && started) {
    // Where it died in a pause, recorded time had stood still since then.
    auto end = died;
    for (const Json& gap : manifest["gaps"].items()) {
      const auto from = parse_timestamp(gap["from"].as_string()), to = parse_timestamp(gap["to"].as_string());
      if (!from || *from < *started) continue;
      if (!to) end = std::min(end, *from);
      if (to) duration -= *to - *from;
    }
    duration = std::max(std::chrono::milliseconds(0), duration + (end - *started));
    last.set("durationMs", static_cast<std::int64_t>(duration.count()));
  }
  last.set("recovered", true);
  manifest.set("parts", Json(std::move(parts)));
  if (!in_gap(manifest)) note_gap(manifest, died, start + duration, reason);
  return start + duration;
}

}  // namespace tessera::recording
