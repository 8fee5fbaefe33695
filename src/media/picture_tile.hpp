#pragma once
// The canvas's own Tile: keeps the last raw frame, draws it for each view, and knows what a view shows now.

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "gst/ptr.hpp"
#include "media/canvas.hpp"
#include "media/tile_view.hpp"

namespace tessera::media {

/// Shared by the room, the plans of the canvas and the decoder that pushes. Locks: `drawing_` serialises
/// drawing (decoder and control thread, a millisecond or so); the tick takes only a view's own lock and
/// atomics.
class PictureTile final : public Tile {
 public:
  explicit PictureTile(std::string name);
  /// One that shows this picture for ever.
  PictureTile(std::string name, gst::Ptr<GstSample> picture);

  void push(GstSample* sample) override;
  void set_state(TileState state) override;
  void heard() override;
  void set_name(const std::string& name) override;
  void set_speaking(bool speaking) override;
  void set_muted(bool muted) override;
  void set_hand(bool raised) override;
  void set_avatar(std::shared_ptr<const Image> avatar) override;
  void set_playout_delay(std::chrono::milliseconds delay) override;
  [[nodiscard]] Stats stats() const override;

  /// Control thread: the live view of that look, or a new one with everything drawn for it. Views are kept by
  /// the plans; the tile draws for those that live.
  std::shared_ptr<TileView> view_for(const Look& look);
  /// Control thread, a few times a second: a tile without frames for 2 s shows `stalled`.
  void watch(GstClockTime now);
  /// Canvas tick: what `view` shows at a tick that takes frames up to `cutoff` (running time + playout
  /// delay).
  gst::Ptr<GstBuffer> take(TileView& view, GstClockTime cutoff);

 private:
  struct Raw {
    gst::Ptr<GstSample> sample;
    GstVideoInfo info;
    GstClockTime running_time = 0;
  };
  bool read(GstSample* sample, GstClockTime now);
  std::vector<std::shared_ptr<TileView>> views();
  void draw(TileView& view);
  void redress(auto change);
  [[nodiscard]] static bool shows_frames(TileState state) {
    return state != TileState::camera_off && state != TileState::gone;
  }

  std::mutex drawing_;
  Dress dress_;
  Raw raw_;
  gst::Ptr<GstCaps> caps_;  ///< what raw_.info was read from
  std::vector<std::weak_ptr<TileView>> views_;
  GstClockTime waiting_since_ = 0;  ///< of the last frame, or of the state that expects frames

  std::atomic<TileState> state_{TileState::connecting};
  std::atomic<bool> stalled_{false};
  const bool for_ever_ = false;  ///< a still picture, which never stalls
  std::atomic<GstClockTimeDiff> playout_delay_{0};
  std::atomic<std::uint64_t> frames_in_{0}, frames_shown_{0};
  std::atomic<int> source_width_{0}, source_height_{0};
  std::atomic<TileState> shown_{TileState::connecting};
};

}  // namespace tessera::media
