#pragma once
// What may be asked for when a recording starts. Pure.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "base/json.hpp"
#include "base/result.hpp"
#include "recording/format.hpp"

namespace tessera::recording {

struct RecordingOptions {
  std::string name;  ///< a title for people; at most 200 characters
  Format format = default_format();
  bool tracks = false;                        ///< everybody's sound and picture as received, too
  std::chrono::milliseconds split_after{0};   ///< a new file after this long; 0: never
  std::uint64_t split_bytes = 0;              ///< or after this many bytes
  std::chrono::milliseconds max_duration{0};  ///< of recorded time; 0: no limit
  bool announce = false;                      ///< tells the room that it is recorded
  bool chat = false;                          ///< the chat is kept in the timeline
  std::optional<double> loudness;             ///< LUFS that the finished sound is brought to

  /// Reads {name?, format?, tracks?, splitMs?, splitBytes?, maxDurationMs?, announce?, chat?, loudness?} over
  /// the
  /// defaults; null for a limit or for the loudness takes a default away. Other members are ignored.
  /// "bad-request" names every mistake.
  static Result<RecordingOptions> from_json(const Json& json, const RecordingOptions& defaults);
  /// The same again: for the room process and for the manifest. What is not set is left out.
  [[nodiscard]] Json to_json() const;
};

}  // namespace tessera::recording
