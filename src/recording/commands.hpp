#pragma once
// What `tessera recording …` runs. Each prints to standard output, what goes wrong to standard error, and how
// far it is to a terminal; each returns the process's exit status: 0 all well, 1 something is wrong with a
// recording, 2 wrong usage, no such
// recording or no such folder, 130 interrupted. What cannot be read in the folder is complained about, and
// makes the status 1.

#include <string>
#include <vector>

namespace tessera::recording {

/// `tessera recording finish DIR [--recovered] [--json]`: turns DIR's live files into finished ones. With
/// `json` one object per line: {"progress": 0…1} as it goes, at last the manifest, {"state":
/// "ready"|"failed", …}.
int finish_command(const std::string& directory, bool recovered, bool json);

/// `tessera recording list [--room ROOM] [--json]`: what the folder of recordings holds, newest first; a
/// table, or one JSON array of manifests. One that nobody works on and that is not finished is shown as
/// "interrupted" (in JSON a member), media without a manifest by "<room>/<start>". `may_be_missing`: a folder
/// that is not there yet is told, and is no mistake.
int list_command(const std::string& directory, const std::string& room, bool json,
                 bool may_be_missing = false);

/// `tessera recording recover [--json]`: finishes what a crash left in the folder of recordings, and says how
/// many others work on. With `json` lines: {"id", "progress"} as it goes and one manifest per recording. 1
/// when one had to be given up.
int recover_command(const std::string& directory, bool json, bool may_be_missing = false);

/// `tessera recording verify [ID|DIR…] [--json]`: hashes and reads back the files of those recordings, or of
/// all. 1 when one is not what was recorded, or was left unfinished and nobody works on it. With `json` one
/// report per line (verification.hpp); of an unfinished one with "problem", and "interrupted", "failed" or
/// "busy".
int verify_command(const std::string& directory, const std::vector<std::string>& recordings, bool json);

/// `tessera recording export ID|DIR… -o PATH [--force]`: checked copies (export.hpp). An output that is there
/// is refused without `force`. Nothing is left of a copy that was interrupted or could not be completed.
int export_command(const std::string& directory, const std::vector<std::string>& recordings,
                   const std::string& output, bool force, bool json);

}  // namespace tessera::recording
