// What reaches a decoder of received video, and what does not.
#include "media/video_input.hpp"

#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>

#include "canvas_harness.hpp"
#include "config/pipelines.hpp"
#include "gst/mapped_buffer.hpp"

namespace tessera::media::test {
namespace {

using Bytes = std::vector<std::uint8_t>;

config::Pipelines shipped() {
  auto loaded = config::Pipelines::load(TESSERA_SOURCE_DIR "/pipelines");
  if (!loaded) throw std::runtime_error(loaded.error().message);
  return std::move(*loaded);
}

/// Test pictures of VP8 or VP9; the first is a key frame.
std::vector<Bytes> encoded(const std::string& encoder, int width, int height, int count) {
  gst::ensure_initialised();
  const auto pipeline = gst::adopt(
      gst_parse_launch(fmt::format("videotestsrc num-buffers={} pattern=ball ! "
                                   "video/x-raw,format=I420,width={},height={},framerate=30/1 ! "
                                   "{} deadline=1 cpu-used=8 lag-in-frames=0 ! appsink name=out sync=false",
                                   count, width, height, encoder)
                           .c_str(),
                       nullptr));
  const auto out = gst::adopt(gst_bin_get_by_name(GST_BIN(pipeline.get()), "out"));
  gst_element_set_state(pipeline.get(), GST_STATE_PLAYING);
  std::vector<Bytes> frames;
  while (const auto sample = gst::adopt(gst_app_sink_pull_sample(GST_APP_SINK(out.get())))) {
    const gst::MappedBuffer mapped(gst_sample_get_buffer(sample.get()));
    frames.emplace_back(mapped.bytes().begin(), mapped.bytes().end());
  }
  gst_element_set_state(pipeline.get(), GST_STATE_NULL);
  return frames;
}

/// Frames into attach_video_input, one after the other.
class Input {
 public:
  Input(gst::Codec codec, const char* caps_text, std::shared_ptr<PixelMeter> meter = nullptr)
      : receiver_({640, 360, 30, 4, 0}), pipeline_(gst::make_pipeline("input")) {
    tile = receiver_.canvas->create_tile("");
    tile->set_state(TileState::live);
    auto source = gst::make("appsrc");
    appsrc_ = source->get();
    const auto caps = gst::adopt(gst_caps_from_string(caps_text));
    g_object_set(appsrc_, "caps", caps.get(), "format", GST_FORMAT_TIME, nullptr);
    gst_bin_add(GST_BIN(pipeline_.get()), appsrc_);
    const auto pad = gst::adopt(gst_element_get_static_pad(appsrc_, "src"));
    // Counts what is asked of the sender.
    gst_pad_add_probe(
        pad.get(), GST_PAD_PROBE_TYPE_EVENT_UPSTREAM,
        [](GstPad*, GstPadProbeInfo* info, gpointer self) {
          if (GST_EVENT_TYPE(GST_PAD_PROBE_INFO_EVENT(info)) == GST_EVENT_CUSTOM_UPSTREAM)
            ++static_cast<Input*>(self)->key_frames_asked;
          return GST_PAD_PROBE_OK;
        },
        this, nullptr);
    EXPECT_TRUE(gst::set_state(pipeline_.get(), GST_STATE_PLAYING).ok());
    EXPECT_TRUE(
        attach_video_input(GST_BIN(pipeline_.get()), pad.get(), codec, shipped(), tile, std::move(meter))
            .ok());
  }
  ~Input() { gst_element_set_state(pipeline_.get(), GST_STATE_NULL); }

  /// All of them, and then the end of the stream, which says that they are through.
  void push(const std::vector<Bytes>& frames) {
    for (const auto& frame : frames) {
      GstBuffer* buffer = gst_buffer_new_memdup(frame.data(), frame.size());
      GST_BUFFER_PTS(buffer) = gst::now();
      gst_app_src_push_buffer(GST_APP_SRC(appsrc_), buffer);
    }
    gst_app_src_end_of_stream(GST_APP_SRC(appsrc_));
    const auto bus = gst::adopt(gst_element_get_bus(pipeline_.get()));
    const auto end = gst::adopt(gst_bus_timed_pop_filtered(
        bus.get(), 20 * GST_SECOND, static_cast<GstMessageType>(GST_MESSAGE_EOS | GST_MESSAGE_ERROR)));
    ASSERT_TRUE(end && GST_MESSAGE_TYPE(end.get()) == GST_MESSAGE_EOS);
  }
  [[nodiscard]] int frames() const { return static_cast<int>(tile->stats().frames_in); }
  [[nodiscard]] int width() const { return tile->stats().source_width; }

  std::shared_ptr<Tile> tile;
  std::atomic<int> key_frames_asked = 0;

 private:
  CanvasRig receiver_;
  gst::Ptr<GstElement> pipeline_;
  GstElement* appsrc_ = nullptr;
};

constexpr const char* vp9 = "video/x-vp9,width=320,height=180";
constexpr const char* vp8 = "video/x-vp8,width=320,height=180";

Bytes joined(Bytes first, const Bytes& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

TEST(VideoInput, Vp9IsDecoded) {
  Input input(gst::Codec::vp9, vp9);
  input.push(encoded("vp9enc", 320, 180, 10));
  EXPECT_EQ(input.frames(), 10);
  EXPECT_EQ(input.width(), 320);
}

/// Access units of H.264 by x264enc with these options and this caps filter.
std::vector<Bytes> h264_of(const std::string& options, const std::string& raw, const std::string& caps) {
  gst::ensure_initialised();
  const auto pipeline = gst::adopt(gst_parse_launch(
      fmt::format(
          "videotestsrc num-buffers=40 pattern=ball ! "
          "video/x-raw,format=I420,width=320,height=192,framerate=30/1{} ! x264enc {} byte-stream=true ! "
          "video/x-h264,stream-format=byte-stream,alignment=au{} ! appsink name=out sync=false",
          raw, options, caps)
          .c_str(),
      nullptr));
  const auto out = gst::adopt(gst_bin_get_by_name(GST_BIN(pipeline.get()), "out"));
  gst_element_set_state(pipeline.get(), GST_STATE_PLAYING);
  std::vector<Bytes> frames;
  while (const auto sample = gst::adopt(gst_app_sink_pull_sample(GST_APP_SINK(out.get())))) {
    const gst::MappedBuffer mapped(gst_sample_get_buffer(sample.get()));
    frames.emplace_back(mapped.bytes().begin(), mapped.bytes().end());
  }
  gst_element_set_state(pipeline.get(), GST_STATE_NULL);
  return frames;
}

TEST(VideoInput, H264OfEveryProfileIsDecoded_InterlacedAndReorderedToo) {
  struct Case {
    const char *what, *options, *raw, *caps;
  };
  for (const Case& each :
       {Case{"baseline", "tune=zerolatency", "", ",profile=constrained-baseline"},
        Case{"main", "tune=zerolatency", "", ",profile=main"},
        Case{"high", "tune=zerolatency dct8x8=true", "", ",profile=high"},
        Case{"interlaced", "tune=zerolatency interlaced=true", ",interlace-mode=interleaved", ""},
        Case{"B-frames", "bframes=2 b-adapt=false speed-preset=veryfast", "", ",profile=high"}}) {
    Input input(gst::Codec::h264, "video/x-h264,stream-format=byte-stream,alignment=au");
    const auto frames = h264_of(each.options, each.raw, each.caps);
    ASSERT_EQ(frames.size(), 40u) << each.what;
    input.push(frames);
    // The first pictures of a reordered stream may go while the decoder learns how far it is reordered.
    EXPECT_GE(input.frames(), 36) << each.what;
    EXPECT_EQ(input.width(), 320) << each.what;
  }
}

TEST(VideoInput, AVp9FrameBehindAnotherIsNotDecoded) {
  // Without an index libvpx would go on with the second, whose size nobody has looked at.
  const auto small = encoded("vp9enc", 64, 64, 1), large = encoded("vp9enc", 1280, 720, 1);
  Input input(gst::Codec::vp9, vp9);
  input.push({joined(small[0], large[0])});
  EXPECT_EQ(input.frames(), 1);
  EXPECT_EQ(input.width(), 64);
}

TEST(VideoInput, AVp9FrameThatIsLargerThanItsCapsSay_IsNotDecoded) {
  const auto refused_before = refused_frames().load();
  Bytes huge = {0x82, 0x49, 0x83, 0x42, 0x03, 0xFF, 0xF3, 0xFF, 0xF0};  // 16384×16384
  huge.resize(60);
  auto frames = encoded("vp9enc", 320, 180, 3);
  frames.insert(frames.begin() + 1, huge);
  Input input(gst::Codec::vp9, vp9);
  input.push(frames);
  EXPECT_EQ(input.frames(), 1) << "what follows refers to what was refused";
  EXPECT_EQ(refused_frames() - refused_before, 3u);
  EXPECT_EQ(input.key_frames_asked, 1);
}

TEST(VideoInput, AVp8FrameThatIsLargerThanItsCapsSay_IsNotDecoded) {
  const auto refused_before = refused_frames().load();
  auto frames = encoded("vp8enc", 320, 180, 3);
  Bytes huge = frames[0];
  huge[6] = 0xFF, huge[7] = 0x3F;
  frames.insert(frames.begin() + 1, huge);
  Input input(gst::Codec::vp8, vp8);
  input.push(frames);
  EXPECT_EQ(input.frames(), 1);
  EXPECT_EQ(refused_frames() - refused_before, 3u);
}

TEST(VideoInput, AKeyFrameOfASizeThatIsAcceptedEndsTheRefusal) {
  auto frames = encoded("vp8enc", 320, 180, 3);
  Bytes huge = frames[0];
  huge[6] = 0xFF, huge[7] = 0x3F;
  frames.insert(frames.begin(), huge);
  Input input(gst::Codec::vp8, vp8);
  input.push(frames);
  EXPECT_EQ(input.frames(), 3);
}

TEST(VideoInput, OnlyKeyFramesAreDecodedWhereTheMeterSaysSo) {
  const auto meter = std::make_shared<PixelMeter>();
  meter->set_mode(PixelMeter::Mode::key_frames);
  const auto frames = encoded("vp8enc", 320, 180, 5);
  Input input(gst::Codec::vp8, vp8, meter);
  input.push({frames[0], frames[1], frames[2], frames[0], frames[1]});
  EXPECT_EQ(input.frames(), 2);
  EXPECT_EQ(meter->take_asked(), 5u * 320 * 180);
  EXPECT_EQ(meter->skipped(), 3u);
}

}  // namespace
}  // namespace tessera::media::test
