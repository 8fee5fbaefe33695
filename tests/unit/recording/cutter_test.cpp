#include "recording/cutter.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace tessera::recording {
namespace {

constexpr GstClockTime ms = GST_MSECOND, frame = GST_SECOND / 30;

struct Part {
  struct Picture {
    GstClockTime running_time, time;
    bool key;
  };
  std::vector<Picture> pictures;
  std::vector<std::int16_t> sound;
  std::uint64_t sound_breaks = 0;  ///< where a run did not begin at the end of the one before
  std::optional<GstClockTime> length;
};

/// Writes down what the cutter decided.
class Notes : public CutterOutput {
 public:
  std::vector<Part> parts;
  std::vector<std::pair<GstClockTime, GstClockTime>> pauses, resumptions;  ///< running time, time
  std::vector<std::pair<GstClockTime, GstClockTime>> without_picture;
  int channels = 1;
  bool behind = false, last = false;

  void begin_part(GstClockTime) override { parts.emplace_back(); }
  bool video(const gst::EncodedFrame& picture, GstClockTime time) override {
    if (!behind) parts.back().pictures.push_back({picture.running_time, time, picture.key});
    return !behind;
  }
  void no_video(GstClockTime from, GstClockTime until) override { without_picture.emplace_back(from, until); }
  void sound(const PcmRun& run, GstClockTime time) override {
    Part& part = parts.back();
    if (time_of_sample(part.sound.size()) != time) ++part.sound_breaks;
    part.sound.insert(part.sound.end(), run.silence, 0);
    part.sound.insert(part.sound.end(), run.sound.begin(), run.sound.end());
  }
  bool takes_sound() override { return true; }
  void paused(GstClockTime at, GstClockTime time) override { pauses.emplace_back(at, time); }
  void resumed(GstClockTime at, GstClockTime time) override { resumptions.emplace_back(at, time); }
  void end_part(GstClockTime, GstClockTime time, bool is_last) override {
    parts.back().length = time;
    last = is_last;
  }
};

/// A room: pictures on the canvas's grid, 25 ms late, a key frame every second and when asked for; sound
/// whose every sample tells its running time.
class Room {
 public:
  explicit Room(CutterSpec spec = {}) : cutter(notes, spec) {}

  Notes notes;
  Cutter cutter;
  GstClockTime now = 100 * GST_SECOND;  ///< running time
  bool pictures = true;
  bool key_on_request = true;

  static std::int16_t sample_at(std::int64_t index) { return static_cast<std::int16_t>(index % 30'011 + 1); }

  static GstClockTime time_of_picture(std::uint64_t index) { return index * GST_SECOND / 30; }

  void run(GstClockTime length) {
    if (next_ == 0) next_ = now / frame;
    for (const GstClockTime end = now + length; now < end; now += 5 * ms) {
      if (now % (20 * ms) == 0) {
        std::vector<std::int16_t> samples(960);
        const std::int64_t first = samples_between(0, now);
        for (std::size_t i = 0; i < samples.size(); ++i)
          samples[i] = sample_at(first + static_cast<std::int64_t>(i));
        cutter.sound(now, samples);
      }
      for (; time_of_picture(next_) + 25 * ms <= now; ++next_) {
        const bool key = next_ % 30 == 0 || (key_on_request && cutter.wants_key());
        if (pictures) cutter.video({gst::Codec::h264, time_of_picture(next_), frame, key, nullptr});
      }
    }
  }

  /// In every part: pictures without a gap or an overlap, as much sound as picture, and each picture with its
  /// sound.
  void check() const {
    for (const Part& part : notes.parts) {
      ASSERT_FALSE(part.pictures.empty());
      EXPECT_TRUE(part.pictures.front().key);
      EXPECT_EQ(part.pictures.front().time, 0u);
      EXPECT_EQ(part.sound_breaks, 0u);
      for (std::size_t i = 0; i < part.pictures.size(); ++i) {
        const auto& picture = part.pictures[i];
        if (i > 0) {
          EXPECT_NEAR(static_cast<double>(picture.time - part.pictures[i - 1].time), frame, 1000) << i;
        }
        const auto index = static_cast<std::size_t>(samples_between(0, picture.time));
        const std::int64_t expected = samples_between(0, picture.running_time);
        if (index + 10 < part.sound.size()) {
          EXPECT_NEAR(part.sound[index + 5], sample_at(expected + 5), 1) << i;
        }
      }
      ASSERT_TRUE(part.length);
      EXPECT_NEAR(static_cast<double>(*part.length), static_cast<double>(part.pictures.size() * frame), 3000);
      EXPECT_EQ(part.sound.size(), static_cast<std::size_t>(samples_between(0, *part.length)));
    }
  }

 private:
  std::uint64_t next_ = 0;
};

TEST(Cutter, RecordsFromTheFirstKeyFrameToThePictureThatIsShownAtTheStop) {
  Room room;
  room.key_on_request = false;
  room.now += 510 * ms;
  room.run(2 * GST_SECOND);
  room.cutter.stop(room.now);
  room.run(100 * ms);
  EXPECT_TRUE(room.cutter.ended());
  ASSERT_EQ(room.notes.parts.size(), 1u);
  room.check();
  const Part& part = room.notes.parts.front();
  EXPECT_EQ(part.pictures.front().running_time % GST_SECOND, 0u);
  // The stop's own picture is the last: the file ends within one frame of it.
  const GstClockTime stop = room.now - 100 * ms;
  const GstClockTime end = part.pictures.back().running_time + frame;
  EXPECT_GE(end + 1000, stop);
  EXPECT_LT(end, stop + frame);
  EXPECT_TRUE(room.notes.last);
}

TEST(Cutter, TenPauses_OneFileWithoutAGap_AndTheGapsAreWhatTheyWere) {
  Room room;
  room.run(GST_SECOND);
  std::vector<std::pair<GstClockTime, GstClockTime>> asked;
  for (int i = 0; i < 10; ++i) {
    asked.emplace_back(room.now, 0);
    room.cutter.pause(room.now);
    room.run(static_cast<GstClockTime>(300 + 137 * i) * ms);
    asked.back().second = room.now;
    room.cutter.resume(room.now);
    room.run(static_cast<GstClockTime>(400 + 71 * i) * ms);
  }
  room.cutter.stop(room.now);
  room.run(100 * ms);
  ASSERT_EQ(room.notes.parts.size(), 1u);
  room.check();
  ASSERT_EQ(room.notes.pauses.size(), 10u);
  ASSERT_EQ(room.notes.resumptions.size(), 10u);
  for (std::size_t i = 0; i < asked.size(); ++i) {
    EXPECT_LE(room.notes.pauses[i].first - asked[i].first, frame) << i;
    // It may have been composed a moment before, and have come out of the encoder after.
    EXPECT_NEAR(static_cast<double>(room.notes.resumptions[i].first), static_cast<double>(asked[i].second),
                frame)
        << i;
    EXPECT_EQ(room.notes.pauses[i].second, room.notes.resumptions[i].second) << "recorded time stood still";
  }
}

TEST(Cutter, APauseForWhichNoPictureCame_TakesEffectAllTheSame) {
  Room room;
  room.run(GST_SECOND);
  room.pictures = false;
  room.cutter.pause(room.now);
  room.run(3 * GST_SECOND);
  EXPECT_EQ(room.notes.pauses.size(), 1u);
}

TEST(Cutter, ResumedBeforeThePauseTookEffect_GoesOn) {
  Room room;
  room.run(GST_SECOND);
  room.cutter.pause(room.now);
  room.cutter.resume(room.now);
  room.run(GST_SECOND);
  room.cutter.stop(room.now);
  room.run(100 * ms);
  EXPECT_EQ(room.notes.pauses.size(), room.notes.resumptions.size());
  room.check();
}

TEST(Cutter, PausedBeforeTheFirstPicture_BeginsWhenResumed) {
  Room room;
  room.cutter.pause(room.now);
  room.run(GST_SECOND);
  EXPECT_FALSE(room.cutter.begun());
  room.cutter.resume(room.now);
  const GstClockTime resumed = room.now;
  room.run(GST_SECOND);
  room.cutter.stop(room.now);
  room.run(100 * ms);
  room.check();
  EXPECT_GE(room.notes.parts.at(0).pictures.front().running_time, resumed);
}

TEST(Cutter, SplitsAtKeyFrames_WithoutLosingOrRepeatingAPicture) {
  Room room({.split_after = 1500 * ms});
  room.run(10 * GST_SECOND);
  room.cutter.split();
  room.run(GST_SECOND);
  room.cutter.stop(room.now);
  room.run(100 * ms);
  EXPECT_GE(room.notes.parts.size(), 7u);
  room.check();
  std::optional<GstClockTime> before;
  std::uint64_t samples = 0, recorded = 0;
  for (const Part& part : room.notes.parts) {
    for (const auto& picture : part.pictures) {
      if (before) {
        EXPECT_LE(picture.running_time, *before + frame + 1);
      }
      before = picture.running_time;
      ++recorded;
    }
    samples += part.sound.size();
  }
  EXPECT_NEAR(static_cast<double>(samples), static_cast<double>(recorded) * 1600, 10);
  EXPECT_EQ(room.cutter.recorded() / ms, recorded * 1000 / 30);
}

TEST(Cutter, TheLastPartThereMayBeTakesAllTheRest) {
  Room room({.split_after = 500 * ms, .most_parts = 3});
  room.run(4 * GST_SECOND);
  room.cutter.split();
  EXPECT_FALSE(room.cutter.wants_key()) << "no key frame is asked for in vain";
  room.run(GST_SECOND);
  room.cutter.stop(room.now);
  room.cutter.hurry();
  ASSERT_EQ(room.notes.parts.size(), 3u);
  EXPECT_GT(*room.notes.parts.back().length, 3 * GST_SECOND);
  room.check();
}

TEST(Cutter, ASplitDuringAPause_HappensWhenItGoesOn) {
  Room room;
  room.run(GST_SECOND);
  room.cutter.pause(room.now);
  room.run(GST_SECOND);
  room.cutter.split();
  EXPECT_EQ(room.notes.parts.size(), 1u);
  room.cutter.resume(room.now);
  room.run(GST_SECOND);
  room.cutter.stop(room.now);
  room.run(100 * ms);
  EXPECT_EQ(room.notes.parts.size(), 2u);
  room.check();
}

TEST(Cutter, StoppedInAPause_EndsWhereThePauseBegan) {
  Room room;
  room.run(GST_SECOND);
  room.cutter.pause(room.now);
  room.run(GST_SECOND);
  room.cutter.stop(room.now);
  EXPECT_TRUE(room.cutter.ended());
  room.check();
  EXPECT_EQ(room.notes.parts.at(0).length, room.notes.pauses.at(0).second);
}

TEST(Cutter, EndsByItselfAtItsGreatestLength_PausesNotCounted) {
  Room room({.split_after = GST_SECOND, .stop_after = 2500 * ms});
  room.run(1500 * ms);
  room.cutter.pause(room.now);
  room.run(3 * GST_SECOND);
  room.cutter.resume(room.now);
  room.run(3 * GST_SECOND);
  EXPECT_TRUE(room.cutter.ended());
  EXPECT_TRUE(room.cutter.full());
  EXPECT_NEAR(static_cast<double>(room.cutter.recorded()), 2500e6, frame);
  room.check();
}

TEST(Cutter, WithoutPicturesTheSoundGoesOn) {
  Room room;
  room.run(GST_SECOND);
  room.pictures = false;
  room.run(4 * GST_SECOND);
  EXPECT_FALSE(room.notes.without_picture.empty());
  EXPECT_GT(room.notes.parts.at(0).sound.size(), 48'000u * 9 / 2);
  room.pictures = true;
  room.run(GST_SECOND);
  room.cutter.stop(room.now);
  room.run(100 * ms);
  EXPECT_EQ(room.notes.parts.at(0).sound.size(),
            static_cast<std::size_t>(samples_between(0, *room.notes.parts.at(0).length)));
}

TEST(Cutter, SoundAlone_IsCutToTheSample) {
  Room room({.has_video = false});
  room.now += 7 * ms;
  room.now -= room.now % (5 * ms);
  room.run(GST_SECOND);
  room.cutter.pause(room.now);
  room.run(GST_SECOND);
  room.cutter.resume(room.now + 3 * ms);
  room.run(GST_SECOND);
  room.cutter.split();
  room.run(GST_SECOND);
  room.cutter.stop(room.now);
  room.run(100 * ms);
  ASSERT_EQ(room.notes.parts.size(), 2u);
  EXPECT_TRUE(room.cutter.ended());
  std::size_t samples = 0;
  for (const Part& part : room.notes.parts) {
    EXPECT_EQ(part.sound_breaks, 0u);
    samples += part.sound.size();
    EXPECT_EQ(part.sound.size(), static_cast<std::size_t>(samples_between(0, *part.length)));
  }
  EXPECT_NEAR(static_cast<double>(samples), 3 * 48'000, 2 * 960);
  // One break in the samples' own count, where the pause was, and none where the part ended.
  std::vector<std::int16_t> all = room.notes.parts[0].sound;
  all.insert(all.end(), room.notes.parts[1].sound.begin(), room.notes.parts[1].sound.end());
  int breaks = 0;
  for (std::size_t i = 1; i < all.size(); ++i)
    if (all[i] != all[i - 1] + 1 && !(all[i] == 1 && all[i - 1] == 30'011)) ++breaks;
  EXPECT_EQ(breaks, 1);
}

TEST(Cutter, AnyOrderOfCommands_LeavesWholeParts) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    std::mt19937 random(seed);
    Room room({.has_video = true, .split_after = seed % 3 == 0 ? 700 * ms : 0});
    room.key_on_request = seed % 2 == 0;
    room.run(GST_SECOND);
    for (int i = 0; i < 30; ++i) {
      switch (random() % 4) {
        case 0:
          room.cutter.pause(room.now);
          break;
        case 1:
          room.cutter.resume(room.now);
          break;
        case 2:
          room.cutter.split();
          break;
        default:
          break;
      }
      room.run((random() % 60) * 5 * ms);
    }
    room.cutter.stop(room.now);
    room.run(200 * ms);
    ASSERT_TRUE(room.cutter.ended()) << seed;
    room.check();
    ASSERT_FALSE(HasFailure()) << "seed " << seed;
    std::optional<GstClockTime> before;
    for (const Part& part : room.notes.parts)
      for (const auto& picture : part.pictures) {
        if (before) {
          ASSERT_GT(picture.running_time, *before) << "a picture twice, seed " << seed;
        }
        before = picture.running_time;
      }
  }
}

}  // namespace
}  // namespace tessera::recording
