#pragma once
// What `tessera recording …` runs. Each prints to standard output, what goes wrong to standard error, and how
// far it is to a terminal; each returns the process's exit status: 0 all well, 1 something is wrong with a
// recording, 2 wrong usage or no such recording.

#include <string>
#include <vector>

namespace tessera::recording {

/// `tessera recording finish DIR [--recovered] [--json]`: turns DIR's live files into finished ones. With
/// `json` one object per line: {"progress": 0…1} as it goes, at last the manifest, {"state":
/// "ready"|"failed", …}.
int finish_command(const std::string& directory, bool recovered, bool json);

/// `tessera recording list [--room ROOM] [--json]`: what the folder of recordings holds, newest first; a
/// table, or one JSON array of manifests.
int list_command(const std::string& directory, const std::string& room, bool json);

/// `tessera recording recover [--json]`: finishes what a crash left in the folder of recordings. With `json`
/// lines:
/// {"id", "progress"} as it goes and one manifest per recording. 1 when one had to be given up.
int recover_command(const std::string& directory, bool json);

/// `tessera recording verify [ID|DIR…] [--json]`: hashes and reads back the files of those recordings, or of
/// all. 1 when one is not what was recorded. With `json` one report per line (verification.hpp).
int verify_command(const std::string& directory, const std::vector<std::string>& recordings, bool json);

/// `tessera recording export ID|DIR… -o PATH`: checked copies (export.hpp).
int export_command(const std::string& directory, const std::vector<std::string>& recordings,
                   const std::string& output, bool json);

}  // namespace tessera::recording
