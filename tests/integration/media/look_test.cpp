// What a layout can ask of a tile's look: corners, images, label places, badges, the count of those not
// shown.

#include "canvas_harness.hpp"
#include "media/image.hpp"
#include "media/pen.hpp"

namespace tessera::media::test {
namespace {

constexpr Rect whole{0, 0, 640, 360};

/// An image of two halves, upper and lower.
std::shared_ptr<const Image> halves(std::uint32_t upper, std::uint32_t lower, int width = 64,
                                    int height = 36) {
  auto surface = new_surface(width, height);
  {
    const CairoContext cairo(cairo_create(surface.get()));
    set_source(cairo.get(), upper);
    cairo_paint(cairo.get());
    set_source(cairo.get(), lower);
    cairo_rectangle(cairo.get(), 0, height / 2.0, width, height / 2.0);
    cairo_fill(cairo.get());
  }
  return std::make_shared<const Image>(std::move(surface), width, height);
}

struct OneTile : CanvasRig {
  OneTile() {
    tile = canvas->create_tile("Ada Lovelace");
    tile->set_state(TileState::live);
    tile->push(solid_sample(640, 360, blue).get());
  }
  void show(TileStyle style, Rect rect = whole, Backdrop backdrop = {grey, nullptr}) {
    canvas->apply(Scene{{{tile, rect, style}}, std::move(backdrop), {}});
  }
  std::shared_ptr<Tile> tile;
};

TEST(Look, RoundedCorners_ShowWhatIsBehind) {
  OneTile rig;
  TileStyle style = plain();
  style.radius = 40;
  rig.show(style, {100, 60, 400, 240});
  EXPECT_TRUE(rig.wait_for([](const Shot& shot) {
    return shot.all({100, 60, 8, 8}, grey) && shot.all({492, 60, 8, 8}, grey) &&
           shot.all({100, 292, 8, 8}, grey) && shot.all({492, 292, 8, 8}, grey) &&
           shot.all({120, 80, 360, 200}, blue) && shot.all({144, 60, 300, 4}, blue);
  }));
}

TEST(Look, RoundedBorder_FollowsTheCorner) {
  OneTile rig;
  TileStyle style = plain();
  style.radius = 40;
  style.border = 8;
  style.border_color = yellow;
  rig.show(style);
  EXPECT_TRUE(rig.wait_for([](const Shot& shot) {
    // On the diagonal the ring lies between 40·(1−1/√2) ≈ 12 and 8+32·(1−1/√2) ≈ 17 pixels from either edge.
    return shot.all({0, 0, 8, 8}, grey) && shot.is(14, 14, yellow, 12) && shot.is(22, 22, blue, 12) &&
           shot.all({60, 0, 500, 8}, yellow) && shot.all({60, 10, 500, 8}, blue);
  }));
}

TEST(Look, RoundedCornersOverAnotherTile_ShowThatTile) {
  OneTile rig;
  const auto below = rig.canvas->create_tile("below");
  below->set_state(TileState::live);
  below->push(solid_sample(640, 360, red).get());
  TileStyle style = plain();
  style.radius = 40;
  style.border = 8;
  style.border_color = yellow;
  const Rect inset{400, 200, 200, 120};
  rig.canvas->apply({{below, whole, plain()}, {rig.tile, inset, style}}, grey);
  const auto good = [](const Shot& shot, std::uint32_t beneath) {
    return shot.all({400, 200, 8, 8}, beneath) && shot.all({592, 312, 8, 8}, beneath) &&
           shot.is(414, 214, yellow, 12) && shot.all({440, 240, 120, 40}, blue) &&
           shot.all({0, 0, 400, 360}, beneath);
  };
  EXPECT_TRUE(rig.wait_for([&](const Shot& shot) { return good(shot, red); }));
  below->push(solid_sample(640, 360, green).get());
  EXPECT_TRUE(rig.wait_for([&](const Shot& shot) { return good(shot, green); })) << "what is beneath moves";
}

TEST(Look, BackgroundImage_CoversTheCanvas_AndIsSeenInTheCorners) {
  OneTile rig;
  TileStyle style = plain();
  style.radius = 40;
  rig.show(style, {100, 60, 400, 240}, {grey, halves(red, green)});
  EXPECT_TRUE(rig.wait_for([](const Shot& shot) {
    return shot.all({0, 0, 640, 50}, red) && shot.all({0, 310, 640, 50}, green) &&
           shot.all({100, 60, 8, 8}, red) && shot.all({492, 292, 8, 8}, green) &&
           shot.all({150, 100, 300, 160}, blue);
  }));
}

TEST(Look, ImageTile_StaysForEver) {
  CanvasRig rig;
  const auto tile = rig.canvas->create_image_tile(*halves(red, green), grey);
  TileStyle style = plain();
  style.fit = Fit::contain;
  rig.canvas->apply({{tile, whole, style}}, 0);
  const auto good = [](const Shot& shot) {
    return shot.all({0, 0, 640, 160}, red) && shot.all({0, 200, 640, 160}, green);
  };
  ASSERT_TRUE(rig.wait_for(good));
  ASSERT_TRUE(rig.wait_frames(90, 6s)) << "longer than a camera may be silent";
  EXPECT_TRUE(good(rig.shot()));
}

TEST(Look, LabelStandsWhereTheLayoutSays) {
  using layout::LabelPosition;
  OneTile rig;
  TileStyle style;
  const std::pair<LabelPosition, Rect> places[] = {{LabelPosition::top_left, {0, 0, 220, 60}},
                                                   {LabelPosition::top_center, {210, 0, 220, 60}},
                                                   {LabelPosition::top_right, {420, 0, 220, 60}},
                                                   {LabelPosition::bottom_left, {0, 300, 220, 60}},
                                                   {LabelPosition::bottom_center, {210, 300, 220, 60}},
                                                   {LabelPosition::bottom_right, {420, 300, 220, 60}}};
  for (const auto& [position, there] : places) {
    style.label_position = position;
    rig.show(style);
    EXPECT_TRUE(rig.wait_for([&, there = there](const Shot& shot) {
      return shot.brighter(there, 200) > 100 && shot.brighter(whole, 200) == shot.brighter(there, 200);
    })) << static_cast<int>(position);
  }
}

TEST(Look, LabelOnSpeaking_ComesAndGoesWithTheVoice) {
  OneTile rig;
  TileStyle style;
  style.label = layout::LabelShow::speaking;
  style.speaking_color = 0x203040;
  rig.show(style);
  EXPECT_TRUE(rig.wait_for([](const Shot& shot) { return shot.all(whole, blue); }));
  rig.tile->set_speaking(true);
  EXPECT_TRUE(rig.wait_for([](const Shot& shot) { return shot.brighter({0, 300, 220, 60}, 200) > 100; }));
  rig.tile->set_speaking(false);
  EXPECT_TRUE(rig.wait_for([](const Shot& shot) { return shot.all(whole, blue); }));
}

TEST(Look, RaisedHand_IsABadgeEvenWithoutAName) {
  OneTile rig;
  rig.show(plain());
  rig.tile->set_hand(true);
  const auto yellowish = [](const Shot& shot) {
    int count = 0;
    for (int y = 300; y < 360; ++y)
      for (int x = 0; x < 80; ++x) count += shot.at(x, y).u < 90 && shot.at(x, y).y > 140 ? 1 : 0;
    return count;
  };
  EXPECT_TRUE(rig.wait_for([&](const Shot& shot) { return yellowish(shot) > 20; }));
  rig.tile->set_hand(false);
  EXPECT_TRUE(rig.wait_for([](const Shot& shot) { return shot.all(whole, blue); }));
}

TEST(Look, CountOfThoseNotShown_StandsInAnUpperCorner) {
  OneTile rig;
  TileStyle style = plain();
  style.more = 12;
  rig.show(style);
  EXPECT_TRUE(rig.wait_for([](const Shot& shot) {
    return shot.brighter({500, 0, 140, 80}, 200) > 100 && shot.all({0, 0, 480, 360}, blue);
  }));
  style.label_position = layout::LabelPosition::top_right;
  rig.show(style);
  EXPECT_TRUE(rig.wait_for([](const Shot& shot) { return shot.brighter({0, 0, 140, 80}, 200) > 100; }));
}

TEST(Look, Avatar_StandsWhereTheInitialsDo) {
  OneTile rig;
  rig.show(plain());
  rig.tile->set_avatar(halves(red, green, 40, 40));
  rig.tile->set_state(TileState::camera_off);
  EXPECT_TRUE(rig.wait_for([](const Shot& shot) {
    return shot.is(320, 140, red, 6) && shot.is(320, 220, green, 6) && !shot.is(20, 20, red, 40);
  }));
  rig.tile->set_avatar(nullptr);
  EXPECT_TRUE(rig.wait_for([](const Shot& shot) { return !shot.is(320, 140, red, 40); }));
}

}  // namespace
}  // namespace tessera::media::test
