#pragma once
// A new composite of a recorded meeting, from its tracks and its timeline, as fast as the machine allows.

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "config/layouts.hpp"

namespace tessera::remix {

struct RemixSpec {
  std::string directory;                   ///< the recording's
  std::string output;                      ///< see MovieSpec::path
  config::Layouts layouts;                 ///< for the layouts that the room had
  std::optional<layout::Layout> layout{};  ///< instead of them, from beginning to end
  std::string images;                      ///< folder of `layout`'s images
  int width = 0, height = 0;               ///< even, 64 to 4096; 0: as recorded
  int framerate = 0;                       ///< 1 to 60; 0: as recorded
  std::set<std::string> only{};            ///< ids or names of the people that are wanted; empty: everybody
  std::function<void(double)> progress = {};  ///< 0…1, often
  std::function<bool()> go_on = {};           ///< asked before each picture; no: nothing is made
};

struct RemixResult {
  double seconds = 0;      ///< of the movie
  double took = 0;         ///< seconds of work
  std::size_t tracks = 0;  ///< that went into it
  std::uint64_t pictures = 0;
  /// What of the recording is missing or not what was recorded, a sentence each: the mix is without it, or
  /// worse for it.
  std::vector<std::string> damage{};
};

/// Blocking. Errors: "bad-request" (the spec, or nobody of `only` was there), "no-tracks" (the recording has
/// none), "conflict" (it is still being recorded or finished), "cannot-read", "cannot-write", "disk-full",
/// "missing-plugin", "interrupted" (by go_on).
Result<RemixResult> remix(const RemixSpec& spec);

}  // namespace tessera::remix
