#pragma once
// Who is where in the picture: asks the pure solver and applies its answer to the canvas.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "config/layouts.hpp"
#include "layout/solver.hpp"
#include "layout/speaker_policy.hpp"
#include "media/canvas.hpp"
#include "room/source_hint.hpp"

namespace tessera::room {

class Seat;

/// Owned by the Room; lives on the control thread.
class PictureDirector {
 public:
  using Seats = std::map<std::string, std::shared_ptr<Seat>>;

  PictureDirector(media::Canvas& canvas, const config::Layouts& layouts) : canvas_(canvas), layouts_(layouts) {}

  /// The layout to use from now on (applied by the next update). "unknown-layout" lists those there are.
  Result<void> choose(const std::string& name);
  [[nodiscard]] const std::string& chosen() const { return chosen_; }

  /// Lets the speaker policy see the talkers (loudest first) at this moment; true when the floor has moved.
  bool floor_moved(const std::vector<std::string>& talkers);

  /// Solves for these seats and applies the result to the canvas; true when anything changed.
  bool update(const Seats& seats);

  /// {name, width, height, placements: [{participant, kind, x, y, w, h}], overflow}
  [[nodiscard]] Json describe() const;
  /// Every source of the last update with its place (empty when not shown), for source hints.
  [[nodiscard]] const std::vector<PlacedSource>& placed() const { return placed_; }

 private:
  [[nodiscard]] std::vector<layout::Person> people(const Seats& seats) const;

  media::Canvas& canvas_;
  const config::Layouts& layouts_;
  std::string chosen_;
  layout::SpeakerPolicy speaker_policy_;
  std::vector<std::string> talkers_;  ///< loudest first, as last told
  std::vector<std::string> present_;  ///< ids in order of joining
  layout::Solution solution_;
  std::string solved_with_;           ///< layout of `solution_`
  std::vector<std::shared_ptr<media::Tile>> shown_;  ///< tiles of `solution_`, in its order
  std::vector<PlacedSource> placed_;
};

}  // namespace tessera::room
