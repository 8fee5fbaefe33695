#pragma once
// The Canvas: the plan (which tile where), the tick that follows it, and those who take its frames.

#include <atomic>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "media/backdrop.hpp"
#include "media/canvas.hpp"
#include "media/composer.hpp"
#include "media/corner_cut.hpp"
#include "media/fanout.hpp"
#include "media/picture_tile.hpp"
#include "media/transition.hpp"

namespace tessera::media {

/// Lives on the control thread, which calls everything but `tick`. The tick thread reads a plan, which nobody
/// changes once it is handed over, and never waits for an endpoint.
class MixCanvas final : public Canvas {
 public:
  static Result<std::unique_ptr<Canvas>> create(Loop& loop, CanvasSpec spec);
  ~MixCanvas() override;

  std::shared_ptr<Tile> create_tile(const std::string& name) override;
  std::shared_ptr<Tile> create_image_tile(const Image& image, std::uint32_t behind) override;
  using Canvas::apply;
  void apply(Scene scene) override;
  [[nodiscard]] std::shared_ptr<void> subscribe(RawFrameConsumer consumer) override;
  void on_stuck(std::function<void()> callback) override { on_stuck_ = std::move(callback); }
  [[nodiscard]] const CanvasSpec& spec() const override { return spec_; }
  [[nodiscard]] Stats stats() const override { return {ticks_, skipped_}; }

 private:
  struct Plan {
    std::shared_ptr<const BackdropPicture> behind;
    std::vector<PlacedView> entries;
    std::vector<std::unique_ptr<CornerCut>> cuts;  ///< by entry; null where none is needed
    GstClockTime transition = 0;
  };
  using Inputs = std::vector<Composer::Input>;

  explicit MixCanvas(CanvasSpec spec) : spec_(spec), frames_(spec.width, spec.height) {}
  void run();
  void watch();
  void tick(GstClockTime time);
  void take_new_plan(GstClockTime time);
  Inputs pictures(GstClockTime time);
  gst::Ptr<GstBuffer> cut_corners(const CornerCut& cut, const Composer::Input& tile, const Inputs& beneath);
  [[nodiscard]] GstClockTime time_of(std::uint64_t number) const;

  const CanvasSpec spec_;
  Fanout<GstBuffer*> consumers_;
  std::unique_ptr<Composer> composer_;
  std::vector<std::weak_ptr<PictureTile>> tiles_;
  std::shared_ptr<const BackdropPicture> behind_;

  std::mutex plan_mutex_;  ///< guards next_plan_, for the time of a pointer's exchange
  std::shared_ptr<const Plan> next_plan_;
  std::shared_ptr<const Plan> plan_;        ///< tick thread
  std::unique_ptr<Transition> transition_;  ///< tick thread: the way to plan_, while under way
  FramePool frames_;                        ///< tick thread: what transitions are painted on

  /// Pictures of the frames before, kept until the compositor has let go of them: a buffer whose memory is
  /// still in use cannot be recycled by its pool.
  std::vector<gst::Ptr<GstBuffer>> held_, held_before_;  ///< tick thread

  std::atomic<std::uint64_t> ticks_{0}, skipped_{0};
  std::atomic<bool> stopping_{false};
  std::atomic<GstClockTime> busy_since_{0};  ///< the compositor has had a frame since then; 0: it is idle
  std::function<void()> on_stuck_;
  SourceGuard watch_;
  std::thread thread_;
};

}  // namespace tessera::media
