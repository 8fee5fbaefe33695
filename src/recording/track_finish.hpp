#pragma once
// From the tracks of a live recording to finished ones. Blocking; part of the finisher.

#include <functional>
#include <string>

#include "base/json.hpp"

namespace tessera::recording {

/// Gives each track an index and a duration, so that players can seek (remuxed beside it, verified, synced,
/// renamed over it; never transcoded), and returns the manifest's `tracks`, in the order in which they began:
///
///   [{file, participant, name, kind: "main"|"screen", codecs, startMs, durationMs, bytes, sha256, indexed}]
///
/// startMs is the position of the first packet in recorded time over all parts, whose lengths `manifest` has.
/// A track that cannot be remuxed (or for which the disk has no room) stays as it was written, which every
/// player reads, and has indexed: false; one without a packet is left out. Calling it again gives the same.
Json finish_tracks(const std::string& directory, const Json& manifest,
                   const std::function<void(double)>& progress = {});
/// The same list of tracks as they are: nothing is written, and there are no check sums.
Json list_tracks(const std::string& directory, const Json& manifest);

}  // namespace tessera::recording
