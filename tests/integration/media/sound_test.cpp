// Sounds from files: what can be read, what is refused, and how they reach the bridge.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "../../support/sound.hpp"
#include "media/own_sounds.hpp"
#include "media/program_player.hpp"
#include "media/sound_feeder.hpp"

namespace tessera::media {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

template <typename T>
void put(std::ofstream& file, T value) {
  file.write(reinterpret_cast<const char*>(&value), sizeof value);
}

class SoundTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "tessera-sounds-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    root_ = pattern;
    folder_ = root_ / "sounds";
    fs::create_directory(folder_);
  }
  void TearDown() override { fs::remove_all(root_); }

  /// A WAV of 16 bits: a tone on every channel.
  void write_wav(const fs::path& path, int rate, int channels, double hertz, double seconds) {
    std::ofstream file(path, std::ios::binary);
    const auto frames = static_cast<std::uint32_t>(rate * seconds);
    const auto bytes = frames * static_cast<std::uint32_t>(channels) * 2;
    file << "RIFF";
    put(file, 36 + bytes);
    file << "WAVEfmt ";
    put(file, std::uint32_t{16});
    put(file, std::uint16_t{1});
    put(file, static_cast<std::uint16_t>(channels));
    put(file, static_cast<std::uint32_t>(rate));
    put(file, static_cast<std::uint32_t>(rate * channels * 2));
    put(file, static_cast<std::uint16_t>(channels * 2));
    put(file, std::uint16_t{16});
    file << "data";
    put(file, bytes);
    for (std::uint32_t i = 0; i < frames; ++i)
      for (int c = 0; c < channels; ++c)
        put(file, static_cast<std::int16_t>(8'000 * std::sin(2 * std::numbers::pi * hertz * i / rate)));
  }
  static std::vector<std::int16_t> all_of(SoundReader& reader) {
    std::vector<std::int16_t> samples, chunk(4'800);
    for (std::size_t count = chunk.size(); count == chunk.size();) {
      count = reader.read(chunk);
      samples.insert(samples.end(), chunk.begin(), chunk.begin() + static_cast<std::ptrdiff_t>(count));
    }
    return samples;
  }
  std::string code_of(const std::string& name) {
    const auto opened = SoundReader::open(folder_.string(), name);
    return opened ? "" : opened.error().code;
  }
  bool wait(const std::function<bool()>& done) {
    const auto look_again = loop_.every(5ms, [] {});
    return loop_.run_until(done, 20s);
  }

  Loop loop_;
  fs::path root_, folder_;
};

TEST_F(SoundTest, AnyRateAndAnyChannelsBecomeMonoAt48kHz) {
  for (const auto& [rate, channels] : {std::pair(8'000, 1), {44'100, 2}, {48'000, 1}, {96'000, 6}}) {
    write_wav(folder_ / "tone.wav", rate, channels, 1'000, 1.5);
    auto reader = SoundReader::open(folder_.string(), "tone.wav");
    ASSERT_TRUE(reader) << reader.error().message;
    EXPECT_EQ((*reader)->length(), 1'500ms);
    const auto samples = all_of(**reader);
    EXPECT_NEAR(static_cast<double>(samples.size()), 72'000, 60) << rate;
    EXPECT_NEAR(test::tone_db(std::span(samples).subspan(9'600, 48'000), 1'000), -15.3, 1) << rate;
    ASSERT_TRUE((*reader)->rewind());
    EXPECT_EQ(all_of(**reader), samples);
  }
}

TEST_F(SoundTest, TheBuiltInOnesPlay) {
  for (const auto& name : own_sounds()) {
    auto reader = open_own_sound(name);
    ASSERT_TRUE(reader) << name << ": " << reader.error().message;
    const auto samples = all_of(**reader);
    EXPECT_GT(samples.size(), 20'000U) << name;
    double energy = 0;
    for (const auto sample : samples) energy += static_cast<double>(sample) * sample;
    EXPECT_GT(std::sqrt(energy / static_cast<double>(samples.size())), 300) << name;
  }
  EXPECT_EQ(open_own_sound("fanfare").error().code, "unknown-sound");
}

TEST_F(SoundTest, NoNameLeadsOutOfTheFolder) {
  write_wav(root_ / "secret.wav", 8'000, 1, 440, 0.1);
  write_wav(folder_ / "Grüße, 世界.wav", 8'000, 1, 440, 0.1);
  EXPECT_EQ(code_of("Grüße, 世界.wav"), "");
  fs::create_symlink(root_ / "secret.wav", folder_ / "link.wav");
  fs::create_directory(folder_ / "directory.wav");
  ASSERT_EQ(mkfifo((folder_ / "pipe.wav").c_str(), 0600), 0);
  for (const std::string& name :
       {std::string("../secret.wav"), (root_ / "secret.wav").string(), std::string("link.wav"),
        std::string("directory.wav"), std::string("pipe.wav"), std::string("."), std::string(".."),
        std::string(), std::string("a/../../secret.wav"), std::string("missing.wav"),
        std::string("tone.wav\0.mp3", 13), std::string("file:secret.wav"),
        std::string("http://127.0.0.1/x.wav"), std::string("\xff\xfe.wav"), std::string(5'000, 'a')})
    EXPECT_EQ(code_of(name), "unknown-sound") << name;
}

TEST_F(SoundTest, WhatIsNoSoundIsRefusedAndWhatNamesOtherFilesToo) {
  write_wav(root_ / "secret.wav", 8'000, 1, 440, 1);
  const std::string secret = (root_ / "secret.wav").string();
  const auto write = [this](const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name, std::ios::binary) << text;
    return name;
  };
  EXPECT_EQ(code_of(write("empty.wav", "")), "bad-sound");
  EXPECT_EQ(code_of(write("text.mp3", "This is no sound.\n")), "bad-sound");
  EXPECT_EQ(code_of(write("zeros.wav", std::string(100'000, '\0'))), "bad-sound");
  EXPECT_EQ(code_of(write("list.ffconcat", "ffconcat version 1.0\nfile '" + secret + "'\n")), "bad-sound");
  // Sun's format, which libavformat reads, and nobody uses: a whole second of silence.
  const std::string au("\x2e\x73\x6e\x64\0\0\0\x18\0\0\x3e\x80\0\0\0\x03\0\0\x1f\x40\0\0\0\x01", 24);
  EXPECT_EQ(code_of(write("sun.au", au + std::string(16'000, '\0'))), "bad-sound");
  EXPECT_EQ(code_of(write("list.m3u8", "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile://" + secret +
                                           "\n#EXT-X-ENDLIST\n")),
            "bad-sound");
}

TEST_F(SoundTest, ADamagedFileEndsAndDoesNotHang) {
  write_wav(folder_ / "whole.wav", 48'000, 1, 440, 1);
  fs::copy(folder_ / "whole.wav", folder_ / "cut.wav");
  fs::resize_file(folder_ / "cut.wav", 30'000);
  auto reader = SoundReader::open(folder_.string(), "cut.wav");
  ASSERT_TRUE(reader);
  const auto left = all_of(**reader).size();
  EXPECT_LE(left, 15'000U);
  EXPECT_GE(left, 13'000U) << "all but the packet that was cut";
}

TEST_F(SoundTest, ALongSoundIsFedInBoundedMemoryAndCutAtTheLimit) {
  write_wav(folder_ / "long.wav", 48'000, 1, 700, 8);
  SoundFeeder feeder(loop_);
  std::optional<SoundFeeder::Opened> opened;
  feeder.feed([this] { return SoundReader::open(folder_.string(), "long.wav"); }, {.longest = 6s},
              [&](Result<SoundFeeder::Opened> result) { opened = std::move(*result); });
  ASSERT_TRUE(wait([&] { return opened.has_value(); }));
  EXPECT_EQ(opened->length, 8s);
  std::vector<std::int16_t> heard, chunk(960);
  ASSERT_TRUE(wait([&] {
    EXPECT_LE(opened->sound->capacity(), 96'000U);
    const std::size_t count = opened->sound->read(chunk);
    heard.insert(heard.end(), chunk.begin(), chunk.begin() + static_cast<std::ptrdiff_t>(count));
    return opened->sound->drained();
  }));
  EXPECT_EQ(heard.size(), 6U * 48'000);
  EXPECT_LT(test::largest_step(heard), 8'000 * 2 * std::numbers::pi * 700 / 48'000 * 1.05)
      << "without a seam";
  EXPECT_TRUE(wait([&] { return feeder.feeding() == 0; }));
}

TEST_F(SoundTest, WhatRepeatsGoesOnUntilNobodyWantsIt) {
  write_wav(folder_ / "short.wav", 48'000, 1, 700, 0.5);
  SoundFeeder feeder(loop_);
  std::shared_ptr<audio::PcmRing> ring;
  feeder.feed([this] { return SoundReader::open(folder_.string(), "short.wav"); }, {.repeat = true},
              [&](Result<SoundFeeder::Opened> result) { ring = result->sound; });
  ASSERT_TRUE(wait([&] { return ring != nullptr; }));
  std::vector<std::int16_t> chunk(960);
  std::size_t heard = 0;
  ASSERT_TRUE(wait([&] { return (heard += ring->read(chunk)) > 5U * 48'000; }));
  ring.reset();
  EXPECT_TRUE(wait([&] { return feeder.feeding() == 0; }));

  std::optional<Error> failure;
  feeder.feed([this] { return SoundReader::open(folder_.string(), "gone.wav"); }, {},
              [&](Result<SoundFeeder::Opened> result) { failure = result.error(); });
  ASSERT_TRUE(wait([&] { return failure.has_value(); }));
  EXPECT_EQ(failure->code, "unknown-sound");
}

TEST_F(SoundTest, TheBridgePlaysAnAnnouncementIntoTheRoomAndSaysSo) {
  write_wav(folder_ / "tone.wav", 44'100, 2, 1'000, 0.6);
  auto bridge = Bridge::create(loop_, {}).value();
  std::mutex mutex;
  std::vector<std::int16_t> recorded;
  const auto recorder = bridge->subscribe_pcm([&](const PcmFrame& frame) {
    const std::lock_guard lock(mutex);
    recorded.insert(recorded.end(), frame.samples, frame.samples + frame.count);
  });
  std::vector<bool> events;
  auto player = std::make_shared<ProgramPlayer>(
      loop_, [&events](audio::ProgramMix::Event event) { events.push_back(event.started); });
  bridge->set_room_program(player);
  SoundFeeder feeder(loop_);
  feeder.feed([this] { return SoundReader::open(folder_.string(), "tone.wav"); }, {},
              [&](Result<SoundFeeder::Opened> result) {
                player->add({1, result->sound, 1, {}});
              });
  ASSERT_TRUE(wait([&] { return events.size() == 2; }));
  EXPECT_EQ(events, (std::vector<bool>{true, false}));
  ASSERT_TRUE(wait([&] { return player->idle(); }));
  bridge->set_room_program(nullptr);
  const std::lock_guard lock(mutex);
  const auto loud = [](std::int16_t sample) { return std::abs(sample) > 4'000; };
  const auto first = std::find_if(recorded.begin(), recorded.end(), loud);
  const auto last = std::find_if(recorded.rbegin(), recorded.rend(), loud).base();
  EXPECT_NEAR(static_cast<double>(last - first), 0.6 * 48'000, 200);
  EXPECT_NEAR(test::tone_db({first, last}, 1'000), -15.3, 0.5);
}

}  // namespace
}  // namespace tessera::media
