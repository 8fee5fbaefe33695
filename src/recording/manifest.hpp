#pragma once
// recording.json: what a recording is and how far it has come. Pure, but for load and save.
//
//   {version, id, room, state, startedAt, endedAt?, durationMs?, bytes?, sha256?, files: [], width, height,
//   framerate,
//    closed, recovered, droppedFrames?, silenceMs?, error?: {code, message}, …details}
//
//   state    starting → recording → stopping → finishing → ready | failed
//   closed   the live file was ended by the recorder; without it the process died, and finishing counts as
//   recovery

#include <string>
#include <string_view>

#include "base/json.hpp"
#include "base/result.hpp"
#include "recording/names.hpp"

namespace tessera::recording {

Json new_manifest(std::string_view id, std::string_view room, WallTime start);
void set_state(Json& manifest, std::string_view state);
void set_error(Json& manifest, const Error& failure);

/// Whether a failure is the live file's own fault, so that trying again can not help.
bool is_beyond_rescue(const Json& manifest);

/// Whether a part's live file came to nothing: no later run makes a file of it.
bool is_lost_part(const Json& part);

/// The member that says how far chapters, poster and strip are: "making", "again" (a crash came in between),
/// "waiting" (for room on the disk), then "made" or "failed".
inline constexpr const char* sidecars_key = "sidecars";
bool sidecars_pending(const Json& manifest);

/// What is left to do for a recording that nobody is working on.
struct FolderContent {
  bool live = false;   ///< of any part
  bool final = false;  ///< of any part
};
bool needs_finishing(const Json& manifest, FolderContent content, WallTime now);

/// Whether a value has the shape of a manifest, so that what works on one can change its parts, gaps and
/// tracks.
bool is_manifest(const Json& json);

/// Reads <directory>/recording.json. "cannot-read", "bad-json", "bad-manifest".
Result<Json> load_manifest(const std::string& directory);
/// Replaces it atomically; on a full disk in the space that was kept for it. "cannot-write", "disk-full".
Result<void> save_manifest(const std::string& directory, const Json& manifest);
/// Keeps some disk for the manifest while a recording runs: a state that can not be written down would leave
/// a recording that failed looking as if it ran. Given back when the recording is ready.
void reserve_manifest_space(const std::string& directory);

}  // namespace tessera::recording
