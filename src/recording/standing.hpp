#pragma once
// How a recording stands as seen from outside: what its manifest says, and whether anybody works on it.

#include <string>

#include "recording/manifest.hpp"
#include "recording/store.hpp"

namespace tessera::recording {

enum class Standing {
  ready,
  busy,         ///< somebody records or finishes it
  waiting,      ///< nobody yet, but its recorder or its finisher is about to begin
  interrupted,  ///< nobody: a crash left it behind
  failed,       ///< the next `tessera recording recover` may finish it all the same
  lost,         ///< failed, and there is nothing to finish
};

/// Pure. `held`: somebody has the folder's lock.
Standing standing_of(const Json& manifest, FolderContent content, bool held, WallTime now);

/// Looks at the disk. The entry's manifest is read again where it may have become older than the lock.
Standing look_at(Entry& entry);

/// As `list` has it: the manifest, and "interrupted" where somebody should look after it.
Json listed(Entry& entry);
/// Of a recording that has nothing to be compared with: why, and what to do, into verify_recording()'s
/// report. Whether all is well with it.
bool explain(Entry& entry, Json& report);

/// For people: the id; of a recording without a usable manifest "<room>/<start>".
std::string shown_name(const Entry& entry);

}  // namespace tessera::recording
