#include "media/renditions.hpp"

#include "canvas_harness.hpp"
#include "config/pipelines.hpp"
#include "media/video_input.hpp"

#include <gst/app/gstappsrc.h>

#include "../../support/h264_bytes.hpp"
#include "../../support/stalls.hpp"
#include "gst/mapped_buffer.hpp"

namespace tessera::media::test {
namespace {

config::Pipelines shipped() {
  auto loaded = config::Pipelines::load(TESSERA_SOURCE_DIR "/pipelines");
  if (!loaded) throw std::runtime_error(loaded.error().message);
  return std::move(*loaded);
}

/// Collects what one consumer gets.
struct Viewer {
  void operator()(const gst::EncodedFrame& frame) {
    const std::lock_guard lock(mutex);
    if (frames.empty()) first_at = gst::now();
    frames.push_back(frame);
    latencies.push_back(static_cast<double>(gst::now() - frame.running_time) / GST_MSECOND);
  }
  std::size_t count() {
    const std::lock_guard lock(mutex);
    return frames.size();
  }
  std::vector<gst::EncodedFrame> taken() {
    const std::lock_guard lock(mutex);
    return frames;
  }
  std::mutex mutex;
  std::vector<gst::EncodedFrame> frames;
  std::vector<double> latencies;
  GstClockTime first_at = 0;
};

gst::FrameConsumer into(Viewer& viewer) {
  return [&viewer](const gst::EncodedFrame& frame) { viewer(frame); };
}

struct Rig : CanvasRig {
  Rig() : CanvasRig({640, 360, 30, 9, 0x10151c}), renditions(Renditions::create(loop, *canvas, shipped())) {
    look_away();
    left = canvas->create_tile(""), right = canvas->create_tile("");
    canvas->apply({{left, {0, 0, 320, 360}, plain()}, {right, {320, 0, 320, 360}, plain()}}, 0);
    left->push(solid_sample(64, 64, red).get());
    right->push(solid_sample(64, 64, green).get());
  }
  bool wait(const std::function<bool()>& done, std::chrono::milliseconds limit = 5s) {
    const SourceGuard poll = loop.every(5ms, [] {});
    return loop.run_until(done, limit);
  }
  std::shared_ptr<VideoSubscription> subscribe(gst::Codec codec, Viewer& viewer) {
    auto subscription = renditions->subscribe(codec, into(viewer));
    if (!subscription) throw std::runtime_error(subscription.error().message);
    return *subscription;
  }
  std::shared_ptr<Tile> left, right;
  std::unique_ptr<Renditions> renditions;
};

class EachCodec : public testing::TestWithParam<gst::Codec> {};
INSTANTIATE_TEST_SUITE_P(Renditions, EachCodec, testing::Values(gst::Codec::h264, gst::Codec::vp8),
                         [](const auto& codec) { return std::string(gst::name_of(codec.param)); });

// A recording that goes on after a pause has no use for what comes before a key frame.
TEST_P(EachCodec, WhoBeginsAnew_HasAKeyFrameNext_WithinTheSecondOfRepairs) {
  Rig rig;
  Viewer viewer;
  const auto subscription = rig.subscribe(GetParam(), viewer);
  ASSERT_TRUE(rig.wait([&] { return viewer.count() >= 10; }));
  const std::size_t before = viewer.count();
  subscription->begin_anew();
  const GstClockTime asked = gst::now();
  ASSERT_TRUE(rig.wait([&] { return viewer.count() >= before + 5; }));
  const auto frames = viewer.taken();
  // One that was under way may still have come.
  const auto key = std::find_if(frames.begin() + static_cast<std::ptrdiff_t>(before), frames.end(),
                                [](const auto& frame) { return frame.key; });
  ASSERT_NE(key, frames.end());
  EXPECT_LE(key - frames.begin(), static_cast<std::ptrdiff_t>(before) + 1);
  EXPECT_LT(key->running_time, asked + 300 * GST_MSECOND) << "a repair comes a second after the last";
}

TEST_P(EachCodec, StartsWithAKeyFrame_AndKeepsTheCanvasTime) {
  Rig rig;
  Viewer viewer;
  const auto subscription = rig.subscribe(GetParam(), viewer);
  ASSERT_TRUE(rig.wait([&] { return viewer.count() >= 60; }));
  const auto frames = viewer.taken();
  EXPECT_TRUE(frames[0].key);
  for (std::size_t i = 0; i < frames.size(); ++i) {
    EXPECT_EQ(frames[i].codec, GetParam());
    const guint64 number = gst_util_uint64_scale_round(frames[i].running_time, 30, GST_SECOND);
    EXPECT_EQ(frames[i].running_time, gst_util_uint64_scale(number, GST_SECOND, 30));
    if (i > 0) {
      EXPECT_GT(frames[i].running_time, frames[i - 1].running_time) << "no reordering";
    }
    EXPECT_LT(std::abs(GST_CLOCK_DIFF(frames[i].running_time, gst::now())), 5 * GST_SECOND);
  }
  auto latencies = viewer.latencies;
  std::sort(latencies.begin(), latencies.end());
  std::printf("%s: tick → encoded p50 %.1f ms, p95 %.1f ms\n", gst::name_of(GetParam()).data(),
              latencies[latencies.size() / 2], latencies[latencies.size() * 95 / 100]);
  EXPECT_LT(latencies[latencies.size() / 2], 33) << "a frame of latency in the encoder";
}

TEST_P(EachCodec, OneEncoderHoweverManyConsume_GoneAfterTheLast) {
  Rig rig;
  std::vector<std::unique_ptr<Viewer>> viewers;
  std::vector<std::shared_ptr<VideoSubscription>> held;
  for (const std::size_t many : {1, 2, 5}) {
    while (held.size() < many) {
      viewers.push_back(std::make_unique<Viewer>());
      held.push_back(rig.subscribe(GetParam(), *viewers.back()));
    }
    ASSERT_TRUE(rig.wait([&] { return viewers.back()->count() >= 5; }));
    const auto stats = rig.renditions->stats();
    ASSERT_EQ(stats.size(), 1u);
    EXPECT_EQ(stats[0].consumers, static_cast<int>(many));
  }
  const auto all = rig.renditions->stats()[0].frames;
  EXPECT_LE(viewers[0]->count(), all + 5);
  // The same bytes for everybody: a consumer's last frame is some other's, too.
  EXPECT_EQ(viewers[0]->taken().back().buffer->pts != 0, true);
  held.clear();
  ASSERT_TRUE(rig.wait([&] { return rig.renditions->stats().empty(); }, 5s))
      << "the encoder ends after its last consumer";
  const auto ticks = rig.canvas->stats().ticks;
  const GstClockTime until = gst::now() + 200 * GST_MSECOND;
  rig.wait([&] { return gst::now() > until; });
  EXPECT_LE(rig.canvas->stats().ticks, ticks + 1) << "and the canvas rests";
}

TEST_P(EachCodec, LateJoiner_GetsAKeyFrameWithinHalfASecond) {
  Rig rig;
  Viewer first;
  const auto held = rig.subscribe(GetParam(), first);
  ASSERT_TRUE(rig.wait([&] { return first.count() >= 40; }));
  for (int i = 0; i < 3; ++i) {
    Viewer late;
    const tessera::test::Stalls stalls;
    const GstClockTime joined = gst::now();
    const auto subscription = rig.subscribe(GetParam(), late);
    ASSERT_TRUE(rig.wait([&] { return late.count() >= 3; }, 2s));
    EXPECT_TRUE(late.taken()[0].key);
    EXPECT_LT(late.first_at - joined, stalls.limit(500ms));
  }
}

TEST_P(EachCodec, LossyViewer_CannotFloodTheOthersWithKeyFrames) {
  Rig rig;
  Viewer viewer;
  const auto subscription = rig.subscribe(GetParam(), viewer);
  ASSERT_TRUE(rig.wait([&] { return viewer.count() >= 10; }));
  const auto before = rig.renditions->stats()[0].key_frames;
  const GstClockTime until = gst::now() + 3 * GST_SECOND;
  const SourceGuard lossy = rig.loop.every(10ms, [&] { subscription->request_key_frame(); });
  rig.wait([&] { return gst::now() > until; });
  const auto keys = rig.renditions->stats()[0].key_frames - before;
  EXPECT_GE(keys, 2u);
  EXPECT_LE(keys, 4u);
}

TEST_P(EachCodec, DroppedSubscription_IsNotCalledAgain) {
  Rig rig;
  Viewer staying;
  const auto held = rig.subscribe(GetParam(), staying);
  for (int i = 0; i < 10; ++i) {
    auto viewer = std::make_unique<Viewer>();
    auto subscription = rig.subscribe(GetParam(), *viewer);
    ASSERT_TRUE(rig.wait([&] { return viewer->count() >= 1; }, 2s));
    subscription.reset();
    viewer.reset();
  }
  EXPECT_TRUE(rig.wait([&, start = staying.count()] { return staying.count() > start + 5; }));
}

/// What a recorder or a browser would get: encoded by the rendition, decoded by attach_video_input into
/// another canvas.
TEST_P(EachCodec, DecodesBackToItsColours_ThroughVideoInput) {
  Rig rig;
  CanvasRig receiver({640, 360, 30, 4, 0});
  auto tile = receiver.canvas->create_tile("");
  tile->set_state(TileState::live);
  receiver.canvas->apply({{tile, {0, 0, 640, 360}, plain()}}, 0);

  const auto pipeline = gst::make_pipeline("receiver");
  auto source = gst::make("appsrc");
  ASSERT_TRUE(source.ok());
  const auto caps = gst::adopt(gst_caps_from_string(
      GetParam() == gst::Codec::h264 ? "video/x-h264,stream-format=byte-stream,alignment=au"
                                     : "video/x-vp8"));
  g_object_set(source->get(), "caps", caps.get(), "format", GST_FORMAT_TIME, "is-live", TRUE, nullptr);
  GstElement* appsrc = source->get();
  gst_bin_add(GST_BIN(pipeline.get()), appsrc);
  const auto pad = gst::adopt(gst_element_get_static_pad(appsrc, "src"));
  ASSERT_TRUE(gst::set_state(pipeline.get(), GST_STATE_PLAYING).ok());
  const auto attached = attach_video_input(GST_BIN(pipeline.get()), pad.get(), GetParam(), shipped(), tile);
  ASSERT_TRUE(attached.ok()) << attached.error().message;

  std::atomic<int> pushed = 0;
  auto subscription = rig.renditions->subscribe(GetParam(), [&](const gst::EncodedFrame& frame) {
    GstBuffer* copy = gst_buffer_copy(frame.buffer.get());
    GST_BUFFER_PTS(copy) = frame.running_time;
    GST_BUFFER_DTS(copy) = GST_CLOCK_TIME_NONE;
    gst_app_src_push_buffer(GST_APP_SRC(appsrc), copy);
    ++pushed;
  });
  ASSERT_TRUE(subscription.ok()) << subscription.error().message;
  EXPECT_TRUE(receiver.wait_for(
      [](const Shot& shot) {
        return shot.all({10, 10, 300, 340}, red, 8) && shot.all({330, 10, 300, 340}, green, 8);
      },
      5s))
      << text(receiver.shot().at(100, 100)) << text(receiver.shot().at(500, 100));
  // A change goes through in the frame it is in: the decoder holds nothing back.
  rig.left->push(solid_sample(64, 64, blue).get());
  EXPECT_TRUE(receiver.wait_for([](const Shot& shot) { return shot.all({10, 10, 300, 340}, blue, 10); }, 5s));
  rig.wait([&] { return pushed > 30; });
  const int in = pushed;
  EXPECT_LE(in - static_cast<int>(tile->stats().frames_in), 2) << "frames held back by the decoder";
  EXPECT_EQ(tile->stats().source_width, 640);
  subscription = error("done", "done");
  gst_element_set_state(pipeline.get(), GST_STATE_NULL);
}

using Edit = std::function<gst::Ptr<GstBuffer>(GstBuffer*)>;

/// Counts what a decoder makes of our own encoder's frames, sent under `caps` after `edit`.
/// `over`: elements between, or none.
int decoded_of(gst::Codec codec, const gst::Ptr<GstCaps>& caps, const Edit& edit,
               const std::string& over = "identity") {
  Rig rig;
  CanvasRig receiver({640, 360, 30, 4, 0});
  auto tile = receiver.canvas->create_tile("");
  tile->set_state(TileState::live);
  const auto pipeline = gst::make_pipeline("receiver");
  auto source = gst::make("appsrc");
  g_object_set(source->get(), "caps", caps.get(), "format", GST_FORMAT_TIME, "is-live", TRUE, nullptr);
  GstElement* appsrc = source->get();
  auto between = gst::parse_bin(over, "between");
  EXPECT_TRUE(between.ok());
  gst_bin_add_many(GST_BIN(pipeline.get()), appsrc, between->get(), nullptr);
  EXPECT_TRUE(gst_element_link(appsrc, between->get()));
  const auto pad = gst::adopt(gst_element_get_static_pad(between->get(), "src"));
  EXPECT_TRUE(gst::set_state(pipeline.get(), GST_STATE_PLAYING).ok());
  EXPECT_TRUE(attach_video_input(GST_BIN(pipeline.get()), pad.get(), codec, shipped(), tile).ok());
  std::atomic<int> pushed = 0;
  auto subscription = rig.renditions->subscribe(codec, [&](const gst::EncodedFrame& frame) {
    gst_app_src_push_buffer(GST_APP_SRC(appsrc), gst_buffer_copy(edit(frame.buffer.get()).get()));
    ++pushed;
  });
  EXPECT_TRUE(rig.wait([&] { return pushed > 20; }));
  rig.wait([&] { return tile->stats().frames_in >= 15; }, 1s);
  subscription = error("done", "done");
  gst_element_set_state(pipeline.get(), GST_STATE_NULL);
  return static_cast<int>(tile->stats().frames_in);
}

TEST(VideoInput, APictureLargerThanAnyScreenNeverReachesTheDecoder) {
  gst::ensure_initialised();
  const auto decoded = [](int width, int height) {
    const auto caps = gst::adopt(gst_caps_new_simple("video/x-vp8", "width", G_TYPE_INT, width, "height",
                                                     G_TYPE_INT, height, nullptr));
    return decoded_of(gst::Codec::vp8, caps, [](GstBuffer* buffer) { return gst::ref(buffer); });
  };
  EXPECT_GE(decoded(640, 360), 15);
  EXPECT_EQ(decoded(16383, 16383), 0);
  EXPECT_EQ(decoded(8000, 8000), 0);
}

/// The access unit with `unit` before its first slice.
gst::Ptr<GstBuffer> with_unit(GstBuffer* buffer, const std::vector<std::uint8_t>& unit) {
  const auto bytes = tessera::test::annex_b({unit});
  std::vector<std::uint8_t> edited;
  {
    const gst::MappedBuffer own(buffer);
    const auto all = own.bytes();
    std::size_t slice = 0;
    const auto is_slice = [&] {
      const int type = all[slice + 3] & 31;
      return all[slice] == 0 && all[slice + 1] == 0 && all[slice + 2] == 1 && (type == 1 || type == 5);
    };
    while (slice + 4 < all.size() && !is_slice()) ++slice;
    edited.assign(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(slice));
    edited.insert(edited.end(), bytes.begin(), bytes.end());
    edited.insert(edited.end(), all.begin() + static_cast<std::ptrdiff_t>(slice), all.end());
  }
  auto result = gst::adopt(gst_buffer_new_memdup(edited.data(), edited.size()));
  gst_buffer_copy_into(result.get(), buffer,
                       static_cast<GstBufferCopyFlags>(GST_BUFFER_COPY_FLAGS | GST_BUFFER_COPY_TIMESTAMPS), 0,
                       static_cast<gsize>(-1));
  return result;
}

const char* const over_rtp = "rtph264pay config-interval=-1 aggregate-mode=zero-latency ! rtph264depay";

int decoded_h264(const Edit& edit, const char* over) {
  const auto caps = gst::adopt(gst_caps_from_string("video/x-h264, stream-format=byte-stream, alignment=au"));
  return decoded_of(gst::Codec::h264, caps, edit, over);
}

TEST(VideoInput, ParameterSetsOfALargerPictureNeverReachTheDecoder) {
  gst::ensure_initialised();
  const auto announcing = [](int side) {
    return [set = tessera::test::sequence_parameter_set(side, side)](GstBuffer* buffer) {
      const bool delta = GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_DELTA_UNIT);
      return delta ? gst::ref(buffer) : with_unit(buffer, set);
    };
  };
  // As an endpoint has it, with the parameter sets in the caps, and with start codes.
  for (const char* over : {over_rtp, "identity"}) {
    EXPECT_GE(decoded_h264([](GstBuffer* buffer) { return gst::ref(buffer); }, over), 15) << over;
    EXPECT_EQ(decoded_h264(announcing(16'384), over), 0) << over;
    EXPECT_EQ(decoded_h264(announcing(8'000), over), 0) << over;
  }
}

TEST(VideoInput, ALengthThatLooksLikeAParameterSetIsNone) {
  gst::ensure_initialised();
  // 327 bytes: 00 00 01 47 before it.
  std::vector<std::uint8_t> unit(327);
  for (std::size_t i = 0; i < unit.size(); ++i) unit[i] = i % 3 == 0 ? 3 : 0;  // as a parameter set: nonsense
  unit[0] = 6;                                                                 // supplemental information
  unit[1] = 5;                                                                 // of somebody's own
  unit[2] = 255;
  unit[3] = 67;
  unit.back() = 0x80;
  EXPECT_GE(decoded_h264([&](GstBuffer* buffer) { return with_unit(buffer, unit); }, over_rtp), 15);
}

TEST(Renditions, H264_IsConstrainedBaselineWithParameterSetsAtEveryKeyFrame) {
  Rig rig;
  Viewer viewer;
  const auto subscription = rig.subscribe(gst::Codec::h264, viewer);
  ASSERT_TRUE(rig.wait([&] { return viewer.count() >= 20; }));
  subscription->request_key_frame();
  ASSERT_TRUE(rig.wait([&] { return viewer.count() >= 60; }));
  int keys = 0;
  for (const auto& frame : viewer.taken()) {
    GstMapInfo map;
    ASSERT_TRUE(gst_buffer_map(frame.buffer.get(), &map, GST_MAP_READ));
    bool sps = false, pps = false, idr = false, other_slice = false;
    for (gsize i = 0; i + 6 < map.size; ++i) {
      if (map.data[i] != 0 || map.data[i + 1] != 0 || map.data[i + 2] != 1) continue;
      const int type = map.data[i + 3] & 31;
      if (type == 7) {
        sps = true;
        EXPECT_EQ(map.data[i + 4], 66) << "profile_idc: baseline";
        EXPECT_EQ(map.data[i + 5] & 0x40, 0x40) << "constraint_set1: constrained";
      }
      pps = pps || type == 8;
      idr = idr || type == 5;
      other_slice = other_slice || type == 1;
    }
    gst_buffer_unmap(frame.buffer.get(), &map);
    EXPECT_EQ(frame.key, idr);
    EXPECT_NE(idr, other_slice);
    if (!frame.key) continue;
    ++keys;
    EXPECT_TRUE(sps && pps);
  }
  EXPECT_GE(keys, 2);
}

TEST(Renditions, BitrateIsMeasured) {
  Rig rig;
  Viewer viewer;
  const auto subscription = rig.subscribe(gst::Codec::h264, viewer);
  ASSERT_TRUE(rig.wait([&] { return viewer.count() >= 30; }));
  const auto stats = rig.renditions->stats();
  ASSERT_EQ(stats.size(), 1u);
  EXPECT_GT(stats[0].bitrate, 1000);
  EXPECT_GT(stats[0].bytes, 0u);
}

TEST(Renditions, MissingOrBrokenDescription_IsAnError) {
  Rig rig;
  auto broken = Renditions::create(rig.loop, *rig.canvas,
                                   config::Pipelines::from_map({{"encode-vp8", "vp8enc ! nosuchthing"}}));
  const auto vp8 = broken->subscribe(gst::Codec::vp8, [](const gst::EncodedFrame&) {});
  ASSERT_FALSE(vp8.ok());
  EXPECT_EQ(vp8.error().code, "bad-pipeline");
  const auto h264 = broken->subscribe(gst::Codec::h264, [](const gst::EncodedFrame&) {});
  ASSERT_FALSE(h264.ok());
  EXPECT_EQ(h264.error().code, "bad-pipeline");
}

TEST(Renditions, MayGoWhileEncoding) {
  for (int i = 0; i < 5; ++i) {
    Rig rig;
    Viewer viewer;
    auto subscription = rig.subscribe(i % 2 ? gst::Codec::vp8 : gst::Codec::h264, viewer);
    ASSERT_TRUE(rig.wait([&] { return viewer.count() >= 2; }));
    if (i < 3) subscription.reset();
    rig.renditions.reset();
  }
}

}  // namespace
}  // namespace tessera::media::test
