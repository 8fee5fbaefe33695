// Composites from tracks that real encoders made, read back with the decoders that mixing itself uses.
#include "remix/remix.hpp"
#include "remix/movie_writer.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <numbers>
#include <random>

#include "gst/element.hpp"
#include "media/frame.hpp"
#include "recording/files.hpp"
#include "recording/manifest.hpp"
#include "recording/media_probe.hpp"
#include "recording/timeline.hpp"
#include "remix/remix_command.hpp"
#include "remix/sound_mix.hpp"
#include "remix/video_track.hpp"

namespace tessera::remix {
namespace {

namespace fs = std::filesystem;
constexpr int seconds = 3;

/// A track of one colour and one tone, written by GStreamer.
void make_track(const std::string& path, std::uint32_t color, int hertz) {
  const std::string text = fmt::format(
      "videotestsrc pattern=solid-color foreground-color={} num-buffers={} ! "
      "video/x-raw,format=I420,width=320,height=180,framerate=30/1 ! vp8enc deadline=1 cpu-used=8 ! mux. "
      "audiotestsrc freq={} volume=0.3 samplesperbuffer=960 num-buffers={} ! "
      "audio/x-raw,rate=48000,channels=1 ! "
      "opusenc ! mux. matroskamux name=mux ! filesink location={}",
      0xff000000u | color, seconds * 30, hertz, seconds * 50, path);
  gst::ensure_initialised();
  const auto pipeline = gst::sink(gst_parse_launch(text.c_str(), nullptr));
  ASSERT_TRUE(pipeline);
  gst_element_set_state(pipeline.get(), GST_STATE_PLAYING);
  const auto bus = gst::adopt(gst_element_get_bus(pipeline.get()));
  const auto message = gst::adopt(
      gst_bus_timed_pop_filtered(bus.get(), 30 * GST_SECOND,
                                 static_cast<GstMessageType>(int{GST_MESSAGE_EOS} | int{GST_MESSAGE_ERROR})));
  ASSERT_TRUE(message && GST_MESSAGE_TYPE(message.get()) == GST_MESSAGE_EOS);
  gst_element_set_state(pipeline.get(), GST_STATE_NULL);
}

class RemixTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = testing::TempDir() + "remix-" + std::to_string(::getpid());
    fs::remove_all(folder_);
    fs::create_directories(folder_ + "/tracks");
    Json manifest = recording::new_manifest("id", "room", recording::wall_now());
    manifest.set("durationMs", seconds * 1000).set("width", 640).set("height", 360).set("framerate", 30);
    recording::set_state(manifest, "ready");
    ASSERT_TRUE(recording::save_manifest(folder_, manifest));
    note(0, "part", Json::object({{"reason", "start"}}));
    spec_.directory = folder_;
    spec_.output = folder_ + "/out.webm";
  }
  void TearDown() override { fs::remove_all(folder_); }

  void note(std::int64_t ms, const std::string& type, Json data) const {
    std::ofstream(folder_ + "/" + recording::timeline_file, std::ios::app)
        << recording::timeline_line({recording::wall_now(), {1, ms}, type, std::move(data)});
  }
  /// Somebody who is there from the beginning, whose track's first packet is at `from_ms`.
  void person(const std::string& id, std::uint32_t color, int hertz, std::int64_t from_ms = 0) const {
    const std::string file = "tracks/" + id + "-main-001.mkv";
    make_track(folder_ + "/" + file, color, hertz);
    note(0, "participant-joined",
         Json::object({{"id", id},
                       {"name", "name of " + id},
                       {"kind", "participant"},
                       {"audio", true},
                       {"video", true}}));
    tracks_.push(Json::object({{"file", file},
                               {"participant", id},
                               {"name", "name of " + id},
                               {"kind", "main"},
                               {"startMs", from_ms},
                               {"durationMs", seconds * 1000},
                               {"indexed", true}}));
    Json manifest = *recording::load_manifest(folder_);
    manifest.set("tracks", tracks_);
    ASSERT_TRUE(recording::save_manifest(folder_, manifest));
  }
  /// Luma and chroma at a place (fractions) and a time of the output.
  std::array<int, 3> seen_at(double time, double x, double y) const {
    auto video = VideoTrack::open(spec_.output, 0);
    EXPECT_TRUE(video && *video);
    (*video)->advance(static_cast<GstClockTime>(time * GST_SECOND));
    const Picture* picture = (*video)->current();
    EXPECT_TRUE(picture);
    if (!picture) return {};
    GstVideoFrame frame;
    EXPECT_TRUE(gst_video_frame_map(&frame, &picture->info, picture->buffer.get(), GST_MAP_READ));
    std::array<int, 3> color{};
    for (int plane = 0; plane < 3; ++plane) {
      const int w = GST_VIDEO_FRAME_COMP_WIDTH(&frame, plane), h = GST_VIDEO_FRAME_COMP_HEIGHT(&frame, plane);
      const auto* data = static_cast<const std::uint8_t*>(GST_VIDEO_FRAME_PLANE_DATA(&frame, plane));
      color[static_cast<std::size_t>(plane)] =
          data[static_cast<int>(y * h) * GST_VIDEO_FRAME_PLANE_STRIDE(&frame, plane) +
               static_cast<int>(x * w)];
    }
    gst_video_frame_unmap(&frame);
    return color;
  }
  /// Amplitude (0…1) of a tone in 200 ms of the output from a time.
  double tone_at(double time, double hertz) const {
    auto sound = SoundTrack::open(spec_.output, 0, 1);
    EXPECT_TRUE(sound && *sound);
    audio::Samples tick(audio::tick_samples);
    double in_phase = 0, across = 0, samples = 0;
    for (int i = 0; i < seconds * 50; ++i) {
      (*sound)->pull(i * audio::tick_length, tick);
      if (i * 0.02 < time || i * 0.02 >= time + 0.2) continue;
      for (const auto value : tick) {
        const double angle = 2 * std::numbers::pi * hertz * samples++ / 48'000;
        in_phase += value / 32768.0 * std::cos(angle);
        across += value / 32768.0 * std::sin(angle);
      }
    }
    return samples > 0 ? 2 * std::hypot(in_phase, across) / samples : 0;
  }
  static bool near(std::array<int, 3> a, std::array<int, 3> b) {
    for (std::size_t i = 0; i < 3; ++i)
      if (std::abs(a[i] - b[i]) > 12) return false;
    return true;
  }

  // BT.601 of pure red and blue, as videotestsrc writes them.
  static constexpr std::array<int, 3> red{81, 90, 240}, blue{41, 240, 110};
  std::string folder_;
  mutable Json tracks_ = Json::array();
  RemixSpec spec_;
};

TEST_F(RemixTest, EverybodyIsWhereTheLayoutSaysAndIsHeard) {
  person("p1", 0xff0000, 440);
  person("p2", 0x0000ff, 1000);
  const auto result = remix(spec_);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->tracks, 2u);
  EXPECT_EQ(result->pictures, 90u);
  EXPECT_TRUE(near(seen_at(1.5, 0.25, 0.4), red));
  EXPECT_TRUE(near(seen_at(1.5, 0.75, 0.4), blue));
  EXPECT_GT(tone_at(1.5, 440), 0.15);
  EXPECT_GT(tone_at(1.5, 1000), 0.15);
  EXPECT_LT(tone_at(1.5, 700), 0.02);
  const auto probe = recording::probe_media(spec_.output);
  EXPECT_NEAR(probe->find("video")->end, seconds, 0.05);
  EXPECT_NEAR(probe->find("audio")->end, seconds, 0.05);
}

TEST_F(RemixTest, ATrackThatBeginsLaterIsThereFromThenOn) {
  person("p1", 0xff0000, 440, 1500);
  ASSERT_TRUE(remix(spec_));
  EXPECT_FALSE(near(seen_at(1.3, 0.5, 0.3), red));
  EXPECT_LT(tone_at(1.2, 440), 0.01);
  EXPECT_TRUE(near(seen_at(1.6, 0.5, 0.3), red));
  EXPECT_GT(tone_at(1.6, 440), 0.15);
}

TEST_F(RemixTest, FollowsTheTimelineOfWhoIsThereAndWhoseCameraIsOff) {
  person("p1", 0xff0000, 440);
  person("p2", 0x0000ff, 1000);
  note(1000, "muted", Json::object({{"id", "p1"}, {"what", "video"}}));
  note(2000, "participant-left", Json::object({{"id", "p1"}}));
  ASSERT_TRUE(remix(spec_));
  EXPECT_TRUE(near(seen_at(0.9, 0.25, 0.4), red));
  EXPECT_FALSE(near(seen_at(1.1, 0.25, 0.3), red));
  EXPECT_TRUE(near(seen_at(1.1, 0.75, 0.4), blue));
  EXPECT_TRUE(near(seen_at(2.1, 0.3, 0.4), blue));  // alone now: the whole picture
}

TEST_F(RemixTest, WhoWasOnHoldOrDemotedIsLeftOutForThatTimeWhateverTheTrackHolds) {
  person("p1", 0xff0000, 440);
  person("p2", 0x0000ff, 1000);
  const Json p1 = Json::object({{"id", "p1"}});
  note(800, "held", p1);
  note(1600, "unheld", p1);
  note(2300, "role", Json(p1).set("role", "viewer"));
  ASSERT_TRUE(remix(spec_));
  EXPECT_TRUE(near(seen_at(0.6, 0.25, 0.4), red));
  EXPECT_GT(tone_at(0.4, 440), 0.15);
  EXPECT_TRUE(near(seen_at(1.2, 0.3, 0.4), blue)) << "the other one has the whole picture";
  EXPECT_LT(tone_at(1.1, 440), 0.01);
  EXPECT_GT(tone_at(1.1, 1000), 0.15);
  EXPECT_TRUE(near(seen_at(2.0, 0.25, 0.4), red) || near(seen_at(2.0, 0.75, 0.4), red));
  EXPECT_GT(tone_at(1.9, 440), 0.15);
  EXPECT_TRUE(near(seen_at(2.7, 0.3, 0.4), blue));
  EXPECT_LT(tone_at(2.6, 440), 0.01);
}

TEST_F(RemixTest, OnlyThoseThatAreWantedAreSeenAndHeard) {
  person("p1", 0xff0000, 440);
  person("p2", 0x0000ff, 1000);
  spec_.only = {"name of p2"};
  ASSERT_TRUE(remix(spec_));
  EXPECT_TRUE(near(seen_at(1.5, 0.25, 0.4), blue));
  EXPECT_LT(tone_at(1.5, 440), 0.01);
  EXPECT_GT(tone_at(1.5, 1000), 0.15);
}

TEST_F(RemixTest, AMovieForPlayersHasTheSizeThatIsAskedForAndItsSoundInStep) {
  person("p1", 0xff0000, 440);
  spec_.output = folder_ + "/out.mp4";
  spec_.width = 480, spec_.height = 270, spec_.framerate = 25;
  ASSERT_TRUE(remix(spec_));
  const auto probe = recording::probe_media(spec_.output);
  ASSERT_TRUE(probe);
  const auto *video = probe->find("video"), *audio = probe->find("audio");
  ASSERT_TRUE(video && audio);
  EXPECT_EQ(video->codec, "h264");
  EXPECT_EQ(video->width, 480);
  EXPECT_EQ(video->packets, 75u);
  EXPECT_EQ(audio->codec, "aac");
  EXPECT_NEAR(video->end, audio->end, 0.05);
  EXPECT_FALSE(fs::exists(spec_.output + ".part"));
}

TEST_F(RemixTest, NoiseDoesNotFillTheDisk) {
  constexpr int width = 640, height = 360, rate = 30, length = 6;
  // 0.1 bit a pixel, and the two seconds that may be ahead; without a limit it is twenty times that.
  constexpr double most = 0.1 * width * height * rate / 8 * (length + 2);
  gst::ensure_initialised();
  const GstVideoInfo info = media::i420_info(width, height, rate);
  for (const char* name : {"/noise.mp4", "/noise.webm"}) {
    auto writer = MovieWriter::create({.path = folder_ + name,
                                       .width = width,
                                       .height = height,
                                       .framerate = rate,
                                       .title = {},
                                       .created = {},
                                       .chapters = {},
                                       .duration_ms = length * 1000});
    ASSERT_TRUE(writer);
    std::minstd_rand random(1);
    for (int i = 0; i < length * rate; ++i) {
      auto frame = gst::adopt(gst_buffer_new_allocate(nullptr, info.size, nullptr));
      GstMapInfo map;
      ASSERT_TRUE(gst_buffer_map(frame.get(), &map, GST_MAP_WRITE));
      std::generate_n(map.data, map.size, [&] { return static_cast<guint8>(96 + random() / 256 % 64); });
      gst_buffer_unmap(frame.get(), &map);
      ASSERT_TRUE((*writer)->picture(std::move(frame)));
    }
    ASSERT_TRUE((*writer)->close());
    EXPECT_LT(static_cast<double>(fs::file_size(folder_ + name)), most) << name;
    EXPECT_GT(static_cast<double>(fs::file_size(folder_ + name)), most / 4) << name;
  }
}

TEST_F(RemixTest, SaysWhatIsWrong) {
  const auto code = [this] {
    const auto result = remix(spec_);
    return result ? "done" : result.error().code;
  };
  EXPECT_EQ(code(), "no-tracks");
  person("p1", 0xff0000, 440);
  spec_.only = {"nobody"};
  EXPECT_EQ(code(), "bad-request");
  spec_.only.clear();
  spec_.width = 333;
  EXPECT_EQ(code(), "bad-request");
  spec_.width = 0;
  spec_.output = folder_ + "/out.avi";
  EXPECT_EQ(code(), "bad-request");
  spec_.output = folder_ + "/none/out.mp4";
  EXPECT_EQ(code(), "cannot-write");
  spec_.output = folder_ + "/out.mp4";
  {
    const auto lock = recording::FolderLock::try_take(folder_);
    EXPECT_EQ(code(), "conflict");
  }
  spec_.directory = folder_ + "/tracks";
  EXPECT_EQ(code(), "cannot-read");
  EXPECT_FALSE(fs::exists(folder_ + "/out.mp4.part"));
}

TEST_F(RemixTest, AManifestCannotLeadOutOfTheFolder) {
  person("p1", 0xff0000, 440);
  fs::rename(folder_ + "/tracks/p1-main-001.mkv", folder_ + "/secret.mkv");
  Json manifest = *recording::load_manifest(folder_);
  for (const char* file : {"tracks/../secret.mkv", "secret.mkv", "/etc/passwd", "tracks/a/b.mkv"}) {
    Json track = tracks_.items()[0];
    track.set("file", file);
    manifest.set("tracks", Json::array({track}));
    ASSERT_TRUE(recording::save_manifest(folder_, manifest));
    const auto result = remix(spec_);
    EXPECT_FALSE(result) << file;
  }
}

TEST_F(RemixTest, ThatIsInterruptedLeavesNothing) {
  person("p1", 0xff0000, 440);
  int asked = 0;
  spec_.go_on = [&] { return ++asked < 10; };
  const auto result = remix(spec_);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, "interrupted");
  EXPECT_FALSE(fs::exists(spec_.output));
  EXPECT_FALSE(fs::exists(spec_.output + ".part"));
}

TEST_F(RemixTest, TheCommandRefusesARateOfNothing) {
  person("p1", 0xff0000, 440);
  for (const int framerate : {0, -3, 61}) {
    RemixOptions options;
    options.target = folder_;
    options.framerate = framerate;
    options.output = spec_.output;
    testing::internal::CaptureStderr();
    EXPECT_EQ(remix_command(options, folder_, ""), 2) << framerate;
    const std::string said = testing::internal::GetCapturedStderr();
    EXPECT_NE(said.find("1 to 60 pictures a second"), std::string::npos) << said;
  }
  EXPECT_FALSE(fs::exists(spec_.output));
}

}  // namespace
}  // namespace tessera::remix
