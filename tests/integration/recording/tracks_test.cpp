// Tracks of a live recording, written by the real muxer and read back by FFmpeg.
#include <gst/app/gstappsink.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <condition_variable>
#include <filesystem>
#include <fstream>

#include "decoded.hpp"
#include "feed.hpp"
#include "gst/element.hpp"
#include "recording/av.hpp"
#include "recording/files.hpp"
#include "recording/media_probe.hpp"
#include "recording/timeline.hpp"
#include "recording/track_finish.hpp"
#include "recording/track_recorder.hpp"

namespace tessera::recording {
namespace {

constexpr GstClockTime base = 5'007'000'000;
constexpr auto patience = std::chrono::seconds(20);

/// 20 ms of silence as Opus, wide band, one frame.
gst::Ptr<GstBuffer> silence() {
  auto buffer = gst::adopt(gst_buffer_new_allocate(nullptr, 3, nullptr));
  const std::uint8_t bytes[3] = {0xf8, 0xff, 0xfe};
  gst_buffer_fill(buffer.get(), 0, bytes, 3);
  return buffer;
}

class TracksTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { feed_ = new test::Feed(test::make_feed(4)); }
  static void TearDownTestSuite() { delete feed_; }

  std::shared_ptr<TrackRecorder> recorder(std::size_t most_waiting = std::size_t{64} << 20,
                                          int most_files = 999) {
    TrackReports reports;
    reports.begun = [this](const TrackBegun& begun) {
      const std::lock_guard lock(mutex_);
      begun_.push_back(begun);
    };
    reports.dropped = [this](const TrackOwner&, std::uint64_t packets) { dropped_ += packets; };
    reports.failed = [this](const Error& failure) {
      const std::lock_guard lock(mutex_);
      failure_ = failure.code;
      changed_.notify_all();
    };
    reports.limit = [this](const TrackOwner& owner, int files) {
      const std::lock_guard lock(mutex_);
      limits_.push_back(fmt::format("{} {} {}", owner.participant, owner.kind, files));
    };
    return TrackRecorder::create({.directory = folder_.path(),
                                  .clock = clock_,
                                  .most_waiting = most_waiting,
                                  .most_files = most_files},
                                 std::move(reports));
  }
  TrackOwner owner(std::string kind = "main") const {
    return {"p1-abcd", "Ann", std::move(kind), true, true};
  }

  /// Frames and packets of [from, until) seconds of the feed, at once.
  static void push(TrackInput& input, double from, double until) {
    const auto packet = silence();
    int audio = static_cast<int>(from * 50);
    for (const auto& frame : feed_->frames) {
      const double time = static_cast<double>(frame.running_time) / GST_SECOND;
      if (time < from || time >= until) continue;
      for (; audio / 50.0 <= time; ++audio)
        input.audio(packet.get(), base + static_cast<GstClockTime>(audio) * 20 * GST_MSECOND);
      input.video(gst::Codec::h264, frame.buffer.get(), base + frame.running_time, frame.key, nullptr);
    }
  }
  std::string path(int number, const char* kind = "main") const {
    return folder_.path() + "/" + track_name("p1-abcd", kind, number);
  }
  /// The lines that the room would have written.
  void note_tracks() const {
    std::ofstream lines(folder_.path() + "/" + timeline_file);
    lines << timeline_line(
        {wall_now(), {1, 0}, "participant-joined", Json::object({{"id", "p1-abcd"}, {"name", "Ann"}})});
    for (const auto& track : begun_)
      lines << timeline_line({wall_now(),
                              {track.start.part, static_cast<std::int64_t>(track.start.time / GST_MSECOND)},
                              "track",
                              Json::object({{"file", track.file},
                                            {"participant", track.owner.participant},
                                            {"kind", track.owner.kind},
                                            {"codecs", track.codecs}})});
  }

  static test::Feed* feed_;
  test::TemporaryDirectory folder_;
  std::shared_ptr<RecordedClock> clock_ = std::make_shared<RecordedClock>();
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<TrackBegun> begun_;
  std::atomic<std::uint64_t> dropped_{0};
  std::string failure_;
  std::vector<std::string> limits_;
};
test::Feed* TracksTest::feed_ = nullptr;

TEST_F(TracksTest, HoldsWhatWasReceivedAtItsPlaceInRecordedTime) {
  clock_->run(1, base - 2500 * GST_MSECOND, 0);  // the recording began 2.5 s before the first frame
  auto tracks = recorder();
  auto input = tracks->add(owner(), {});
  push(*input, 0, 4);
  tracks->finish();
  const auto probe = probe_media(path(1));
  ASSERT_TRUE(probe) << probe.error().message;
  const auto *video = probe->find("video"), *audio = probe->find("audio");
  ASSERT_TRUE(video && audio);
  EXPECT_EQ(video->codec, "h264");
  EXPECT_EQ(video->width, test::Feed::width);
  EXPECT_EQ(audio->codec, "opus");
  EXPECT_EQ(video->packets, feed_->frames.size());
  EXPECT_EQ(audio->packets, 199u);  // up to the last picture's time
  EXPECT_NEAR(video->start, 2.5, 0.002);
  EXPECT_NEAR(audio->start, 2.5, 0.002);
  const auto decoded = test::decode(path(1));
  EXPECT_EQ(decoded.errors, 0);
  ASSERT_EQ(decoded.pictures.size(), feed_->frames.size());
  EXPECT_NEAR(decoded.luma_at(2.5 + 1.5), test::shade_of(1), 4);
  ASSERT_EQ(begun_.size(), 1u);
  EXPECT_EQ(begun_[0].codecs, "h264+opus");
  EXPECT_EQ(begun_[0].start.time, 2500 * GST_MSECOND);
}

/// Three seconds of High profile as recorders and cameras make it, in the order of decoding.
std::vector<gst::EncodedFrame> with_b_frames(const char* format) {
  gst::ensure_initialised();
  const auto pipeline = gst::adopt(gst_parse_launch(
      fmt::format("videotestsrc num-buffers=90 pattern=ball ! "
                  "video/x-raw,format=I420,width=320,height=180,framerate=30/1 ! "
                  "x264enc bframes=3 b-adapt=false b-pyramid=true key-int-max=30 speed-preset=veryfast ! "
                  "h264parse config-interval=-1 ! video/x-h264,profile=high,stream-format={},alignment=au ! "
                  "appsink name=out sync=false",
                  format)
          .c_str(),
      nullptr));
  const auto out = gst::adopt(gst_bin_get_by_name(GST_BIN(pipeline.get()), "out"));
  gst_element_set_state(pipeline.get(), GST_STATE_PLAYING);
  std::vector<gst::EncodedFrame> frames;
  while (const auto sample = gst::adopt(gst_app_sink_pull_sample(GST_APP_SINK(out.get())))) {
    GstBuffer* buffer = gst_sample_get_buffer(sample.get());
    frames.push_back({.codec = gst::Codec::h264,
                      .running_time = gst::running_time(sample.get()),
                      .key = !GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_DELTA_UNIT),
                      .buffer = gst::EncodedFrame::share(gst::ref(buffer))});
  }
  gst_element_set_state(pipeline.get(), GST_STATE_NULL);
  const GstClockTime first = frames.empty() ? 0 : frames.front().running_time;  // x264 counts from 1000 hours
  for (auto& frame : frames) frame.running_time -= first;
  return frames;
}

struct Times {
  std::vector<std::int64_t> shown, decoded;  ///< ms of packets, in the file's order
};

Times packet_times(const std::string& path) {
  Times times;
  const auto input = av::open_input(path);
  if (!input) return times;
  avformat_find_stream_info(input->get(), nullptr);
  const auto packet = av::new_packet();
  for (; av_read_frame(input->get(), packet.get()) >= 0; av_packet_unref(packet.get())) {
    if ((*input)->streams[packet->stream_index]->codecpar->codec_type != AVMEDIA_TYPE_VIDEO) continue;
    times.shown.push_back(packet->pts);
    if (packet->dts != AV_NOPTS_VALUE) times.decoded.push_back(packet->dts);
    if (packet->dts != AV_NOPTS_VALUE) {
      EXPECT_LE(packet->dts, packet->pts);
    }
  }
  return times;
}

TEST_F(TracksTest, PicturesOfASenderWithBFramesKeepTheirOrderAndTheirTimes) {
  const auto frames = with_b_frames("byte-stream");
  ASSERT_EQ(frames.size(), 90u);
  std::vector<std::int64_t> sent;
  for (const auto& frame : frames)
    sent.push_back(std::llround(static_cast<double>(frame.running_time) / GST_MSECOND));
  ASSERT_FALSE(std::is_sorted(sent.begin(), sent.end()));
  clock_->run(1, base, 0);
  auto tracks = recorder();
  auto input = tracks->add(owner(), {});
  for (const auto& frame : frames)
    input->video(gst::Codec::h264, frame.buffer.get(), base + frame.running_time, frame.key, nullptr);
  tracks->finish();
  input.reset();
  for (const bool indexed : {false, true}) {
    if (indexed) {
      note_tracks();
      const Json listed = finish_tracks(folder_.path(), Json::object());
      ASSERT_EQ(listed.items().size(), 1u);
      EXPECT_TRUE(listed.items()[0]["indexed"].as_bool());
    }
    const Times times = packet_times(path(1));
    ASSERT_EQ(times.shown.size(), sent.size());
    for (std::size_t i = 0; i < sent.size(); ++i)
      EXPECT_NEAR(static_cast<double>(times.shown[i]), static_cast<double>(sent[i]), 1) << i;
    EXPECT_TRUE(std::is_sorted(times.decoded.begin(), times.decoded.end()));
    const auto decoded = test::decode(path(1));
    EXPECT_EQ(decoded.errors, 0);
    ASSERT_EQ(decoded.pictures.size(), frames.size());
    for (std::size_t i = 0; i < decoded.pictures.size(); ++i)
      EXPECT_NEAR(decoded.pictures[i].time, static_cast<double>(i) / 30, 0.002) << i;
  }
}

TEST_F(TracksTest, IsReadableAtEveryMomentOfItsLife) {
  clock_->run(1, base, 0);
  auto tracks = recorder();
  auto input = tracks->add(owner(), {});
  push(*input, 0, 4);
  // Neither closed nor finished: what a crash would leave. The flush follows within half a second.
  const auto deadline = std::chrono::steady_clock::now() + patience;
  std::uint64_t pictures = 0;
  while (pictures < feed_->frames.size() && std::chrono::steady_clock::now() < deadline) {
    const auto probe = probe_media(path(1));
    const auto* video = probe ? probe->find("video") : nullptr;
    if (video) pictures = video->packets;
  }
  EXPECT_EQ(pictures, feed_->frames.size());
  // Cut anywhere behind its head it still holds all that came before.
  const auto whole = std::filesystem::file_size(path(1));
  for (const double share : {0.3, 0.6, 0.9}) {
    const std::string cut = folder_.path() + "/cut.mkv";
    std::filesystem::copy_file(path(1), cut, std::filesystem::copy_options::overwrite_existing);
    std::filesystem::resize_file(cut, static_cast<std::uintmax_t>(static_cast<double>(whole) * share));
    const auto probe = probe_media(cut);
    ASSERT_TRUE(probe) << share;
    EXPECT_GT(probe->find("video")->packets, 10u) << share;
  }
}

TEST_F(TracksTest, APauseIsCutOutAndTheTrackGoesOnWithAKeyFrame) {
  clock_->run(1, base, 0);
  clock_->hold(base + 1500 * GST_MSECOND);
  clock_->run(1, base + 2500 * GST_MSECOND, 1500 * GST_MSECOND);
  auto tracks = recorder();
  std::atomic<int> asked{0};
  auto input = tracks->add(owner(), [&] { ++asked; });
  push(*input, 0, 4);
  tracks->finish();
  const auto probe = probe_media(path(1));
  ASSERT_TRUE(probe);
  // Key frames are at whole seconds: after the pause nothing can be shown before the one at 3 s, which is at
  // 2 s.
  EXPECT_EQ(probe->find("video")->packets, 45u + 30u);
  EXPECT_NEAR(probe->find("video")->end, 3.0, 0.05);
  EXPECT_GT(asked, 0);
  const auto decoded = test::decode(path(1));
  EXPECT_EQ(decoded.errors, 0);
  EXPECT_NEAR(decoded.luma_at(2.5), test::shade_of(3), 4);
}

TEST_F(TracksTest, AReconnectedEndpointGoesIntoANewFile) {
  clock_->run(1, base, 0);
  auto tracks = recorder();
  auto input = tracks->add(owner(), {});
  push(*input, 0, 2);
  input = tracks->add(owner(), {});
  push(*input, 2, 4);
  auto screen = tracks->add(owner("screen"), {});
  push(*screen, 0, 4);
  screen.reset();
  tracks->finish();
  EXPECT_EQ(probe_media(path(1))->find("video")->packets, 60u);
  EXPECT_NEAR(probe_media(path(2))->find("video")->start, 2.0, 0.002);
  EXPECT_EQ(probe_media(path(1, "screen"))->find("video")->packets, 120u);
}

TEST_F(TracksTest, WhenTheFilesAreUsedUpItIsSaidOnceAndTheLastOneIsWhole) {
  clock_->run(1, base, 0);
  auto tracks = recorder(std::size_t{64} << 20, 2);
  std::shared_ptr<TrackInput> input;
  std::atomic<int> asked{0};
  for (int i = 0; i < 4; ++i) {
    input = tracks->add(owner(), [&] { ++asked; });
    push(*input, i, i + 1);
  }
  auto screen = tracks->add(owner("screen"), {});
  push(*screen, 0, 1);
  screen.reset();
  tracks->finish();
  EXPECT_EQ(limits_, std::vector<std::string>{"p1-abcd main 2"});
  EXPECT_EQ(probe_media(path(1))->find("video")->packets, 30u);
  EXPECT_EQ(probe_media(path(2))->find("video")->packets, 30u);
  EXPECT_FALSE(std::filesystem::exists(path(3)));
  EXPECT_EQ(probe_media(path(1, "screen"))->find("video")->packets, 30u) << "others go on";
  EXPECT_EQ(begun_.size(), 3u);
}

TEST_F(TracksTest, NothingOfAHoldIsWrittenNorWhatWasOnItsWayWhenItBegan) {
  clock_->run(1, base, 0);
  auto tracks = recorder();
  auto input = tracks->add(owner(), {});
  push(*input, 0, 4);  // all of it came before anybody was put on hold
  input->set_switches(base + 1500 * GST_MSECOND, false, false);
  input->set_switches(base + 2500 * GST_MSECOND, true, true);
  tracks->finish();
  const auto probe = probe_media(path(1));
  ASSERT_TRUE(probe);
  // Key frames are at whole seconds: after the hold nothing can be shown before the one at 3 s.
  EXPECT_EQ(probe->find("video")->packets, 45u + 30u);
  EXPECT_EQ(probe->find("audio")->packets, 75u + 74u);
  EXPECT_NEAR(probe->find("audio")->end, 4.0, 0.05) << "the rest stays at its place";
  EXPECT_FALSE(std::filesystem::exists(path(2)));
  EXPECT_EQ(test::decode(path(1)).errors, 0);
}

TEST_F(TracksTest, WhoIsOnHoldFromTheBeginningHasNoFileYet) {
  clock_->run(1, base, 0);
  auto tracks = recorder();
  auto input = tracks->add(owner(), {});
  input->set_switches(0, false, false);
  push(*input, 0, 2);
  tracks->finish();
  EXPECT_FALSE(std::filesystem::exists(path(1)));
}

TEST_F(TracksTest, WhatTheDiskCannotTakeIsDroppedToAKeyFrameAndCounted) {
  clock_->run(1, base, 0);
  std::size_t bytes = 0;
  for (const auto& frame : feed_->frames) bytes += gst_buffer_get_size(frame.buffer.get());
  auto tracks = recorder(bytes / 3);  // everything comes within the lag
  std::atomic<int> asked{0};
  auto input = tracks->add(owner(), [&] { ++asked; });
  push(*input, 0, 4);
  tracks->finish();
  EXPECT_GT(dropped_, 20u);
  EXPECT_GT(asked, 0);
  const auto decoded = test::decode(path(1));
  EXPECT_EQ(decoded.errors, 0);
  EXPECT_GT(decoded.pictures.size(), 10u);
  EXPECT_LE(decoded.pictures.size() + 1, feed_->frames.size());
}

TEST_F(TracksTest, AFolderThatCannotBeWrittenIsReportedAndNothingElseHappens) {
  clock_->run(1, base, 0);
  std::ofstream(folder_.path() + "/" + tracks_folder) << "a file where the folder should be";
  auto tracks = recorder();
  auto input = tracks->add(owner(), {});
  push(*input, 0, 2);
  {
    std::unique_lock lock(mutex_);
    ASSERT_TRUE(changed_.wait_for(lock, patience, [&] { return !failure_.empty(); }));
  }
  push(*input, 2, 4);
  tracks->finish();
  EXPECT_EQ(failure_, "cannot-write");
}

TEST_F(TracksTest, FinishedTracksHaveAnIndexAndAreListed) {
  clock_->run(1, base - GST_SECOND, 0);
  auto tracks = recorder();
  auto input = tracks->add(owner(), {});
  push(*input, 0, 4);
  tracks->finish();
  note_tracks();
  const auto before = probe_media(path(1));
  ASSERT_EQ(before->duration, 0);
  const std::string written = sha256_of(path(1)).value();
  EXPECT_EQ(list_tracks(folder_.path(), Json::object()).items().size(), 1u);
  EXPECT_EQ(sha256_of(path(1)).value(), written) << "who only looks changes nothing";
  const Json list = finish_tracks(folder_.path(), Json::object());
  ASSERT_EQ(list.items().size(), 1u) << list.dump();
  const Json& track = list.items()[0];
  EXPECT_EQ(track["file"].as_string(), track_name("p1-abcd", "main", 1));
  EXPECT_EQ(track["participant"].as_string(), "p1-abcd");
  EXPECT_EQ(track["name"].as_string(), "Ann");
  EXPECT_EQ(track["codecs"].as_string(), "h264+opus");
  EXPECT_EQ(track["startMs"].as_int(), 1000);
  EXPECT_NEAR(static_cast<double>(track["durationMs"].as_int()), 4000, 60);
  EXPECT_TRUE(track["indexed"].as_bool());
  const auto after = probe_media(path(1));
  EXPECT_NEAR(after->duration, 5.0, 0.1);
  EXPECT_EQ(after->find("video")->packets, before->find("video")->packets);
  EXPECT_NEAR(after->find("video")->start, 1.0, 0.002);
  EXPECT_EQ(test::decode(path(1)).errors, 0);
  EXPECT_EQ(finish_tracks(folder_.path(), Json::object()), list);  // again: the same
}

TEST_F(TracksTest, ATrackOfALaterPartBeginsBehindTheFilesBeforeIt) {
  clock_->run(2, base - GST_SECOND, 0);
  auto tracks = recorder();
  auto input = tracks->add(owner(), {});
  push(*input, 0, 4);
  tracks->finish();
  note_tracks();
  const Json manifest =
      Json::parse(R"({"parts": [{"n": 1, "durationMs": 4502}, {"n": 2, "durationMs": 5000}]})").value();
  const Json list = finish_tracks(folder_.path(), manifest);
  ASSERT_EQ(list.items().size(), 1u) << list.dump();
  EXPECT_EQ(list.items()[0]["startMs"].as_int(), 5502);
  EXPECT_EQ(list.items()[0]["sha256"].as_string(), sha256_of(path(1)).value());
}

TEST_F(TracksTest, TracksThatACrashLeftAreFinishedToo) {
  clock_->run(1, base, 0);
  {
    auto tracks = recorder();
    auto input = tracks->add(owner(), {});
    push(*input, 0, 4);
    tracks->finish();
  }
  std::filesystem::resize_file(path(1), std::filesystem::file_size(path(1)) * 2 / 3);
  std::ofstream(folder_.path() + "/tracks/junk.mkv") << "no track";
  std::ofstream(folder_.path() + "/tracks/p9-x-main-001.mkv") << "no Matroska";
  const Json list = finish_tracks(folder_.path(), Json::object());  // not even a timeline
  ASSERT_EQ(list.items().size(), 1u) << list.dump();
  EXPECT_TRUE(list.items()[0]["indexed"].as_bool());
  EXPECT_EQ(list.items()[0]["participant"].as_string(), "p1-abcd");
  EXPECT_EQ(test::decode(path(1)).errors, 0);
}

}  // namespace
}  // namespace tessera::recording
