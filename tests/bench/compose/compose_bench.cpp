// What composing costs: CPU of this process while tiles are fed at 30 frames a second, for crowds with and
// without labels, rounded corners and animation. Figures, never a pass or fail.
//
//   bench_compose [--seconds 2] [--json]

#include <fmt/core.h>
#include <sys/resource.h>

#include <atomic>
#include <cmath>
#include <cstring>
#include <thread>
#include <vector>

#include "base/json.hpp"
#include "base/log.hpp"
#include "base/loop.hpp"
#include "gst/cpu_stage.hpp"
#include "gst/element.hpp"
#include "layout/solver.hpp"
#include "media/canvas.hpp"
#include "media/frame.hpp"
#include "media/placement_style.hpp"

using namespace tessera;

namespace {

constexpr int width = 1280, height = 720, framerate = 30, source_width = 640, source_height = 360;
constexpr double budget = 0.10;  ///< cores beyond scaling, 25 dressed tiles

struct Variant {
  const char* name;
  bool labels, corners, animated;
};
constexpr Variant variants[] = {{"bare", false, false, false},
                                {"labels", true, false, false},
                                {"corners", false, true, false},
                                {"dressed", true, true, false},
                                {"dressed, moving", true, true, true}};
constexpr int crowds[] = {4, 9, 16, 25, 49};

/// Noise, so that nothing is cheaper than a camera's picture.
gst::Ptr<GstBuffer> noise() {
  const GstVideoInfo info = media::i420_info(source_width, source_height);
  auto buffer = gst::adopt(gst_buffer_new_allocate(nullptr, info.size, nullptr));
  GstMapInfo map;
  gst_buffer_map(buffer.get(), &map, GST_MAP_WRITE);
  std::uint32_t state = 12345;
  for (gsize i = 0; i < map.size; ++i)
    map.data[i] = static_cast<guint8>((state = state * 1103515245 + 12345) >> 16);
  gst_buffer_unmap(buffer.get(), &map);
  return buffer;
}

/// Pushes a frame into every tile 30 times a second, spread over the period as cameras are.
class Feeder {
 public:
  explicit Feeder(std::vector<std::shared_ptr<media::Tile>> tiles)
      : tiles_(std::move(tiles)), picture_(noise()) {
    GstVideoInfo info = media::i420_info(source_width, source_height);
    caps_ = gst::adopt(gst_video_info_to_caps(&info));
    thread_ = std::thread([this] { run(); });
  }
  ~Feeder() {
    stop_ = true;
    thread_.join();
  }

 private:
  void run() {
    const auto period = std::chrono::nanoseconds(std::chrono::seconds(1)) / framerate / tiles_.size();
    auto next = std::chrono::steady_clock::now();
    for (std::size_t i = 0; !stop_; i = (i + 1) % tiles_.size()) {
      std::this_thread::sleep_until(next += period);
      auto buffer = gst::adopt(gst_buffer_copy(picture_.get()));
      GST_BUFFER_PTS(buffer.get()) = gst::now();
      GstSegment segment;
      gst_segment_init(&segment, GST_FORMAT_TIME);
      tiles_[i]->push(gst::adopt(gst_sample_new(buffer.get(), caps_.get(), &segment, nullptr)).get());
    }
  }
  std::vector<std::shared_ptr<media::Tile>> tiles_;
  gst::Ptr<GstBuffer> picture_;
  gst::Ptr<GstCaps> caps_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + time.tv_usec / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}
double stage_seconds(gst::Stage stage) {
  return static_cast<double>(gst::stage_counters()[static_cast<std::size_t>(stage)].load()) / 1e9;
}

layout::Layout grid(const Variant& variant) {
  layout::Layout layout;
  layout.tile.gap = layout::Rational(1, 90);
  layout.tile.label = variant.labels ? layout::LabelShow::always : layout::LabelShow::never;
  if (variant.corners)
    layout.tile.radius = layout::Rational(1, 90), layout.tile.border = layout::Rational(1, 360);
  layout::Region region;
  region.id = "grid";
  region.w = region.h = layout::Rational(1, 1);
  region.grid = layout::Grid{};
  region.show = {{layout::Show::Who::others, ""}};
  region.style = layout.tile;
  layout.templates = {{0, {region}}};
  return layout;
}

struct Figures {
  double all = 0, compose = 0, scale = 0;  ///< cores
  std::uint64_t frames = 0, skipped = 0;
};

class Bench {
 public:
  Bench(Loop& loop, std::chrono::milliseconds time) : loop_(loop), time_(time) {}

  Figures measure(int count, const Variant& variant) {
    auto canvas = media::Canvas::create(loop_, {width, height, framerate, 49, 0x10151c}).value();
    layout::Situation people;
    std::vector<std::shared_ptr<media::Tile>> tiles;
    for (int i = 0; i < count; ++i) {
      people.people.push_back({.id = std::to_string(i), .role = "", .joined = i});
      tiles.push_back(canvas->create_tile("Participant " + std::to_string(i + 1)));
      tiles.back()->set_state(media::TileState::live);
    }
    const auto solution = layout::solve(grid(variant), width, height, people);
    const auto show = [&](std::size_t shift) {
      media::Scene scene;
      for (std::size_t i = 0; i < solution.placements.size(); ++i) {
        const auto& placement = solution.placements[i];
        const auto& r = placement.rect;
        scene.placements.push_back(
            {tiles[(i + shift) % tiles.size()], {r.x, r.y, r.w, r.h}, media::style_of(placement)});
      }
      scene.transition = std::chrono::milliseconds(variant.animated && shift ? 5000 : 0);
      canvas->apply(std::move(scene));
    };
    const auto tap = canvas->subscribe([](GstBuffer*) {});
    show(0);
    const Feeder feeder(tiles);
    const auto settled = canvas->stats().ticks + 10;
    loop_.run_until([&] { return canvas->stats().ticks >= settled; }, std::chrono::seconds(5));
    if (variant.animated) show(1);  // everybody to the next place, for longer than is measured

    const double cpu = cpu_seconds(), compose = stage_seconds(gst::Stage::compose),
                 scale = stage_seconds(gst::Stage::scale);
    const auto ticks = canvas->stats();
    const auto start = std::chrono::steady_clock::now();
    loop_.run_until([] { return false; }, time_);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    const auto after = canvas->stats();
    return {(cpu_seconds() - cpu) / seconds, (stage_seconds(gst::Stage::compose) - compose) / seconds,
            (stage_seconds(gst::Stage::scale) - scale) / seconds, after.ticks - ticks.ticks,
            after.skipped - ticks.skipped};
  }

 private:
  Loop& loop_;
  std::chrono::milliseconds time_;
};

}  // namespace

int main(int argc, char** argv) {
  int seconds = 2;
  bool as_json = false;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--json") == 0) as_json = true;
    if (std::strcmp(argv[i], "--seconds") == 0 && i + 1 < argc) seconds = std::max(1, std::atoi(argv[++i]));
  }
  log::configure(log::Level::warn, "bench");
  gst::ensure_initialised();
  Loop loop;
  Bench bench(loop, std::chrono::seconds(seconds));
  Json rows = Json::array();
  if (!as_json)
    fmt::print(
        "Composing {}x{} at {} fps from {}x{}, in cores of this machine. Beyond scaling: everything but what "
        "the\n"
        "scaling of bare tiles costs (feeding them included); budget for 25 dressed tiles: {:.2f}.\n\n"
        "{:>5}  {:<16} {:>8} {:>8} {:>8} {:>15} {:>8}\n",
        width, height, framerate, source_width, source_height, budget, "tiles", "", "all", "compose", "scale",
        "beyond scaling", "skipped");
  for (const int count : crowds) {
    double bare_scale = 0;
    for (const auto& variant : variants) {
      const Figures figures = bench.measure(count, variant);
      if (&variant == &variants[0]) bare_scale = figures.scale;
      const double beyond = figures.all - bare_scale;
      if (as_json)
        rows.push(Json::object({{"tiles", count},
                                {"variant", variant.name},
                                {"all", figures.all},
                                {"compose", figures.compose},
                                {"scale", figures.scale},
                                {"beyondScaling", beyond},
                                {"frames", figures.frames},
                                {"skipped", figures.skipped}}));
      else
        fmt::print("{:>5}  {:<16} {:>8.3f} {:>8.3f} {:>8.3f} {:>15.3f} {:>8}\n", count, variant.name,
                   figures.all, figures.compose, figures.scale, beyond, figures.skipped);
      std::fflush(stdout);
    }
  }
  if (as_json) fmt::print("{}\n", rows.dump(true));
  return 0;
}
