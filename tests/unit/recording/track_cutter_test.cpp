#include "recording/track_cutter.hpp"

#include <gtest/gtest.h>

namespace tessera::recording {
namespace {

constexpr GstClockTime ms = GST_MSECOND, s = GST_SECOND;

/// Writes down what the cutter decides: "begin vp8+opus @0", "v0" (video at 0 ms), "a20", "ask".
class Notes final : public TrackOutput {
 public:
  void begin(const TrackStreams& streams, const RecordedClock::Place& start, GstClockTime) override {
    text += "begin " + streams.codecs() + " @" + std::to_string(start.part) + ":" +
            std::to_string(start.time / ms) + " ";
  }
  void write(const TrackPacket& packet, GstClockTime time) override {
    text += (gst::is_video(packet.codec) ? "v" : "a") + std::to_string(time / ms) + " ";
  }
  void want_key_frame() override { text += "ask "; }
  std::string text;
};

struct Track {
  explicit Track(TrackCutterSpec spec = {}) : cutter(notes, clock, spec) {}
  void video(GstClockTime time, bool key, gst::Codec codec = gst::Codec::vp8) {
    TrackPacket packet{.codec = codec, .running_time = time, .key = key};
    if (key) packet.format = PictureFormat{codec, 640, 360, {}};
    cutter.take(packet);
  }
  void audio(GstClockTime time) { cutter.take({.codec = gst::Codec::opus, .running_time = time}); }
  RecordedClock clock;
  Notes notes;
  TrackCutter cutter;
};

TEST(TrackCutter, BeginsAtAKeyFrameAndAsksForOne) {
  Track track;
  track.clock.run(1, 10 * s, 0);
  track.video(10 * s, false);
  track.video(10 * s + 33 * ms, true);
  track.video(10 * s + 66 * ms, false);
  EXPECT_EQ(track.notes.text, "ask begin vp8+opus @1:33 v33 v66 ");
}

TEST(TrackCutter, SoundWaitsForTheFirstPictureSoThatBothAreInOneFile) {
  Track track;
  track.clock.run(1, 10 * s, 0);
  track.audio(10 * s);
  track.audio(10 * s + 20 * ms);
  track.video(10 * s + 33 * ms, true);
  track.audio(10 * s + 40 * ms);
  EXPECT_EQ(track.notes.text, "begin vp8+opus @1:0 a0 a20 v33 a40 ");
}

TEST(TrackCutter, SoundDoesNotWaitForEver) {
  Track track({.patience = 100 * ms});
  track.clock.run(1, 0, 0);
  for (int i = 0; i <= 6; ++i) track.audio(static_cast<GstClockTime>(i) * 20 * ms);
  EXPECT_EQ(track.notes.text, "begin opus @1:0 a0 a20 a40 a60 a80 a100 a120 ");
  track.notes.text.clear();
  track.video(140 * ms, true);  // the camera comes on: a file that holds both
  track.audio(160 * ms);
  EXPECT_EQ(track.notes.text, "begin vp8+opus @1:140 v140 a160 ");
}

TEST(TrackCutter, SoundAloneIsWrittenAtOnceWhenThereCanBeNoPicture) {
  Track track({.video = false});
  track.clock.run(1, 0, 0);
  track.audio(40 * ms);
  EXPECT_EQ(track.notes.text, "begin opus @1:40 a40 ");
}

TEST(TrackCutter, WhatIsBeforeTheRecordingOrInAPauseIsLeftOut) {
  Track track;
  track.clock.run(1, 1 * s, 0);
  track.clock.hold(2 * s);
  track.clock.run(1, 5 * s, 1 * s);
  track.video(900 * ms, true);
  track.video(1 * s, true);
  track.audio(1 * s + 500 * ms);
  track.video(2 * s, false);
  track.audio(3 * s);
  track.video(4 * s, true);
  track.audio(5 * s);
  track.video(5 * s + 10 * ms, false);  // refers to a frame that was left out
  track.video(5 * s + 40 * ms, true);
  EXPECT_EQ(track.notes.text, "begin vp8+opus @1:0 v0 a500 a1000 ask v1040 ");
}

TEST(TrackCutter, ANewPartOfTheRecordingCutsNoTrack) {
  Track track;
  track.clock.run(1, 0, 0);
  track.clock.run(2, 1 * s, 0);
  track.video(900 * ms, true);
  track.video(1100 * ms, false);
  EXPECT_EQ(track.notes.text, "begin vp8+opus @1:900 v900 v1100 ");
}

TEST(TrackCutter, AFileThatBeginsInALaterPartCountsFromThere) {
  Track track;
  track.clock.run(3, 10 * s, 0);
  track.clock.run(4, 12 * s, 0);
  track.video(12 * s + 500 * ms, true);
  EXPECT_EQ(track.notes.text, "begin vp8+opus @4:500 v500 ");
}

TEST(TrackCutter, AnotherCodecBeginsANewFileAtItsKeyFrame) {
  Track track;
  track.clock.run(1, 0, 0);
  track.video(0, true);
  track.video(33 * ms, false, gst::Codec::h264);
  track.video(66 * ms, true, gst::Codec::h264);
  EXPECT_EQ(track.notes.text, "begin vp8+opus @1:0 v0 ask begin h264+opus @1:66 v66 ");
}

TEST(TrackCutter, AfterALossPicturesBeginAtAKeyFrame) {
  Track track;
  track.clock.run(1, 0, 0);
  track.video(0, true);
  track.cutter.lost_video();
  track.video(33 * ms, false);
  track.video(66 * ms, true);
  EXPECT_EQ(track.notes.text, "begin vp8+opus @1:0 v0 ask v66 ");
}

TEST(TrackCutter, TimesOfAStreamGrow) {
  Track track;
  track.clock.run(1, 0, 0);
  track.video(100 * ms, true);
  track.audio(100 * ms);
  track.video(100 * ms, false);  // a burst with one time stamp
  track.video(90 * ms, false);
  track.audio(80 * ms);  // a little back: jitter of the clock
  track.audio(30 * ms);  // wrong
  track.audio(120 * ms);
  EXPECT_EQ(track.notes.text, "begin vp8+opus @1:100 v100 a100 v101 v102 a101 a120 ");
}

TEST(TrackCutter, PicturesThatAreShownEarlierKeepTheirTimes) {
  Track track;
  track.clock.run(1, 1 * s, 0);
  track.clock.run(2, 2 * s, 0);
  const auto earlier = [&](GstClockTime time) {
    track.cutter.take({.codec = gst::Codec::h264, .running_time = time, .shown_earlier = true});
  };
  track.video(2 * s, true, gst::Codec::h264);
  track.video(2 * s + 120 * ms, false, gst::Codec::h264);
  earlier(2 * s + 40 * ms);
  earlier(2 * s + 80 * ms);
  track.video(2 * s + 240 * ms, false, gst::Codec::h264);
  earlier(2 * s + 160 * ms);
  track.video(2 * s + 230 * ms, false, gst::Codec::h264);  // none of those: a clock that jitters
  earlier(1 * s + 900 * ms);  // before the file's part: refers to what is not in it
  EXPECT_EQ(track.notes.text, "begin h264+opus @2:0 v0 v120 v40 v80 v240 v160 v241 ");
}

TEST(TrackCutter, EndWritesSoundThatWaitedForAPicture) {
  Track track;
  track.clock.run(1, 0, 0);
  track.audio(20 * ms);
  track.cutter.end();
  EXPECT_EQ(track.notes.text, "begin opus @1:20 a20 ");
}

TEST(TrackCutter, AKeyFrameThatIsNotWholeBeginsNothing) {
  Track track;
  track.clock.run(1, 0, 0);
  track.cutter.take({.codec = gst::Codec::vp8, .running_time = 0, .key = true});
  EXPECT_EQ(track.notes.text, "ask ");
}

}  // namespace
}  // namespace tessera::recording
