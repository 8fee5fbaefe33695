#pragma once
// What `tessera recording …` runs. Each prints to standard output and returns the process's exit status.

#include <string>

namespace tessera::recording {

/// `tessera recording finish DIR [--recovered]`: turns DIR's live file into the finished one. Prints one JSON
/// object per line: {"progress": 0…1} as it goes, at last the manifest, {"state": "ready"|"failed", …}. 0
/// when ready.
int finish_command(const std::string& directory, bool recovered);

/// `tessera recording list`: a table of what the folder of recordings holds, newest first.
int list_command(const std::string& directory);

/// `tessera recording recover`: finishes what a crash left in the folder of recordings. Prints JSON lines,
/// {"id", "progress"} as it goes and one manifest per recording. 0 when none had to be given up.
int recover_command(const std::string& directory);

}  // namespace tessera::recording
