#include "../../support/stalls.hpp"
#include "canvas_harness.hpp"

namespace tessera::media::test {
namespace {

constexpr Rect whole{0, 0, 640, 360};

/// A rig with one tile over the whole canvas.
struct OneTile : CanvasRig {
  explicit OneTile(TileStyle style = plain(), const std::string& name = "Ada Lovelace") {
    tile = canvas->create_tile(name);
    tile->set_state(TileState::live);
    canvas->apply({{tile, whole, style}}, 0x000000);
  }
  std::shared_ptr<Tile> tile;
};

TEST(Tile, BeforeItsFirstFrame_ShowsACard) {
  OneTile rig;
  EXPECT_TRUE(rig.wait_for([](const Shot& shot) {
    return shot.brighter({240, 100, 160, 160}, 180) > 200 && !shot.all(whole, 0);  // white initials
  }));
  EXPECT_EQ(rig.tile->stats().shown, TileState::connecting);
}

TEST(Tile, CoverCropsTheSides_ContainLeavesBars) {
  for (const Fit fit : {Fit::cover, Fit::contain}) {
    TileStyle style = plain();
    style.fit = fit;
    OneTile rig(style);
    rig.canvas->apply({{rig.tile, whole, style}}, yellow);
    rig.tile->push(solid_sample(360, 360, red).get());
    EXPECT_TRUE(rig.wait_for([&](const Shot& shot) {
      return shot.all({142, 2, 356, 356}, red) &&
             shot.all({0, 0, 138, 360}, fit == Fit::cover ? red : yellow);
    }));
  }
}

TEST(Tile, EverySourceSize_EvenOddOnes_FillsTheTile) {
  OneTile rig;
  const std::uint32_t colors[] = {red, green, blue, yellow};
  int i = 0;
  for (const auto& [w, h] :
       {std::pair{641, 361}, {1, 1}, {3, 1}, {1920, 1080}, {17, 333}, {640, 360}, {2, 2}}) {
    const std::uint32_t color = colors[i++ % 4];
    rig.tile->push(solid_sample(w, h, color).get());
    EXPECT_TRUE(rig.wait_for([&](const Shot& shot) { return shot.all(whole, color); })) << w << "×" << h;
    EXPECT_EQ(rig.tile->stats().source_width, w);
  }
}

gst::Ptr<GstSample> formatted_sample(const char* caps_text, gsize size, std::uint8_t byte) {
  auto buffer = gst::adopt(gst_buffer_new_allocate(nullptr, size, nullptr));
  gst_buffer_memset(buffer.get(), 0, byte, size);
  GST_BUFFER_PTS(buffer.get()) = gst::now();
  GstSegment segment;
  gst_segment_init(&segment, GST_FORMAT_TIME);
  const auto caps = gst::adopt(caps_text ? gst_caps_from_string(caps_text) : nullptr);
  return gst::adopt(gst_sample_new(buffer.get(), caps.get(), &segment, nullptr));
}

// GstVideoConverter's kernels for exactly half and double crashed on chroma at an odd address: a crop or a
// bar whose width is no multiple of four. I420 goes another way, YV12 goes through them.
TEST(Tile, ExactlyHalfOrTwiceTheSource_AtEveryOffset) {
  OneTile rig;
  for (const Fit fit : {Fit::cover, Fit::contain})
    for (int w = 120; w <= 172; w += 2) {
      TileStyle style = plain();
      style.fit = fit;
      rig.canvas->apply({{rig.tile, {0, 0, w, 180}, style}}, 0);
      rig.tile->push(solid_sample(640, 360, w % 4 ? red : green).get());  // cover: half
      rig.tile->push(solid_sample(60, 90, w % 4 ? red : green).get());    // contain: twice
      const std::uint32_t color = w % 4 ? red : green;
      ASSERT_TRUE(rig.wait_for([&](const Shot& shot) { return shot.is(w / 2, 90, color); })) << w;
      const auto push_grey = [&](const char* size, gsize bytes) {
        const auto caps = fmt::format("video/x-raw,format=YV12,{},framerate=30/1", size);
        rig.tile->push(formatted_sample(caps.c_str(), bytes, 128).get());
      };
      push_grey("width=640,height=360", 640 * 360 * 3 / 2);
      push_grey("width=60,height=90", 60 * 90 + 2 * 32 * 46);
      ASSERT_TRUE(rig.wait_for([&](const Shot& shot) { return shot.is(w / 2, 90, 0x828282, 4); })) << w;
    }
}

TEST(Tile, OtherFormats_AreConverted) {
  OneTile rig;
  for (const char* format : {"NV12", "YV12"}) {
    const auto caps = fmt::format("video/x-raw,format={},width=64,height=64,framerate=30/1", format);
    rig.tile->push(formatted_sample(caps.c_str(), 64 * 64 * 3 / 2, 128).get());
    EXPECT_TRUE(rig.wait_for([](const Shot& shot) {
      return shot.all({4, 4, 600, 300}, 0x828282, 4);
    })) << format;
    rig.tile->push(solid_sample(64, 64, red).get());
    EXPECT_TRUE(rig.wait_for([](const Shot& shot) { return shot.is(50, 50, red); }));
  }
}

TEST(Tile, StrangeSamples_AreDroppedAndHarmNothing) {
  OneTile rig;
  rig.tile->push(solid_sample(64, 64, red).get());
  ASSERT_TRUE(rig.wait_for([](const Shot& shot) { return shot.is(50, 50, red); }));
  rig.tile->push(nullptr);
  rig.tile->push(formatted_sample(nullptr, 100, 0).get());
  rig.tile->push(
      formatted_sample("audio/x-raw,format=S16LE,rate=48000,channels=1,layout=interleaved", 100, 0).get());
  rig.tile->push(formatted_sample("video/x-raw,format=I420,width=0,height=0,framerate=30/1", 100, 0).get());
  rig.tile->push(
      formatted_sample("video/x-raw,format=I420,width=320,height=240,framerate=30/1", 10, 0).get());
  rig.tile->push(
      formatted_sample("video/x-raw,format=WHAT,width=320,height=240,framerate=30/1", 10, 0).get());
  EXPECT_EQ(rig.tile->stats().frames_in, 1u);
  ASSERT_TRUE(rig.wait_frames(3));
  rig.tile->push(solid_sample(64, 64, green).get());
  EXPECT_TRUE(rig.wait_for([](const Shot& shot) { return shot.is(50, 50, green); }));
}

TEST(Tile, FrameWithABrokenClock_IsShownAtOnce) {
  OneTile rig;
  rig.tile->push(solid_sample(64, 64, red, gst::now() + 3600 * GST_SECOND).get());
  EXPECT_TRUE(rig.wait_for([](const Shot& shot) { return shot.is(50, 50, red); }, 500ms));
  rig.tile->push(solid_sample(64, 64, green, 0).get());
  EXPECT_TRUE(rig.wait_for([](const Shot& shot) { return shot.is(50, 50, green); }, 500ms));
}

TEST(Tile, PlayoutDelay_HoldsFramesBack) {
  OneTile rig;
  const tessera::test::Stalls stalls;
  rig.tile->set_playout_delay(300ms);
  rig.tile->push(solid_sample(64, 64, red).get());
  ASSERT_TRUE(rig.wait_for([](const Shot& shot) { return shot.is(50, 50, red); }));
  const GstClockTime pushed = gst::now();
  rig.tile->push(solid_sample(64, 64, green, pushed).get());
  std::atomic<GstClockTime> seen = 0;
  rig.judge_with([&](GstBuffer* frame) {
    if (seen == 0 && Shot::of(frame, rig.info).is(50, 50, green)) seen = GST_BUFFER_PTS(frame);
  });
  const SourceGuard poll = rig.loop.every(5ms, [] {});
  ASSERT_TRUE(rig.loop.run_until([&] { return seen != 0; }, 2s));
  rig.judge_with({});
  EXPECT_GE(seen + GST_SECOND / 60, pushed + 300 * GST_MSECOND);
  EXPECT_LE(seen, pushed + 300 * GST_MSECOND + stalls.limit(67ms));
}

TEST(Tile, CameraOff_ShowsInitialsAndForgetsTheLastPicture) {
  OneTile rig;
  rig.tile->push(solid_sample(640, 360, red).get());
  ASSERT_TRUE(rig.wait_for([](const Shot& shot) { return shot.all(whole, red); }));
  rig.tile->set_state(TileState::camera_off);
  EXPECT_TRUE(rig.wait_for([](const Shot& shot) {
    return !shot.is(10, 10, red) && shot.brighter({240, 100, 160, 160}, 180) > 200;
  }));
  rig.tile->push(solid_sample(640, 360, red).get());  // one that was under way
  ASSERT_TRUE(rig.wait_frames(3));
  EXPECT_FALSE(rig.shot().is(10, 10, red));
  EXPECT_EQ(rig.tile->stats().shown, TileState::camera_off);
  rig.tile->set_state(TileState::live);
  ASSERT_TRUE(rig.wait_frames(3));
  EXPECT_FALSE(rig.shot().is(10, 10, red)) << "the picture from before must not come back";
  rig.tile->push(solid_sample(640, 360, green).get());
  EXPECT_TRUE(rig.wait_for([](const Shot& shot) { return shot.all(whole, green); }));
}

TEST(Tile, FramesThatCease_ShowAsStalled_AndComeBack) {
  OneTile rig;
  rig.tile->push(solid_sample(640, 360, red).get());
  ASSERT_TRUE(rig.wait_for([](const Shot& shot) { return shot.all(whole, red); }));
  ASSERT_TRUE(rig.wait_for(
      [](const Shot& shot) {
        const Yuv c = shot.at(20, 20);
        return c.u == 128 && c.v == 128 && c.y < to_yuv(red).y;  // no colour, darker
      },
      4s));
  EXPECT_EQ(rig.tile->stats().shown, TileState::stalled);
  EXPECT_GT(rig.shot().brighter({160, 140, 320, 80}, 180), 50) << "a caption in the middle";
  rig.tile->push(solid_sample(640, 360, green).get());
  EXPECT_TRUE(rig.wait_for([](const Shot& shot) { return shot.all(whole, green); }, 500ms));
  EXPECT_EQ(rig.tile->stats().shown, TileState::live);
}

// A slide that is drawn once in five seconds.
TEST(Tile, WhoIsHeardOf_IsNotStalled) {
  OneTile rig;
  rig.tile->push(solid_sample(640, 360, red).get());
  ASSERT_TRUE(rig.wait_for([](const Shot& shot) { return shot.all(whole, red); }));
  EXPECT_FALSE(rig.wait_for(
      [&](const Shot&) {
        rig.tile->heard();
        return rig.tile->stats().shown == TileState::stalled;
      },
      3s));
  EXPECT_TRUE(rig.shot().all(whole, red));
  ASSERT_TRUE(rig.wait_for([&](const Shot&) { return rig.tile->stats().shown == TileState::stalled; }, 4s));
  rig.tile->heard();
  EXPECT_TRUE(rig.wait_for([](const Shot& shot) { return shot.all(whole, red); }))
      << "the same picture again";
  EXPECT_EQ(rig.tile->stats().shown, TileState::live);
}

TEST(Tile, Label_IsThereAndOnlyThere) {
  TileStyle style;
  OneTile rig(style);
  rig.tile->push(solid_sample(640, 360, blue).get());
  const Rect corner{4, 310, 200, 50};
  EXPECT_TRUE(rig.wait_for([&](const Shot& shot) {
    return shot.brighter(corner, 200) > 100 && shot.all({0, 0, 640, 300}, blue) &&
           shot.all({400, 300, 240, 60}, blue);
  }));
  rig.tile->set_name("Somebody with a far longer name");
  EXPECT_TRUE(rig.wait_for([&](const Shot& shot) { return shot.brighter({200, 310, 160, 50}, 200) > 50; }));
}

TEST(Tile, MutedBadge_StandsInTheLabel) {
  OneTile rig(plain());
  rig.tile->push(solid_sample(640, 360, blue).get());
  ASSERT_TRUE(rig.wait_for([](const Shot& shot) { return shot.all(whole, blue); }));
  rig.tile->set_muted(true);
  auto reddish = [](const Shot& shot) {
    int count = 0;
    for (int y = 300; y < 360; ++y)
      for (int x = 0; x < 80; ++x) count += shot.at(x, y).v > 165 ? 1 : 0;
    return count;
  };
  EXPECT_TRUE(rig.wait_for([&](const Shot& shot) { return reddish(shot) > 20; }))
      << "without a name label, too";
  rig.tile->set_muted(false);
  EXPECT_TRUE(rig.wait_for([](const Shot& shot) { return shot.all(whole, blue); }));
}

TEST(Tile, NamesOfEveryScript_AreDrawn) {
  TileStyle style;
  OneTile rig(style);
  rig.tile->push(solid_sample(640, 360, blue).get());
  const std::string names[] = {"王小明 山田",          "محمد علي",           "שלום",
                               "👩‍💻🙂",      "bad \xff\xfe bytes", "Ω≈ç√",
                               std::string(3000, 'W'), "line\nbreak\ttab"};
  for (const std::string& name : names) {
    rig.tile->set_name(name);
    EXPECT_TRUE(rig.wait_for([](const Shot& shot) {
      return shot.brighter({4, 310, 600, 50}, 150) > 30;
    })) << name;
    EXPECT_TRUE(rig.shot().all({0, 0, 640, 300}, blue));
    rig.tile->set_state(TileState::camera_off);
    ASSERT_TRUE(rig.wait_frames(2));
    rig.tile->set_state(TileState::live);
    rig.tile->push(solid_sample(640, 360, blue).get());
    ASSERT_TRUE(rig.wait_for([](const Shot& shot) { return shot.is(10, 10, blue); }));
  }
}

TEST(Tile, SpeakingBorder_HasTheLayoutsColour) {
  TileStyle style = plain();
  style.border = 6;
  style.border_color = 0x2b3440;
  style.speaking_color = 0x35c46a;
  OneTile rig(style);
  rig.tile->push(solid_sample(640, 360, blue).get());
  EXPECT_TRUE(rig.wait_for([](const Shot& shot) {
    return shot.all({0, 0, 640, 6}, 0x2b3440) && shot.all({6, 6, 628, 348}, blue) &&
           shot.all({634, 0, 6, 360}, 0x2b3440);
  }));
  rig.tile->set_speaking(true);  // no new frame is needed for it
  EXPECT_TRUE(rig.wait_for([](const Shot& shot) {
    return shot.all({0, 0, 6, 360}, 0x35c46a) && shot.all({0, 354, 640, 6}, 0x35c46a) &&
           shot.all({6, 6, 628, 348}, blue);
  }));
  rig.tile->set_speaking(false);
  EXPECT_TRUE(rig.wait_for([](const Shot& shot) { return shot.all({0, 0, 640, 6}, 0x2b3440); }));
}

TEST(Tile, NewGeometry_ShowsTheLastFrameAtOnce) {
  OneTile rig;
  rig.tile->push(solid_sample(640, 360, red).get());
  ASSERT_TRUE(rig.wait_for([](const Shot& shot) { return shot.all(whole, red); }));
  std::atomic<int> cards = 0;
  rig.judge_with([&](GstBuffer* frame) {
    if (!Shot::of(frame, rig.info).is(150, 100, red)) ++cards;
  });
  for (int i = 0; i < 20; ++i) {
    rig.canvas->apply({{rig.tile, {100, 60, 100 + 8 * i, 90 + 4 * i}, plain()}}, 0);
    ASSERT_TRUE(rig.wait_frames(1));
  }
  rig.judge_with({});
  EXPECT_EQ(cards, 0) << "frames without the participant's picture";
}

TEST(Tile, MayBePushedToFromAnotherThreadWhileEverythingChanges) {
  CanvasRig rig;
  auto tile = rig.canvas->create_tile("busy");
  tile->set_state(TileState::live);
  std::atomic<bool> stop = false;
  std::thread decoder([&] {
    int i = 0;
    while (!stop) {
      tile->push(solid_sample(320 + i % 3 * 100, 180, i % 2 ? red : green).get());
      ++i;
      g_usleep(2000);
    }
  });
  for (int i = 0; i < 40; ++i) {
    rig.canvas->apply({{tile, {0, 0, 200 + i % 5 * 20, 100 + i % 7 * 10}, TileStyle{}}}, 0);
    tile->set_name(i % 2 ? "one" : "another");
    tile->set_speaking(i % 3 == 0);
    tile->set_muted(i % 4 == 0);
    if (i % 10 == 5) tile->set_state(TileState::camera_off);
    if (i % 10 == 7) tile->set_state(TileState::live);
    ASSERT_TRUE(rig.wait_frames(1));
  }
  stop = true;
  decoder.join();
  EXPECT_GT(tile->stats().frames_shown, 10u);
}

}  // namespace
}  // namespace tessera::media::test
