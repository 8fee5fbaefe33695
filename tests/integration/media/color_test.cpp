// Colours as senders tag them, through the real decoders to the canvas and through the real encoders out
// again.

#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>

#include "canvas_harness.hpp"
#include "config/pipelines.hpp"
#include "gst/mapped_buffer.hpp"
#include "media/renditions.hpp"
#include "media/video_input.hpp"

namespace tessera::media::test {
namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr int bar_width = 40, height = 160;
/// Bars of colour above, a ramp of grey below.
constexpr std::uint32_t bars[] = {0xffffff, 0xc0c000, 0x00c0c0, 0x00c000, 0xc000c0, 0xc00000,
                                  0x0000c0, 0x203040, 0xd08060, 0x60a0d0, 0x000000, 0xf0e0d0,
                                  0x804020, 0x2060a0, 0x40a060, 0xa06040};
constexpr int count = static_cast<int>(std::size(bars)), width = count * bar_width;

std::uint32_t color_of(int bar, bool ramp) {
  const auto grey = static_cast<std::uint32_t>(bar * 255 / (count - 1));
  return ramp ? grey << 16 | grey << 8 | grey : bars[bar];
}

config::Pipelines shipped() {
  auto loaded = config::Pipelines::load(TESSERA_SOURCE_DIR "/pipelines");
  if (!loaded) throw std::runtime_error(loaded.error().message);
  return std::move(*loaded);
}

gst::Ptr<GstBuffer> rgb_picture() {
  const gsize size = static_cast<gsize>(width) * height * 4;
  auto buffer = gst::adopt(gst_buffer_new_allocate(nullptr, size, nullptr));
  GstMapInfo map;
  gst_buffer_map(buffer.get(), &map, GST_MAP_WRITE);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const std::uint32_t rgb = color_of(x / bar_width, y >= height / 2);
      guint8* to = map.data + (static_cast<gsize>(y) * width + static_cast<gsize>(x)) * 4;
      to[0] = rgb & 0xff, to[1] = rgb >> 8 & 0xff, to[2] = rgb >> 16 & 0xff, to[3] = 0xff;
    }
  gst_buffer_unmap(buffer.get(), &map);
  return buffer;
}

/// The picture in that colorimetry (GStreamer's words for it) and through that encoder, ten times.
std::vector<Bytes> encoded(const std::string& colorimetry, const std::string& encoder) {
  gst::ensure_initialised();
  const auto pipeline = gst::adopt(gst_parse_launch(
      fmt::format("appsrc name=in format=time caps=video/x-raw,format=BGRx,width={},height={},framerate=30/1 "
                  "! videoconvert ! video/x-raw,format=I420,colorimetry=(string){} ! {} "
                  "! appsink name=out sync=false",
                  width, height, colorimetry, encoder)
          .c_str(),
      nullptr));
  const auto in = gst::adopt(gst_bin_get_by_name(GST_BIN(pipeline.get()), "in"));
  const auto out = gst::adopt(gst_bin_get_by_name(GST_BIN(pipeline.get()), "out"));
  gst_element_set_state(pipeline.get(), GST_STATE_PLAYING);
  const auto picture = rgb_picture();
  for (GstClockTime i = 0; i < 10; ++i) {
    GstBuffer* copy = gst_buffer_copy(picture.get());
    GST_BUFFER_PTS(copy) = i * GST_SECOND / 30;
    gst_app_src_push_buffer(GST_APP_SRC(in.get()), copy);
  }
  gst_app_src_end_of_stream(GST_APP_SRC(in.get()));
  std::vector<Bytes> frames;
  while (const auto sample = gst::adopt(gst_app_sink_pull_sample(GST_APP_SINK(out.get())))) {
    const gst::MappedBuffer mapped(gst_sample_get_buffer(sample.get()));
    frames.emplace_back(mapped.bytes().begin(), mapped.bytes().end());
  }
  gst_element_set_state(pipeline.get(), GST_STATE_NULL);
  return frames;
}

/// The frames through `attach_video_input`, as the canvas shows them; null when nothing is shown.
class Receiver {
 public:
  Receiver(gst::Codec codec, const char* caps_text, const std::vector<Bytes>& frames)
      : rig({width, height, 30, 4, 0}), pipeline_(gst::make_pipeline("input")) {
    tile_ = rig.canvas->create_tile("");
    tile_->set_state(TileState::live);
    rig.canvas->apply({{tile_, {0, 0, width, height}, plain()}}, 0);
    auto source = gst::make("appsrc");
    GstElement* appsrc = source->get();
    const auto caps = gst::adopt(gst_caps_from_string(caps_text));
    g_object_set(appsrc, "caps", caps.get(), "format", GST_FORMAT_TIME, nullptr);
    gst_bin_add(GST_BIN(pipeline_.get()), appsrc);
    const auto pad = gst::adopt(gst_element_get_static_pad(appsrc, "src"));
    EXPECT_TRUE(gst::set_state(pipeline_.get(), GST_STATE_PLAYING).ok());
    EXPECT_TRUE(attach_video_input(GST_BIN(pipeline_.get()), pad.get(), codec, shipped(), tile_).ok());
    for (const auto& frame : frames) {
      GstBuffer* buffer = gst_buffer_new_memdup(frame.data(), frame.size());
      GST_BUFFER_PTS(buffer) = gst::now();
      gst_app_src_push_buffer(GST_APP_SRC(appsrc), buffer);
    }
    gst_app_src_end_of_stream(GST_APP_SRC(appsrc));
  }
  ~Receiver() { gst_element_set_state(pipeline_.get(), GST_STATE_NULL); }

  /// The last of the frames on the canvas.
  Shot shot() {
    EXPECT_TRUE(rig.wait_for([&](const Shot&) { return tile_->stats().frames_shown > 0; }, 10s));
    EXPECT_TRUE(rig.wait_frames(3));
    return rig.shot();
  }

  CanvasRig rig;

 private:
  gst::Ptr<GstElement> pipeline_;
  std::shared_ptr<Tile> tile_;
};

/// Every bar of `shot` has its colour, in the middle, within four levels.
void expect_bars(const Shot& shot, const std::string& what) {
  ASSERT_EQ(shot.width, width) << what;
  for (const bool ramp : {false, true})
    for (int bar = 0; bar < count; ++bar) {
      const Yuv have = shot.at(bar * bar_width + bar_width / 2, ramp ? height * 3 / 4 : height / 4),
                want = to_yuv(color_of(bar, ramp));
      const int off =
          std::max({std::abs(have.y - want.y), std::abs(have.u - want.u), std::abs(have.v - want.v)});
      EXPECT_LE(off, 4) << what << (ramp ? ", grey " : ", bar ") << bar << ": " << text(have) << " for "
                        << text(want);
    }
}

constexpr const char* x264 =
    "x264enc tune=zerolatency pass=quant quantizer=8 byte-stream=true ! "
    "video/x-h264,stream-format=byte-stream,alignment=au";
constexpr const char* h264_caps = "video/x-h264,stream-format=byte-stream,alignment=au";
const std::string vp8enc = "vp8enc deadline=1 lag-in-frames=0 target-bitrate=20000000 max-quantizer=8";
const std::string vp9enc = "vp9enc deadline=1 lag-in-frames=0 target-bitrate=20000000 max-quantizer=8";

TEST(Colors, H264IsShownAsItsTagsSay) {
  // bt709; 601 with its own tags; full range of either; BT.2020's matrix in numbers
  // (range:matrix:transfer:primaries).
  for (const char* colorimetry : {"bt709", "bt601", "1:3:5:1", "1:4:16:4", "2:6:5:1"}) {
    Receiver receiver(gst::Codec::h264, h264_caps, encoded(colorimetry, x264));
    expect_bars(receiver.shot(), fmt::format("H.264 {}", colorimetry));
  }
}

TEST(Colors, Vp8IsBt601WhateverItsSize) {
  Receiver receiver(gst::Codec::vp8, fmt::format("video/x-vp8,width={},height={}", width, height).c_str(),
                    encoded("bt601", vp8enc));
  expect_bars(receiver.shot(), "VP8");
}

/// Writes the colour fields of every key frame of profile 0 (VP9 bitstream specification, 6.2 and 7.2.2).
void tag(std::vector<Bytes>& frames, unsigned color_space, bool full) {
  for (Bytes& frame : frames)
    if ((frame[0] & 0x04) == 0)
      frame[4] = static_cast<std::uint8_t>((frame[4] & 0x0f) | color_space << 5U | (full ? 0x10U : 0U));
}

TEST(Colors, Vp9IsShownAsItsHeaderSays) {
  struct Case {
    const char* colorimetry;
    unsigned color_space;
    bool full;
  };
  for (const Case& each :
       {Case{"bt601", 0, false}, Case{"bt601", 1, false}, Case{"bt601", 3, false}, Case{"bt709", 2, false},
        Case{"1:3:5:1", 2, true}, Case{"1:4:16:4", 1, true}, Case{"2:6:5:1", 5, false}}) {
    auto frames = encoded(each.colorimetry, vp9enc);
    tag(frames, each.color_space, each.full);
    Receiver receiver(gst::Codec::vp9, fmt::format("video/x-vp9,width={},height={}", width, height).c_str(),
                      frames);
    expect_bars(receiver.shot(), fmt::format("VP9 {} ({})", each.colorimetry, each.color_space));
  }
}

/// One picture of a codec as the rendition of a canvas makes it, with the caps that the stream itself gives.
struct Encoded {
  gst::Ptr<GstBuffer> buffer;
  std::string colorimetry;
  Shot decoded;
};

/// A canvas of `size` with the picture all over it; what its rendition sends, decoded by GStreamer.
Encoded rendition_of(gst::Codec codec, int across, int down) {
  CanvasRig rig({across, down, 30, 4, 0});
  auto tile = rig.canvas->create_tile("");
  tile->set_state(TileState::live);
  rig.canvas->apply({{tile, {0, 0, across, down}, plain()}}, 0);
  // Bars over the whole canvas.
  GstVideoInfo info = i420_info(across, down);
  const auto caps = gst::adopt(gst_video_info_to_caps(&info));
  auto picture = gst::adopt(gst_buffer_new_allocate(nullptr, info.size, nullptr));
  {
    MappedFrame frame(info, picture.get(), GST_MAP_WRITE);
    for (int bar = 0; bar < count; ++bar)
      for (const bool ramp : {false, true}) {
        const int x = across * bar / count & ~1, right = across * (bar + 1) / count & ~1;
        fill(frame.get(), {x, ramp ? down / 2 : 0, right - x, down / 2}, to_yuv(color_of(bar, ramp)));
      }
  }
  GST_BUFFER_PTS(picture.get()) = gst::now();
  GstSegment segment;
  gst_segment_init(&segment, GST_FORMAT_TIME);
  tile->push(gst::adopt(gst_sample_new(picture.get(), caps.get(), &segment, nullptr)).get());
  EXPECT_TRUE(rig.wait_for([&](const Shot&) { return tile->stats().frames_shown > 0; }));

  const auto pipelines = shipped();
  auto renditions = Renditions::create(rig.loop, *rig.canvas, pipelines);
  std::mutex mutex;
  std::vector<gst::EncodedFrame> frames;
  auto subscription = renditions->subscribe(codec, [&](const gst::EncodedFrame& frame) {
    const std::lock_guard lock(mutex);
    frames.push_back(frame);
  });
  EXPECT_TRUE(subscription.ok());
  const auto enough = [&] {
    const std::lock_guard lock(mutex);
    return frames.size() >= 20;
  };
  EXPECT_TRUE(rig.wait_for([&](const Shot&) { return enough(); }, 20s));
  subscription->reset();

  const bool h264 = codec == gst::Codec::h264;
  const auto decoder = gst::adopt(gst_parse_launch(
      h264
          ? "appsrc name=in format=time caps=video/x-h264,stream-format=byte-stream,alignment=au ! h264parse "
            "! avdec_h264 max-threads=1 ! appsink name=out sync=false"
          : "appsrc name=in format=time caps=video/x-vp8 ! vp8dec ! appsink name=out sync=false",
      nullptr));
  const auto in = gst::adopt(gst_bin_get_by_name(GST_BIN(decoder.get()), "in"));
  const auto out = gst::adopt(gst_bin_get_by_name(GST_BIN(decoder.get()), "out"));
  gst_element_set_state(decoder.get(), GST_STATE_PLAYING);
  Encoded result;
  {
    const std::lock_guard lock(mutex);
    for (const auto& frame : frames) {
      GstBuffer* copy = gst_buffer_copy(frame.buffer.get());
      GST_BUFFER_PTS(copy) = frame.running_time;
      gst_app_src_push_buffer(GST_APP_SRC(in.get()), copy);
    }
  }
  gst_app_src_end_of_stream(GST_APP_SRC(in.get()));
  while (const auto sample = gst::adopt(gst_app_sink_pull_sample(GST_APP_SINK(out.get())))) {
    GstVideoInfo given;
    gst_video_info_from_caps(&given, gst_sample_get_caps(sample.get()));
    gchar* words = gst_video_colorimetry_to_string(&given.colorimetry);
    result.colorimetry = words ? words : "";
    g_free(words);
    result.decoded = Shot::of(gst_sample_get_buffer(sample.get()), given);
  }
  gst_element_set_state(decoder.get(), GST_STATE_NULL);
  return result;
}

/// ITU-R BT.709, limited range.
Yuv to_bt709(std::uint32_t rgb) {
  const double r = rgb >> 16 & 0xff, g = rgb >> 8 & 0xff, b = rgb & 0xff;
  const double luma = 0.2126 * r + 0.7152 * g + 0.0722 * b;
  const auto level = [](double value) { return static_cast<std::uint8_t>(std::lround(value)); };
  return {level(16 + luma * 219 / 255), level(128 + (b - luma) / 1.8556 * 224 / 255),
          level(128 + (r - luma) / 1.5748 * 224 / 255)};
}

void expect_sent(const Shot& shot, Yuv (*wanted)(std::uint32_t), const std::string& what) {
  ASSERT_GT(shot.width, 0) << what;
  for (const bool ramp : {false, true})
    for (int bar = 0; bar < count; ++bar) {
      const Yuv have = shot.at((shot.width * bar / count + shot.width / count / 2) & ~1,
                               ramp ? shot.height * 3 / 4 : shot.height / 4),
                want = wanted(color_of(bar, ramp));
      EXPECT_LE(std::abs(have.y - want.y), 4) << what << " " << bar << text(have) << text(want);
      EXPECT_LE(std::abs(have.u - want.u), 4) << what << " " << bar << text(have) << text(want);
      EXPECT_LE(std::abs(have.v - want.v), 4) << what << " " << bar << text(have) << text(want);
    }
}

TEST(Colors, TheMixLeavesAsH264InBt709AtHdSizesAndSaysSo) {
  const auto large = rendition_of(gst::Codec::h264, 1280, 720);
  EXPECT_EQ(large.colorimetry, "bt709");
  expect_sent(large.decoded, to_bt709, "720p");
  const auto small = rendition_of(gst::Codec::h264, 640, 360);
  EXPECT_EQ(small.colorimetry, "bt601");
  expect_sent(
      small.decoded, [](std::uint32_t rgb) { return to_yuv(rgb); }, "360p");
}

TEST(Colors, TheMixLeavesAsVp8InBt601) {
  const auto large = rendition_of(gst::Codec::vp8, 1280, 720);
  expect_sent(
      large.decoded, [](std::uint32_t rgb) { return to_yuv(rgb); }, "VP8");
}

}  // namespace
}  // namespace tessera::media::test
