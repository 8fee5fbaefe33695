#include "media/renditions.hpp"

#include <map>

#include "base/worker.hpp"
#include "config/pipelines.hpp"
#include "media/rendition.hpp"

namespace tessera::media {
namespace {

class CanvasRenditions final : public Renditions {
 public:
  CanvasRenditions(Loop& loop, Canvas& canvas, config::Pipelines pipelines)
      : loop_(loop), canvas_(canvas), pipelines_(std::move(pipelines)) {}

  ~CanvasRenditions() override {
    // An encoder's thread may hold the last reference to its rendition for a moment: by then there must be
    // nothing left for that thread to end. The worker, which goes last, waits for the encoders' threads.
    for (const auto& [codec, rendition] : renditions_) rendition->stop();
  }

  Result<std::shared_ptr<VideoSubscription>> subscribe(gst::Codec codec, gst::FrameConsumer consumer,
                                                       Begin begin) override {
    auto found = renditions_.find(codec);
    if (found == renditions_.end()) {
      auto description = pipelines_.get(fmt::format("encode-{}", gst::name_of(codec)));
      if (!description) return error("bad-pipeline", "{}", description.error().message);
      found = renditions_
                  .emplace(codec, std::make_shared<Rendition>(loop_, canvas_, worker_, codec,
                                                              std::move(*description)))
                  .first;
    }
    return found->second->subscribe(std::move(consumer), begin);
  }

  [[nodiscard]] std::vector<EncoderStats> stats() const override {
    std::vector<EncoderStats> all;
    for (const auto& [codec, rendition] : renditions_)
      if (rendition->running()) all.push_back(rendition->stats());
    return all;
  }

 private:
  Loop& loop_;
  Canvas& canvas_;
  const config::Pipelines pipelines_;
  Worker worker_{"encoder-stop"};  ///< outlives the renditions, which stop on it
  std::map<gst::Codec, std::shared_ptr<Rendition>> renditions_;
};

}  // namespace

std::unique_ptr<Renditions> Renditions::create(Loop& loop, Canvas& canvas,
                                               const config::Pipelines& pipelines) {
  return std::make_unique<CanvasRenditions>(loop, canvas, pipelines);
}

}  // namespace tessera::media
