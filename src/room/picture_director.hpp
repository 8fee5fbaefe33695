#pragma once
// Who is where in the picture: chooses the layout, asks the pure solver and applies its answer to the canvas.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "config/layouts.hpp"
#include "layout/choice.hpp"
#include "layout/solver.hpp"
#include "layout/speaker_policy.hpp"
#include "media/canvas.hpp"
#include "room/layout_images.hpp"
#include "room/source_hint.hpp"

namespace tessera::room {

class Seat;

/// Owned by the Room; lives on the control thread.
class PictureDirector {
 public:
  using Seats = std::map<std::string, std::shared_ptr<Seat>>;
  /// Region id → participant id.
  using Assignments = std::map<std::string, std::string>;

  /// `layouts` belongs to the room, which may replace what is in it (layouts_changed).
  PictureDirector(media::Canvas& canvas, const config::Layouts& layouts)
      : canvas_(canvas), layouts_(layouts), images_(canvas) {}

  /// The room's own layout, used where neither an operator nor a rule says otherwise. "unknown-layout" lists
  /// those there are.
  Result<void> set_default(const std::string& name);
  /// The operator's layout, which goes before rules and default; "" leaves it to them again. Applied by the
  /// next update.
  Result<void> choose(const std::string& name);
  /// Puts people into regions of the layout that is (or by choose() will be) in use, instead of those before.
  /// "bad-request": no such region for one person; "unknown-participant".
  Result<void> assign(Assignments assignments, const Seats& seats);
  /// Other layouts, or other files of images: the next update looks at everything anew.
  void layouts_changed();

  /// "" when it is left to rules and default.
  [[nodiscard]] const std::string& operators_choice() const { return operators_; }
  /// The layout that is in use.
  [[nodiscard]] const std::string& chosen() const { return choice_.name; }

  /// Lets the speaker policy see the talkers (loudest first) at this moment; true when the floor has moved.
  bool floor_moved(const std::vector<std::string>& talkers);
  /// Whether some source has another size than when it was placed (a phone was turned, a first frame came).
  [[nodiscard]] bool sources_changed(const Seats& seats) const;

  /// Solves for these seats and applies the result to the canvas; true when anything changed.
  bool update(const Seats& seats);

  /// {name, choice, default, width, height, placements: [{participant, kind, region, x, y, w, h}], overflow,
  /// pinned}
  [[nodiscard]] Json describe() const;
  /// Every source of the last update with its place (empty when not shown), for source hints.
  [[nodiscard]] const std::vector<PlacedSource>& placed() const { return placed_; }

 private:
  [[nodiscard]] std::vector<layout::Person> people(const Seats& seats) const;
  [[nodiscard]] layout::Choice choice_for(const layout::Facts& facts) const;
  [[nodiscard]] std::string path_of(const std::string& image) const;
  std::shared_ptr<media::Tile> tile_of(const layout::Placement& placement, const Seats& seats);
  void note_places(const std::vector<layout::Person>& people);
  void show();

  media::Canvas& canvas_;
  const config::Layouts& layouts_;
  LayoutImages images_;
  std::string default_;
  std::string operators_;  ///< "" leaves it to rules and default
  Assignments assignments_;
  layout::Choice choice_;
  layout::SpeakerPolicy speaker_policy_;
  std::vector<std::string> talkers_;  ///< loudest first, as last told
  std::vector<std::string> present_;  ///< ids in order of joining
  std::vector<layout::Person> solved_for_;
  layout::Solution solution_;
  std::string solved_with_;                          ///< layout of `solution_`
  std::vector<std::shared_ptr<media::Tile>> shown_;  ///< tiles of `solution_`, in its order; null: not there
  std::vector<PlacedSource> placed_;
};

}  // namespace tessera::room
