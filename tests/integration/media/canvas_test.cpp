#include "../../support/stalls.hpp"
#include "canvas_harness.hpp"
#include "gst/cpu_stage.hpp"

namespace tessera::media::test {
namespace {

TEST(Canvas, ShowsEachTileWhereItsPlacementSays) {
  CanvasRig rig;
  const std::uint32_t colors[] = {red, green, blue, yellow};
  const Rect rects[] = {{0, 0, 320, 180}, {320, 0, 320, 180}, {0, 180, 320, 180}, {400, 200, 100, 120}};
  std::vector<std::shared_ptr<Tile>> tiles;
  std::vector<TilePlacement> placements;
  for (int i = 0; i < 4; ++i) {
    tiles.push_back(rig.canvas->create_tile("t"));
    tiles.back()->set_state(TileState::live);
    placements.push_back({tiles.back(), rects[i], plain()});
  }
  rig.canvas->apply(placements, 0x202428);
  for (int i = 0; i < 4; ++i)
    tiles[static_cast<std::size_t>(i)]->push(solid_sample(640, 360, colors[i]).get());
  EXPECT_TRUE(rig.wait_for([&](const Shot& shot) {
    for (int i = 0; i < 4; ++i)
      if (!shot.all(rects[i], colors[i])) return false;
    return shot.all({322, 182, 76, 176}, 0x202428) && shot.all({502, 182, 136, 176}, 0x202428);
  })) << text(rig.shot().at(10, 10))
      << text(rig.shot().at(450, 260)) << text(rig.shot().at(600, 300));
}

TEST(Canvas, LaterPlacementsAreOnTop) {
  CanvasRig rig;
  auto below = rig.canvas->create_tile("below"), above = rig.canvas->create_tile("above");
  rig.canvas->apply({{below, {0, 0, 640, 360}, plain()}, {above, {480, 260, 160, 90}, plain()}}, 0);
  below->push(solid_sample(640, 360, red).get());
  above->push(solid_sample(640, 360, green).get());
  EXPECT_TRUE(rig.wait_for([&](const Shot& shot) {
    return shot.is(10, 10, red) && shot.is(470, 255, red) && shot.all({480, 260, 160, 90}, green);
  }));
}

TEST(Canvas, TicksArePerfectMultiplesOfTheFramePeriod) {
  CanvasRig rig;
  ASSERT_TRUE(rig.wait_frames(31));
  const auto times = rig.times();
  for (std::size_t i = 0; i < times.size(); ++i) {
    const guint64 number = gst_util_uint64_scale_round(times[i], 30, GST_SECOND);
    EXPECT_EQ(times[i], gst_util_uint64_scale(number, GST_SECOND, 30));
    if (i > 0) {
      EXPECT_GT(times[i], times[i - 1]);
    }
  }
  EXPECT_LT(std::abs(GST_CLOCK_DIFF(times.back(), gst::now())), GST_SECOND / 5) << "on the shared clock";
}

TEST(Canvas, ComposesNothingWhileNobodyLooks) {
  CanvasRig rig;
  ASSERT_TRUE(rig.wait_frames(2));
  rig.look_away();
  const SourceGuard nap = rig.loop.every(5ms, [] {});
  const auto settled = gst::now() + 100 * GST_MSECOND;
  rig.loop.run_until([&] { return gst::now() > settled; }, 1s);
  const auto before = rig.canvas->stats().ticks;
  const auto until = gst::now() + 300 * GST_MSECOND;
  rig.loop.run_until([&] { return gst::now() > until; }, 1s);
  EXPECT_EQ(rig.canvas->stats().ticks, before);
  rig.look();
  EXPECT_TRUE(rig.wait_frames(3));
}

TEST(Canvas, LayoutChangeIsAtomic_Over50Switches) {
  const tessera::test::Stalls stalls;
  CanvasRig rig;
  const std::uint32_t colors[] = {red, green, blue, yellow};
  std::vector<std::shared_ptr<Tile>> tiles;
  for (int i = 0; i < 4; ++i) {
    tiles.push_back(rig.canvas->create_tile(""));
    tiles.back()->push(solid_sample(320, 180, colors[i]).get());
  }
  // Two layouts that share no rectangle, with colours moved round: any mixture shows at one of the points.
  const Rect grid[] = {{0, 0, 320, 180}, {320, 0, 320, 180}, {0, 180, 320, 180}, {320, 180, 320, 180}};
  const Rect strip[] = {{0, 0, 640, 240}, {0, 240, 212, 120}, {212, 240, 212, 120}, {424, 240, 216, 120}};
  auto placements = [&](const Rect* rects, std::size_t turn) {
    std::vector<TilePlacement> list;
    for (std::size_t i = 0; i < 4; ++i) list.push_back({tiles[(i + turn) % 4], rects[i], plain()});
    return list;
  };
  auto matches = [&](const Shot& shot, const Rect* rects, std::size_t turn) {
    for (std::size_t i = 0; i < 4; ++i)
      if (!shot.all({rects[i].x + 2, rects[i].y + 2, rects[i].w - 4, rects[i].h - 4}, colors[(i + turn) % 4]))
        return false;
    return true;
  };
  std::atomic<int> torn = 0, in_grid = 0, in_strip = 0;
  rig.canvas->apply(placements(grid, 0), 0);
  ASSERT_TRUE(rig.wait_for([&](const Shot& shot) { return matches(shot, grid, 0); }));
  rig.judge_with([&](GstBuffer* frame) {
    const Shot shot = Shot::of(frame, rig.info);
    if (matches(shot, grid, 0))
      ++in_grid;
    else if (matches(shot, strip, 1))
      ++in_strip;
    else
      ++torn;
  });
  for (int i = 0; i < 50; ++i) {
    const bool to_strip = i % 2 == 0;
    // Frames keep coming, or the tiles would rightly show as stalled.
    for (std::size_t t = 0; t < 4; ++t) tiles[t]->push(solid_sample(320, 180, colors[t]).get());
    rig.canvas->apply(to_strip ? placements(strip, 1) : placements(grid, 0), 0);
    ASSERT_TRUE(rig.wait_frames(2)) << "switch " << i;
  }
  rig.judge_with({});
  EXPECT_EQ(torn, 0);
  EXPECT_GT(in_grid, 25);
  EXPECT_GT(in_strip, 25);
  const auto times = rig.times();
  for (std::size_t i = 1; i < times.size(); ++i) EXPECT_LT(times[i] - times[i - 1], stalls.limit(100ms));
}

TEST(Canvas, GrowsAndShrinks_UpToItsPool) {
  CanvasRig rig;
  std::vector<std::shared_ptr<Tile>> tiles;
  for (int i = 0; i < 49; ++i) {
    tiles.push_back(rig.canvas->create_tile(""));
    tiles.back()->push(solid_sample(160, 90, i % 2 ? red : blue).get());
  }
  for (const std::size_t count : {1, 49, 4, 0, 16, 2, 49}) {
    std::vector<TilePlacement> list;
    for (std::size_t i = 0; i < count; ++i)
      list.push_back(
          {tiles[i], {static_cast<int>(i % 7) * 90, static_cast<int>(i / 7) * 50, 90, 50}, plain()});
    rig.canvas->apply(list, 0x204060);
    EXPECT_TRUE(rig.wait_for([&](const Shot& shot) {
      for (std::size_t i = 0; i < 49; ++i) {
        const int x = static_cast<int>(i % 7) * 90 + 45, y = static_cast<int>(i / 7) * 50 + 25;
        if (!shot.is(x, y, i >= count ? 0x204060 : i % 2 ? red : blue)) return false;
      }
      return true;
    })) << count;
  }
}

TEST(Canvas, MoreTilesThanThePool_AreLeftOut) {
  CanvasRig rig({640, 360, 30, 2, 0});
  std::vector<TilePlacement> list;
  for (int i = 0; i < 5; ++i) {
    auto tile = rig.canvas->create_tile("");
    tile->push(solid_sample(100, 100, red).get());
    list.push_back({tile, {i * 100, 0, 100, 100}, plain()});
  }
  rig.canvas->apply(list, 0);
  EXPECT_TRUE(rig.wait_for([](const Shot& shot) { return shot.is(150, 50, red) && shot.is(250, 50, 0); }));
}

TEST(Canvas, TileWithoutFrames_DelaysNobody) {
  CanvasRig rig;
  auto silent = rig.canvas->create_tile("silent"), lively = rig.canvas->create_tile("lively");
  rig.canvas->apply({{silent, {0, 0, 320, 180}, plain()}, {lively, {320, 0, 320, 180}, plain()}}, 0);
  // From the push of a new colour to the frame that shows it: a tick at most, plus composing.
  std::vector<double> delays;
  for (int i = 0; i < 20; ++i) {
    const std::uint32_t color = i % 2 ? red : green;
    std::atomic<GstClockTime> seen = 0;
    rig.judge_with([&](GstBuffer* frame) {
      MappedFrame mapped(rig.info, frame, GST_MAP_READ);
      const auto* v = static_cast<const std::uint8_t*>(GST_VIDEO_FRAME_PLANE_DATA(mapped.get(), 2));
      const int have = v[45 * GST_VIDEO_FRAME_PLANE_STRIDE(mapped.get(), 2) + 240];
      if (seen == 0 && std::abs(have - to_yuv(color).v) < 4) seen = gst::now();
    });
    const GstClockTime pushed = gst::now();
    lively->push(solid_sample(640, 360, color).get());
    const SourceGuard poll = rig.loop.every(1ms, [] {});
    ASSERT_TRUE(rig.loop.run_until([&] { return seen != 0; }, 1s));
    delays.push_back(static_cast<double>(seen - pushed) / GST_MSECOND);
  }
  rig.judge_with({});
  std::sort(delays.begin(), delays.end());
  std::printf("frame in → composed out: p50 %.1f ms, max %.1f ms\n", delays[10], delays.back());
  EXPECT_LT(delays[10], 50);
}

TEST(Canvas, OddRectanglesAndEmptyOnes_AreRoundedOrLeftOut) {
  CanvasRig rig;
  auto a = rig.canvas->create_tile(""), b = rig.canvas->create_tile(""), c = rig.canvas->create_tile("");
  a->push(solid_sample(99, 51, red).get());
  c->push(solid_sample(64, 64, green).get());
  rig.canvas->apply({{a, {11, 13, 101, 77}, plain()},
                     {b, {0, 0, 0, 0}, plain()},
                     {nullptr, {0, 0, 10, 10}, plain()},
                     {c, {600, 340, 100, 100}, plain()},  // hangs over the edge
                     {c, {-20, 300, 60, 60}, plain()}},
                    0);
  EXPECT_TRUE(rig.wait_for([](const Shot& shot) {
    return shot.all({10, 12, 100, 76}, red) && shot.is(110, 50, 0) && shot.all({600, 340, 40, 20}, green) &&
           shot.all({0, 300, 40, 60}, green);
  }));
}

TEST(Canvas, RefusesASizeThatCannotBe) {
  Loop loop;
  EXPECT_FALSE(Canvas::create(loop, {0, 0, 30, 4, 0}).ok());
  EXPECT_FALSE(Canvas::create(loop, {640, 360, 0, 4, 0}).ok());
}

/// Figures, not assertions: CPU of a composed frame, dressed tiles, everybody sending.
TEST(Canvas, PrintsWhatComposingCosts) {
  auto& counters = gst::stage_counters();
  auto read = [&](gst::Stage stage) { return counters[static_cast<std::size_t>(stage)].load(); };
  for (const int side : {2, 3, 5, 7}) {
    CanvasRig rig({1280, 720, 30, 49, 0x10151c});
    std::vector<std::shared_ptr<Tile>> tiles;
    std::vector<TilePlacement> list;
    TileStyle style;
    style.border = 2;
    for (int i = 0; i < side * side; ++i) {
      tiles.push_back(rig.canvas->create_tile(fmt::format("Participant {}", i)));
      tiles.back()->set_state(TileState::live);
      const int w = 1280 / side & ~1, h = 720 / side & ~1;
      list.push_back({tiles.back(), {i % side * w, i / side * h, w, h}, style});
    }
    rig.canvas->apply(list, 0);
    const auto sample = solid_sample(640, 360, green);
    auto feed = [&] {
      for (auto& tile : tiles) tile->push(sample.get());
    };
    feed();
    ASSERT_TRUE(rig.wait_frames(5));
    std::mutex mutex;
    std::vector<double> delays;
    rig.judge_with([&](GstBuffer* frame) {
      const std::lock_guard lock(mutex);
      delays.push_back(static_cast<double>(gst::now() - GST_BUFFER_PTS(frame)) / GST_MSECOND);
    });
    const auto compose = read(gst::Stage::compose), scale = read(gst::Stage::scale);
    const auto start = rig.canvas->stats();
    std::uint64_t pushes = 0;
    for (int i = 0; i < 45; ++i) {
      feed();
      pushes += tiles.size();
      ASSERT_TRUE(rig.wait_frames(1));
    }
    const auto end = rig.canvas->stats();
    const double frames = static_cast<double>(end.ticks - start.ticks);
    rig.judge_with({});
    std::sort(delays.begin(), delays.end());
    std::printf(
        "%2d tiles of 1280×720: tick → out p50 %.1f ms, compose %.2f ms a frame, scale and dress %.2f ms a "
        "tile; "
        "%llu of %.0f skipped\n",
        side * side, delays[delays.size() / 2],
        static_cast<double>(read(gst::Stage::compose) - compose) / frames / 1e6,
        static_cast<double>(read(gst::Stage::scale) - scale) / static_cast<double>(pushes) / 1e6,
        static_cast<unsigned long long>(end.skipped - start.skipped), frames);
  }
}

}  // namespace
}  // namespace tessera::media::test
