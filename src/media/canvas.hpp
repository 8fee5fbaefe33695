#pragma once
// The canvas: one picture of the room. A tick thread takes from every tile its newest due picture and pushes
// exactly one buffer per tile into GStreamer's compositor; raw frames come out to whoever subscribes.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/loop.hpp"
#include "base/result.hpp"
#include "gst/ptr.hpp"
#include "layout/layout.hpp"

namespace tessera::media {

/// Pixels of the canvas; x, y, w, h even.
struct Rect {
  int x = 0, y = 0, w = 0, h = 0;
  bool operator==(const Rect&) const = default;
};

enum class Fit { cover, contain };

class Image;

/// The look that a layout gives a tile.
struct TileStyle {
  Fit fit = Fit::cover;
  int border = 0;                         ///< pixels, even
  int radius = 0;                         ///< of the corners, in pixels
  std::uint32_t border_color = 0x2b3440;  ///< 0xRRGGBB
  std::uint32_t speaking_color = 0x35c46a;
  layout::LabelShow label = layout::LabelShow::always;
  layout::LabelPosition label_position = layout::LabelPosition::bottom_left;
  int more = 0;  ///< so many people are not shown: "+12" on this tile; 0 says nothing
  bool operator==(const TileStyle&) const = default;
};

enum class TileState { connecting, live, camera_off, stalled, gone };

/// The picture of one participant (or screen). Owned by the room (shared with the canvas while placed and
/// with the endpoint's decoder thread). Thread-safe: `push` comes from a streaming thread, the rest from the
/// control thread, `newest` from the canvas tick.
class Tile {
 public:
  virtual ~Tile() = default;

  /// A decoded frame: raw I420 in system memory with running-time PTS, any size, any moment. Scales, crops
  /// and dresses it for the tile's current geometry on the calling thread.
  virtual void push(GstSample* sample) = 0;
  /// What to draw when no frame is due: camera_off draws initials on the name's colour, and so on. A tile in
  /// state `live` whose frames cease for more than 2 s shows `stalled` by itself, unless it is told of signs
  /// of life.
  virtual void set_state(TileState state) = 0;
  /// Something has come from whoever sends the frames, if only a sign of life: a slide that is drawn once in
  /// five seconds is no lost connection. At least once a second for as long as it comes.
  virtual void heard() = 0;
  virtual void set_name(const std::string& name) = 0;
  virtual void set_speaking(bool speaking) = 0;
  virtual void set_muted(bool muted) = 0;
  virtual void set_hand(bool raised) = 0;
  /// Shown instead of initials while there is no picture. Null: initials.
  virtual void set_avatar(std::shared_ptr<const Image> avatar) = 0;
  /// Delay between a frame's PTS and its showing (playout delay).
  virtual void set_playout_delay(std::chrono::milliseconds delay) = 0;

  struct Stats {
    std::uint64_t frames_in = 0;     ///< decoded frames received
    std::uint64_t frames_shown = 0;  ///< distinct frames taken by the tick
    int source_width = 0, source_height = 0;
    TileState shown = TileState::connecting;  ///< what the last tick drew
  };
  [[nodiscard]] virtual Stats stats() const = 0;
};

/// Where a tile goes; later ones are on top.
struct TilePlacement {
  std::shared_ptr<Tile> tile;
  Rect rect;
  TileStyle style;
};

/// What is behind the tiles: the image fills the canvas (cropped to its shape), the colour where there is
/// none.
struct Backdrop {
  std::uint32_t color = 0x10151c;  ///< 0xRRGGBB
  std::shared_ptr<const Image> image;
  bool operator==(const Backdrop&) const = default;
};

/// A whole picture: everything that changes at one tick.
struct Scene {
  std::vector<TilePlacement> placements;
  Backdrop backdrop;
  /// Tiles move from where they are to where they shall be in this time; 0: from one frame to the next.
  std::chrono::milliseconds transition{0};
};

struct CanvasSpec {
  int width = 1280, height = 720;
  int framerate = 30;
  int max_tiles = 49;                   ///< size of the pad pool
  std::uint32_t background = 0x10151c;  ///< 0xRRGGBB
};

/// One composed frame: raw I420, PTS = running time of its tick (a multiple of 1/framerate), shared
/// read-only.
using RawFrameConsumer = std::function<void(GstBuffer* frame)>;

class Canvas {
 public:
  /// Starts the compositor pipeline and the tick. Errors: "missing-plugin", "state-change".
  static Result<std::unique_ptr<Canvas>> create(Loop& loop, CanvasSpec spec);
  virtual ~Canvas() = default;

  virtual std::shared_ptr<Tile> create_tile(const std::string& name) = 0;
  /// A tile that shows a picture of the layout's own, for ever. Where the image is transparent, `behind`
  /// shows.
  virtual std::shared_ptr<Tile> create_image_tile(const Image& image, std::uint32_t behind) = 0;
  /// Replaces everything at once, between two ticks. More than max_tiles are ignored with a warning.
  virtual void apply(Scene scene) = 0;
  void apply(std::vector<TilePlacement> placements, std::uint32_t background) {
    apply(Scene{std::move(placements), {background, nullptr}, {}});
  }

  /// Calls `consumer` with each composed frame, on the compositor's thread, until the returned token is
  /// dropped. The canvas composes nothing while nobody subscribes.
  [[nodiscard]] virtual std::shared_ptr<void> subscribe(RawFrameConsumer consumer) = 0;

  /// Called once, on the control thread, when a frame has been in the compositor for so long that none will
  /// ever come again.
  virtual void on_stuck(std::function<void()> callback) = 0;

  [[nodiscard]] virtual const CanvasSpec& spec() const = 0;
  struct Stats {
    std::uint64_t ticks = 0;    ///< frames composed
    std::uint64_t skipped = 0;  ///< ticks dropped because the one before was not out yet
  };
  [[nodiscard]] virtual Stats stats() const = 0;
};

}  // namespace tessera::media
