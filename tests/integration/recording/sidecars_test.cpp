// Posters and thumbnails, made from films of known colours and read back as pictures.
#include "recording/sidecars.hpp"

#include <fmt/format.h>
#include <gst/gst.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

extern "C" {
#include <libavcodec/avcodec.h>
}

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>

#include "feed.hpp"
#include "recording/files.hpp"
#include "recording/picture.hpp"
#include "recording/strip_plan.hpp"

namespace tessera::recording::test {
namespace {

struct Colour {
  int y, u, v;  ///< full range
};
constexpr Colour black{0, 128, 128}, red{76, 85, 255}, green{150, 44, 21}, blue{29, 255, 107};
constexpr const char *film_black = "pattern=black", *film_red = "pattern=red", *film_green = "pattern=green",
                     *film_blue = "pattern=blue", *test_card = "pattern=smpte";

/// A film of the scenes, two seconds each, 30 pictures a second, with a key frame every three seconds.
void make_film(const std::string& path, const std::string& encoder_and_muxer,
               const std::vector<const char*>& scenes, const std::string& size = "width=640,height=360") {
  std::string text = "concat name=all ! videoconvert ! video/x-raw,format=I420 ! " + encoder_and_muxer +
                     " ! filesink location=" + path;
  for (const char* scene : scenes)
    text += fmt::format(
        " videotestsrc num-buffers=60 {} ! "
        "video/x-raw,format=I420,colorimetry=bt601,framerate=30/1,{} ! all.",
        scene, size);
  gst_init(nullptr, nullptr);
  GError* failure = nullptr;
  GstElement* pipeline = gst_parse_launch(text.c_str(), &failure);
  ASSERT_TRUE(pipeline && !failure) << (failure ? failure->message : "");
  gst_element_set_state(pipeline, GST_STATE_PLAYING);
  GstBus* bus = gst_element_get_bus(pipeline);
  GstMessage* end = gst_bus_timed_pop_filtered(
      bus, 60 * GST_SECOND, static_cast<GstMessageType>(GST_MESSAGE_EOS | GST_MESSAGE_ERROR));
  EXPECT_TRUE(end && GST_MESSAGE_TYPE(end) == GST_MESSAGE_EOS) << path;
  if (end) gst_message_unref(end);
  gst_object_unref(bus);
  gst_element_set_state(pipeline, GST_STATE_NULL);
  gst_object_unref(pipeline);
}
const std::string mp4 = "x264enc tune=zerolatency speed-preset=ultrafast key-int-max=90 ! h264parse ! mp4mux";
const std::string webm = "vp8enc deadline=1 cpu-used=16 keyframe-max-dist=90 ! webmmux";

void expect_colour(const AVFrame& picture, int x, int y, Colour colour, const std::string& where) {
  const auto at = [&](int plane, int shift) {
    return static_cast<int>(
        picture
            .data[plane][static_cast<std::ptrdiff_t>(y >> shift) * picture.linesize[plane] + (x >> shift)]);
  };
  EXPECT_NEAR(at(0, 0), colour.y, 12) << where;
  EXPECT_NEAR(at(1, 1), colour.u, 14) << where;
  EXPECT_NEAR(at(2, 1), colour.v, 14) << where;
}

/// A JPEG file, decoded by the codec alone: what opens recordings refuses other formats.
std::shared_ptr<AVFrame> read_jpeg(const std::string& path) {
  const auto bytes = read_small_file(path, 16 << 20);
  EXPECT_TRUE(bytes) << path;
  AVCodecContext* raw = avcodec_alloc_context3(avcodec_find_decoder(AV_CODEC_ID_MJPEG));
  const auto free_context = [](AVCodecContext* context) { avcodec_free_context(&context); };
  const std::unique_ptr<AVCodecContext, decltype(free_context)> decoder(raw, free_context);
  std::shared_ptr<AVFrame> frame(av_frame_alloc(), [](AVFrame* one) { av_frame_free(&one); });
  const auto free_packet = [](AVPacket* packet) { av_packet_free(&packet); };
  const std::unique_ptr<AVPacket, decltype(free_packet)> packet(av_packet_alloc(), free_packet);
  if (!bytes || av_new_packet(packet.get(), static_cast<int>(bytes->size())) != 0) return nullptr;
  std::copy(bytes->begin(), bytes->end(), packet->data);
  const bool decoded = avcodec_open2(decoder.get(), nullptr, nullptr) == 0 &&
                       avcodec_send_packet(decoder.get(), packet.get()) == 0 &&
                       avcodec_receive_frame(decoder.get(), frame.get()) == 0;
  EXPECT_TRUE(decoded) << path;
  return decoded ? frame : nullptr;
}

Json manifest_of(const char* format, const std::vector<std::int64_t>& durations) {
  Json parts = Json::array();
  for (std::size_t i = 0; i < durations.size(); ++i)
    parts.push(Json::object({{"n", i + 1}, {"durationMs", durations[i]}}));
  return Json::object({{"room", "blue"}, {"format", format}, {"parts", std::move(parts)}});
}

std::string text_of(const std::string& path) {
  auto text = read_small_file(path);
  return text ? *text : "";
}

class SidecarsTest : public testing::Test {
 protected:
  [[nodiscard]] std::string path(const std::string& name) const { return directory_.path() + "/" + name; }
  void put(const std::string& name, const std::string& text) const { std::ofstream(path(name)) << text; }

  TemporaryDirectory directory_;
};

TEST_F(SidecarsTest, TheStripShowsEachMomentOfEveryPart) {
  make_film(path("recording.mp4"), mp4, {film_red, film_green});
  make_film(path("recording-002.mp4"), mp4, {film_blue, film_black});
  Json manifest = manifest_of("mp4", {4000, 4000});
  ASSERT_TRUE(make_sidecars(directory_.path(), manifest));
  EXPECT_EQ(manifest["strip"].as_string(), "strip.jpg");
  EXPECT_EQ(manifest["poster"].as_string(), "poster.jpg");
  EXPECT_FALSE(manifest.has("chapters")) << "there is no timeline";

  const auto strip = read_jpeg(path("strip.jpg"));
  ASSERT_TRUE(strip);
  const StripPlan plan = plan_strip(8000, 640, 360);
  ASSERT_EQ(plan.cells.size(), 8u);
  EXPECT_EQ(strip->width, plan.width);
  EXPECT_EQ(strip->height, plan.height);
  const Colour expected[] = {red, red, green, green, blue, blue, black, black};
  for (std::size_t i = 0; i < plan.cells.size(); ++i)
    expect_colour(*strip, plan.cells[i].x + 80, plan.cells[i].y + 45, expected[i],
                  fmt::format("second {}", i));
  EXPECT_TRUE(
      text_of(path("strip.vtt")).find("00:00:05.000 --> 00:00:06.000\nstrip.jpg#xywh=800,0,160,90\n") !=
      std::string::npos)
      << text_of(path("strip.vtt"));
}

TEST_F(SidecarsTest, WebMAndPortraitPicturesToo) {
  make_film(path("recording.webm"), webm, {film_green, film_blue}, "width=360,height=640");
  Json manifest = manifest_of("webm", {4000});
  ASSERT_TRUE(make_sidecars(directory_.path(), manifest));
  const auto strip = read_jpeg(path("strip.jpg"));
  ASSERT_TRUE(strip);
  expect_colour(*strip, 80, 100, green, "second 0");
  expect_colour(*strip, 3 * strip_cell_width + 80, 100, blue, "second 3");
}

TEST_F(SidecarsTest, ThePosterIsNotTheBlackBeginning) {
  // A test card in the last third.
  make_film(path("recording.mp4"), mp4, {film_black, film_black, film_black, film_black});
  Json manifest = manifest_of("mp4", {8000, 2000});
  make_film(path("recording-002.mp4"), mp4, {test_card});
  ASSERT_TRUE(make_sidecars(directory_.path(), manifest));
  const auto poster = read_jpeg(path("poster.jpg"));
  ASSERT_TRUE(poster);
  EXPECT_EQ(poster->width, 640);
  EXPECT_EQ(poster->height, 360);
  EXPECT_GT(liveliness(*poster), 30) << "of the moments looked at one shows the test card";
}

TEST_F(SidecarsTest, ASoundRecordingHasChaptersOnly) {
  put("timeline.jsonl",
      R"({"at":"2026-11-21T07:30:00.000Z","part":1,"ms":0,"type":"part","file":"live.mkv","reason":"start"})"
      "\n"
      R"({"at":"2026-11-21T07:30:20.000Z","part":1,"ms":20000,"type":"participant-joined","id":"a","name":"A<nn>"})"
      "\n");
  Json manifest = manifest_of("opus", {60'000});
  ASSERT_TRUE(make_sidecars(directory_.path(), manifest));
  EXPECT_EQ(manifest["chapters"].as_string(), "chapters.vtt");
  EXPECT_FALSE(manifest.has("poster") || manifest.has("strip"));
  EXPECT_EQ(text_of(path("chapters.vtt")),
            "WEBVTT\n\n1\n00:00:00.000 --> 00:00:20.000\nStart\n"
            "\n2\n00:00:20.000 --> 00:01:00.000\nA&lt;nn&gt; joined\n");
}

TEST_F(SidecarsTest, WhatCannotBeReadIsLeftOutAndTheRestMade) {
  make_film(path("recording.mp4"), mp4, {film_red, film_red});
  put("recording-002.mp4", std::string(100'000, 'x'));
  Json manifest = manifest_of("mp4", {4000, 4000});
  ASSERT_TRUE(make_sidecars(directory_.path(), manifest));
  EXPECT_EQ(manifest["strip"].as_string(), "strip.jpg");
  std::filesystem::remove(path("recording.mp4"));
  std::filesystem::remove(path("strip.jpg"));
  Json worse = manifest_of("mp4", {4000, 4000});
  ASSERT_TRUE(make_sidecars(directory_.path(), worse));
  EXPECT_FALSE(worse.has("strip") || worse.has("poster"));
  EXPECT_FALSE(std::filesystem::exists(path("strip.jpg")));
}

TEST_F(SidecarsTest, ATornFileGivesWhatItHolds) {
  make_film(path("recording.webm"), webm, {film_red, film_green, film_blue, film_red, film_green});
  std::filesystem::resize_file(path("recording.webm"),
                               std::filesystem::file_size(path("recording.webm")) * 6 / 10);
  Json manifest = manifest_of("webm", {10'000});
  ASSERT_TRUE(make_sidecars(directory_.path(), manifest));
  EXPECT_TRUE(manifest.has("strip"));
}

}  // namespace
}  // namespace tessera::recording::test
