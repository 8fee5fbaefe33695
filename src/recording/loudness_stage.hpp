#pragma once
#include <functional>
#include <string>

#include "recording/recording_account.hpp"

namespace tessera::recording {

/// The part of finishing that brings the sound to the loudness that was asked for: one gain for all parts,
/// measured before the first of them is made. Noted in the manifest as `loudnessGain: {state, measuredLufs?,
/// gainDb?}`, so that a finisher that goes on after a crash uses the same. Whatever fails here leaves the
/// sound as it was recorded. Owned by the finisher.
class LoudnessStage {
 public:
  LoudnessStage(std::string directory, RecordingAccount& account)
      : directory_(std::move(directory)), account_(account) {}

  /// Measures where there is something to measure and it is not known yet.
  void measure(const PartMap& files, const std::function<void(double)>& progress);
  /// Whether a gain is applied at all.
  [[nodiscard]] bool active() const;
  /// Makes a part's sound with the gain and gives its file; empty when the recorded one is to be taken.
  std::string make_sound(int part, const std::function<void(double)>& progress);
  void remove_sound(int part) const;

 private:
  [[nodiscard]] std::string sound_path(int part) const;
  void note(std::string_view state, Json more = Json::object());

  std::string directory_;
  RecordingAccount& account_;
};

}  // namespace tessera::recording
