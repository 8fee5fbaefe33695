// recording.json, which others may have edited: no name in it becomes a path out of the recording's folder,
// and what a room's process notes in it stays a manifest.
// without: recording/sidecars.cpp
#include "fuzz.hpp"
#include "recording/live_manifest.hpp"
#include "recording/manifest.hpp"
#include "recording/noted_files.hpp"
#include "recording/resources.hpp"
#include "recording/timeline.hpp"
#include "server/content_disposition.hpp"

namespace {

using namespace tessera::fuzz;
using namespace tessera::recording;
using tessera::Json;

// Inside the recording's folder, or in its folder of tracks.
bool stays_inside(std::string_view file) {
  if (file.starts_with("tracks/")) file.remove_prefix(7);
  return !file.empty() && file.front() != '.' && file.find('/') == file.npos && file.find('\0') == file.npos;
}

void check(const std::optional<Resource>& resource) {
  if (!resource) return;
  expect(stays_inside(resource->file), "a file is inside its recording: {}", resource->file);
  for (const bool attachment : {false, true}) {
    const auto header = tessera::server::content_disposition(resource->name, attachment);
    expect(is_one_line(header), "a header is one line: {}", header);
    for (const char c : header) expect(c >= 0x20 && c < 0x7f, "a header is plain ASCII: {}", header);
    const auto name = header.find("filename=\"");
    expect(header.find('"', name + 10) == header.find_last_of('"'), "a name stays in its quotes: {}", header);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  auto parsed = Json::parse(text_of(bytes, size));
  if (!parsed || !is_manifest(*parsed)) return 0;
  Json& manifest = *parsed;
  const WallTime now{std::chrono::milliseconds(1'800'000'000'000)};

  const int parts = part_count(manifest);
  expect(parts >= 1 && parts <= max_parts, "there are 1 to 9999 parts");
  for (int part = 0; part <= std::min(parts, 20) + 1; ++part) check(media_resource(manifest, part));
  for (std::size_t i = 0; i < manifest["tracks"].items().size() && i < 20; ++i)
    check(track_resource(manifest, i));
  for (const char* name : {"poster.jpg", "strip.jpg", "strip.vtt", "chapters.vtt", "timeline.jsonl", "../x"})
    check(sidecar_resource(manifest, name));
  for (const auto& noted : noted_files(manifest))
    expect(noted.file.empty() || stays_inside(noted.file), "a noted file is inside its recording: {}",
           noted.file);
  (void)check_whole("/", noted_files(manifest), {});
  (void)needs_finishing(manifest, {.live = true, .final = false}, now);
  (void)needs_finishing(manifest, {}, now);
  (void)is_beyond_rescue(manifest);
  for (const auto& span : measured_parts(Timeline{}, manifest))
    expect(span.duration_ms >= 0 && span.start_ms >= 0, "parts last a time");

  // A room's process goes on with a manifest that an earlier one left.
  (void)note_crash(manifest, now);
  note_part(manifest,
            {.part = 2, .at = now, .position = std::chrono::milliseconds(5), .width = 640, .height = 360});
  note_part_end(manifest, 2, std::chrono::milliseconds(7));
  note_part_closed(manifest, 2, 1000, true);
  note_gap(manifest, now, std::chrono::milliseconds(12), "paused");
  note_gap_end(manifest, now);
  expect(!in_gap(manifest), "a gap that was ended has an end");
  const auto again = Json::parse(manifest.dump(true));
  expect(again.ok() && *again == manifest, "a manifest reads as it was written");
  return 0;
}
