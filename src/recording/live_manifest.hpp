#pragma once
// What the recorder writes into recording.json while it records. Pure.
//
//   parts: [{n, file, startedAt, startMs, reason, width?, height?, durationMs?, bytes?, closed, recovered}]
//   gaps:  [{from, to?, atMs, reason: "paused"|"crash"}]     `to` is missing while it lasts
//
// The finisher replaces what a crash left as an estimate by what it finds in the files.

#include <string_view>

#include "base/json.hpp"
#include "recording/names.hpp"

namespace tessera::recording {

struct PartStart {
  int part = 1;
  WallTime at{};
  std::chrono::milliseconds position{0};
  std::string_view reason = "start";
  int width = 0, height = 0;  ///< 0: no picture
};
void note_part(Json& manifest, const PartStart& start);
void note_part_end(Json& manifest, int part, std::chrono::milliseconds duration);
void note_part_closed(Json& manifest, int part, std::uint64_t bytes, bool whole);

void note_gap(Json& manifest, WallTime from, std::chrono::milliseconds position, std::string_view reason);
void note_gap_end(Json& manifest, WallTime to);
/// Whether the last gap has no end yet.
bool in_gap(const Json& manifest);

/// What a process that died left: its last part gets the length that the clock gives it, and a gap begins
/// there. `died`: when its file was last written to. Returns the recorded time until then.
std::chrono::milliseconds note_crash(Json& manifest, WallTime died, std::string_view reason = "crash");

}  // namespace tessera::recording
