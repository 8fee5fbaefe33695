// Animated switches: every frame is on the way from one picture to the other, none is missing.

#include <map>

#include "../../support/stalls.hpp"
#include "canvas_harness.hpp"
#include "media/blit.hpp"
#include "media/motion.hpp"

namespace tessera::media::test {
namespace {

constexpr Rect left{0, 0, 320, 360}, right{320, 0, 320, 360}, small{480, 270, 160, 90}, whole{0, 0, 640, 360};

/// Two tiles of one colour each, side by side, and a record of every frame.
struct TwoTiles : CanvasRig {
  TwoTiles() {
    for (auto* tile : {&one, &other}) {
      *tile = canvas->create_tile("x");
      (*tile)->set_state(TileState::live);
    }
    one->push(solid_sample(640, 360, red).get());
    other->push(solid_sample(640, 360, blue).get());
    show(left, right, 0ms);
    wait_for([](const Shot& shot) {
      return shot.all({0, 0, 320, 360}, red) && shot.all({320, 0, 320, 360}, blue);
    });
  }
  void show(Rect of_one, Rect of_other, std::chrono::milliseconds transition) {
    Scene scene{{{one, of_one, plain()}, {other, of_other, plain()}}, {grey, nullptr}, transition};
    canvas->apply(std::move(scene));
  }
  /// Where the blue is: its bounding box; empty when there is none.
  static Rect blue_box(const Shot& shot) {
    int x0 = shot.width, y0 = shot.height, x1 = -1, y1 = -1;
    for (int y = 0; y < shot.height; y += 2)
      for (int x = 0; x < shot.width; x += 2)
        if (shot.is(x, y, blue, 20))
          x0 = std::min(x0, x), y0 = std::min(y0, y), x1 = std::max(x1, x), y1 = std::max(y1, y);
    return x1 < 0 ? Rect{} : Rect{x0, y0, x1 - x0 + 2, y1 - y0 + 2};
  }
  std::shared_ptr<Tile> one, other;
};

TEST(Transition, EveryFrameIsOnTheWay_WithoutAGap) {
  const tessera::test::Stalls stalls;
  TwoTiles rig;
  std::mutex mutex;
  std::vector<std::pair<GstClockTime, Rect>> seen;
  rig.judge_with([&](GstBuffer* frame) {
    const Shot shot = Shot::of(frame, rig.info);
    const std::lock_guard lock(mutex);
    seen.emplace_back(shot.time, TwoTiles::blue_box(shot));
  });
  ASSERT_TRUE(rig.wait_frames(3));
  rig.show(whole, small, 300ms);
  ASSERT_TRUE(rig.wait_for([&](const Shot& shot) { return TwoTiles::blue_box(shot) == small; }));
  ASSERT_TRUE(rig.wait_frames(3));
  rig.judge_with({});
  const std::lock_guard lock(mutex);
  int moving = 0;
  double before = 0;
  for (std::size_t i = 0; i < seen.size(); ++i) {
    if (i > 0) {
      EXPECT_LE(seen[i].first - seen[i - 1].first, stalls.limit(100ms)) << "frames are missing";
    }
    const Rect& box = seen[i].second;
    if (box == right || box == small) continue;
    ++moving;
    // The share by the left edge must give the whole box.
    const double share = (box.x - right.x) / double(small.x - right.x);
    const Rect expected = between(right, small, share);
    for (const auto& [have, want] :
         {std::pair{box.x, expected.x}, {box.y, expected.y}, {box.w, expected.w}, {box.h, expected.h}})
      EXPECT_NEAR(have, want, 8) << "frame " << i << " share " << share;
    EXPECT_GT(share, before - 0.02);
    before = share;
  }
  EXPECT_GE(moving, 6);
  EXPECT_LE(moving, 9);
}

TEST(Transition, AnotherSwitchOnTheWay_StartsWhereTheTilesAre) {
  TwoTiles rig;
  std::mutex mutex;
  std::vector<int> edges;
  rig.judge_with([&](GstBuffer* frame) {
    const Rect box = TwoTiles::blue_box(Shot::of(frame, rig.info));
    const std::lock_guard lock(mutex);
    edges.push_back(box.x);
  });
  ASSERT_TRUE(rig.wait_frames(2));
  rig.show(whole, small, 400ms);
  ASSERT_TRUE(rig.wait_for([](const Shot& shot) { return TwoTiles::blue_box(shot).x > 370; }));
  rig.show(left, right, 400ms);
  ASSERT_TRUE(rig.wait_for([](const Shot& shot) { return TwoTiles::blue_box(shot) == right; }));
  rig.judge_with({});
  const std::lock_guard lock(mutex);
  for (std::size_t i = 1; i < edges.size(); ++i)
    EXPECT_LE(std::abs(edges[i] - edges[i - 1]), 40) << "a jump at frame " << i;
  EXPECT_LT(*std::max_element(edges.begin(), edges.end()), small.x) << "the first switch was not finished";
}

TEST(Transition, WhoComesGrows_AndWhoGoesShrinks) {
  TwoTiles rig;
  std::atomic<int> half = 0;
  rig.judge_with([&](GstBuffer* frame) {
    const Rect box = TwoTiles::blue_box(Shot::of(frame, rig.info));
    if (box.w > 20 && box.w < 300) ++half;
  });
  rig.canvas->apply(Scene{{{rig.one, left, plain()}}, {grey, nullptr}, 200ms});
  ASSERT_TRUE(rig.wait_for([](const Shot& shot) { return shot.all(right, grey); }));
  EXPECT_GE(half, 2) << "it shrinks";
  half = 0;
  rig.show(left, right, 200ms);
  ASSERT_TRUE(rig.wait_for([](const Shot& shot) { return shot.all(right, blue); }));
  EXPECT_GE(half, 2) << "it grows";
  rig.judge_with({});
}

TEST(Transition, PicturesGoOnRunning) {
  TwoTiles rig;
  rig.show(whole, small, 5000ms);
  rig.one->push(solid_sample(640, 360, green).get());
  EXPECT_TRUE(rig.wait_for([](const Shot& shot) { return shot.is(20, 20, green); }, 2s)) << "while it moves";
}

TEST(Blit, ScalesAndClips) {
  const GstVideoInfo big = i420_info(64, 64), tiny = i420_info(16, 16);
  for (const auto& [dest, inside, outside] :
       {std::tuple{Rect{8, 8, 16, 16}, Rect{8, 8, 16, 16}, Rect{24, 24, 40, 40}},
        {Rect{0, 0, 40, 40}, Rect{0, 0, 40, 40}, Rect{42, 0, 20, 64}},
        {Rect{-8, 50, 30, 30}, Rect{0, 50, 22, 14}, Rect{24, 0, 40, 64}}}) {
    auto to = solid(64, 64, to_yuv(grey)), from = solid(16, 16, to_yuv(red));
    {
      MappedFrame target(big, to.get(), GST_MAP_READWRITE), source(tiny, from.get(), GST_MAP_READ);
      blit(target.get(), dest, source.get(), {0, 0, 16, 16});
    }
    const Shot shot = Shot::of(to.get(), big);
    EXPECT_TRUE(shot.all(inside, red));
    EXPECT_TRUE(shot.all(outside, grey));
  }
}

}  // namespace
}  // namespace tessera::media::test
