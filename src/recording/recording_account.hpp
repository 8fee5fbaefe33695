#pragma once
// What the finisher knows about a recording: its manifest and its timeline, and how the one is completed from
// the other.

#include <cstdint>
#include <optional>
#include <string>

#include "base/json.hpp"
#include "base/result.hpp"
#include "recording/format.hpp"
#include "recording/part_files.hpp"
#include "recording/remux.hpp"
#include "recording/timeline.hpp"

namespace tessera::recording {

/// Whether nothing is left to do for a recording.
bool is_done(const Json& manifest, const PartMap& files);

/// Owned by the finisher, which holds the folder's lock.
class RecordingAccount {
 public:
  /// Reads both; a lost manifest is made anew, a lost timeline is an empty one: what was recorded counts, not
  /// what is written about it. `recovered`: it was left behind by a crash.
  static RecordingAccount load(const std::string& directory, bool recovered);

  [[nodiscard]] Json& manifest() { return manifest_; }
  /// As chosen when it began; null when that is not known.
  [[nodiscard]] const Format* format() const;
  /// Title, time and chapters of a part's file.
  [[nodiscard]] Tags tags(int part) const;

  /// Whether a part's file is in the manifest with its check sum.
  [[nodiscard]] bool knows(int part, const std::string& file, std::uint64_t bytes) const;
  /// How long a part's recorder said it was, in milliseconds, when it closed it in order.
  [[nodiscard]] std::optional<std::int64_t> recorded_ms(int part) const;
  /// How much of that its finished file does not hold; 0 when nothing worth mention.
  [[nodiscard]] std::int64_t missing_ms(int part) const;
  /// Sets members of a part's entry.
  void note_part(int part, Json members);
  /// Whether any part has a finished file.
  [[nodiscard]] bool has_files() const;

  /// LUFS that the sound is to be brought to; nothing when it stays as it is.
  [[nodiscard]] std::optional<double> loudness_target() const;

  /// Says "ready", with all that follows from the parts and the timeline.
  void complete();
  void fail(const Error& failure);

  /// A crash while sidecars are made must not come again and again: false when they have brought it down
  /// twice.
  [[nodiscard]] bool begin_sidecars() const;
  /// A disk that was too full for them: they are made by the next run.
  void end_sidecars(const Result<void>& made);

  Result<void> save() const;

 private:
  [[nodiscard]] bool part_recovered(int part) const;
  [[nodiscard]] const Json& entry_of(int part) const;
  void drop_error();
  void sum_up();
  void add_timeline();

  std::string directory_;
  Json manifest_ = Json::object();
  Timeline timeline_;
  bool recovered_ = false;
};

}  // namespace tessera::recording
