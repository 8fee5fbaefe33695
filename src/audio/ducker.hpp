#pragma once
#include <chrono>
#include <optional>

namespace tessera::audio {

/// How the voices give way to an announcement, and come back.
struct Ducking {
  double amount_db = 18;                   ///< by how much they are turned down; 0: not at all
  std::chrono::milliseconds attack{80};    ///< from full to turned down
  std::chrono::milliseconds release{500};  ///< and back
  bool operator==(const Ducking&) const = default;
};

/// The gain of the voices, tick by tick: a straight line in decibels, as ears hear it.
class Ducker {
 public:
  struct Gains {
    float from = 1, to = 1;  ///< linear, at the tick's ends
  };
  /// What lies over the voices at this tick; nullopt: nothing, they come back as the last ducking says.
  Gains tick(const std::optional<Ducking>& over);
  /// Nothing is turned down any more.
  [[nodiscard]] bool open() const { return reduction_db_ == 0; }

 private:
  Ducking last_;
  double reduction_db_ = 0;
};

}  // namespace tessera::audio
