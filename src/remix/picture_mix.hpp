#pragma once
// The composite: at each moment the layout's solution for who is there, drawn with the room's own tiles.

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "config/layouts.hpp"
#include "layout/solver.hpp"
#include "layout/speaker_policy.hpp"
#include "media/backdrop.hpp"
#include "media/corner_cut.hpp"
#include "media/frame.hpp"
#include "media/tile_view.hpp"
#include "remix/story.hpp"
#include "remix/video_track.hpp"

namespace tessera::remix {

/// One video track and whose it is.
struct Footage {
  std::string participant;
  bool screen = false;
  std::unique_ptr<VideoTrack> track;
};

struct PictureSpec {
  int width = 1280, height = 720, framerate = 30;
  config::Layouts layouts;                 ///< for the layouts that the room had
  std::optional<layout::Layout> layout{};  ///< instead of them, all the time
  std::string images;                      ///< folder of `layout`'s images
  std::set<std::string> only{};            ///< ids or names of those who are shown; empty: everybody
};

/// Used by one thread; no clock: time goes on as it is asked for pictures.
class PictureMix {
 public:
  PictureMix(PictureSpec spec, Story story, std::vector<Footage> footage);

  /// The picture at a position in recorded time, which only goes on. Raw I420; nobody writes to it
  /// afterwards.
  gst::Ptr<GstBuffer> paint(GstClockTime time);

 private:
  struct Source {
    const Picture* picture = nullptr;
    bool fresh = false;
  };
  using Key = std::pair<std::string, layout::Kind>;
  struct Tile {
    layout::Placement placement;
    std::shared_ptr<media::TileView> view;
    std::unique_ptr<media::CornerCut> cut;
    bool drawn = false;
  };

  void read_sources(GstClockTime time);
  [[nodiscard]] layout::Situation situation(GstClockTime time);
  [[nodiscard]] const layout::Layout& layout() const;
  void arrange(layout::Solution solution);
  [[nodiscard]] media::Dress dress_of(const layout::Placement& placement) const;
  void draw_source(Tile& tile);
  void draw_image(Tile& tile);
  gst::Ptr<GstBuffer> compose();
  [[nodiscard]] bool is_wanted(const Actor& actor) const;

  const PictureSpec spec_;
  Story story_;
  std::vector<Footage> footage_;
  std::map<Key, Source> sources_;  ///< what somebody shows now
  layout::SpeakerPolicy floor_;
  std::vector<Actor> actors_;
  std::string solved_with_;
  layout::Solution solution_;
  std::vector<Tile> tiles_;
  std::shared_ptr<const media::BackdropPicture> behind_;
  media::FramePool frames_;
  bool dresses_changed_ = true;
};

}  // namespace tessera::remix
