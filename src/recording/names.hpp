#pragma once
// Names of rooms, folders and recordings: what may become part of a path is decided here and nowhere else.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "recording/format.hpp"

namespace tessera::recording {

using WallTime = std::chrono::sys_time<std::chrono::milliseconds>;

WallTime wall_now();

/// 1…64 of A–Z a–z 0–9 _ -: no dot, no slash, nothing a file system or a terminal could read otherwise.
bool valid_room_name(std::string_view room);

/// "20261121T004512.123Z": the name of a recording's folder.
std::string folder_name(WallTime start);
bool valid_folder_name(std::string_view name);
/// The reverse of folder_name().
std::optional<WallTime> start_of(std::string_view folder);
/// "2026-11-21T00:45:12.123Z", as in manifests (RFC 3339).
std::string timestamp(WallTime time);
/// The reverse of timestamp().
std::optional<WallTime> parse_timestamp(std::string_view text);

/// "20261121T004512123Z-k3vQ…": the folder's name without its dot, and 72 random bits, so that an id can be
/// neither guessed nor turned into a path outside of the recordings.
std::string new_id(std::string_view folder);
/// The folder that an id names; nothing when it is not one of ours.
std::optional<std::string> folder_of(std::string_view id);

// The files of a recording, inside its folder. A recording has one part or several: a new one begins by a
// split, after a crash of the room's process, or with another size of the picture. Parts count from 1.
inline constexpr const char* live_file = "live.mkv";        ///< of part 1
inline constexpr const char* final_file = "recording.mp4";  ///< of part 1, format "mp4"
inline constexpr const char* partial_file = "recording.mp4.part";
inline constexpr const char* manifest_file = "recording.json";
inline constexpr const char* lock_file = "recording.lock";
inline constexpr const char* reserve_file = "recording.reserve";  ///< disk kept for the manifest
inline constexpr const char* upload_file = "upload.json";         ///< how far a copy elsewhere has got
/// What in a recording's folder is the server's own, and no part of the recording: those but the manifest,
/// and what is being written.
bool is_working_file(std::string_view name);
inline constexpr int max_parts = 9999;

/// "live.mkv", "live-002.mkv" …: what is being written, whatever the format.
std::string live_name(int part);
/// "recording.mp4", "recording-002.mp4" …
std::string final_name(int part, const Format& format);
/// The same while it is being made: "recording.mp4.part".
std::string partial_name(int part, const Format& format);
/// Which part a live file's name means; nothing when it is not one.
std::optional<int> part_of_live(std::string_view name);
/// Which part and format a finished file's name means; nothing when it is not one.
struct FinalName {
  int part = 1;
  std::string extension;
};
std::optional<FinalName> part_of_final(std::string_view name);

}  // namespace tessera::recording
