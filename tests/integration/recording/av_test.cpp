#include "recording/av.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

namespace tessera::recording {
namespace {

class OpenInput : public ::testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/tessera-av-XXXXXX";
    root_ = ::mkdtemp(name);
  }
  void TearDown() override { std::filesystem::remove_all(root_); }
  std::string write(const char* name, const std::string& bytes) {
    std::ofstream(root_ / name, std::ios::binary) << bytes;
    return (root_ / name).string();
  }
  std::filesystem::path root_;
};

std::string wav() {
  return std::string(
             "RIFF\xa4\x3e\0\0WAVEfmt "
             "\x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x80\x3e\0\0\x02\0\x10\0data\x80\x3e\0\0",
             44) +
         std::string(16'000, '\0');
}

TEST_F(OpenInput, TakesWhatThisProgramWritesWhateverItsName) {
  EXPECT_TRUE(av::open_input(write("recording.wav", wav())).ok());
  EXPECT_TRUE(av::open_input(write("live.mkv", wav())).ok()) << "the bytes decide, not the name";
}

TEST_F(OpenInput, ReadsNoOtherFormat) {
  // Sun's sound format and a list of further files: libavformat knows both.
  const std::string au("\x2e\x73\x6e\x64\0\0\0\x18\0\0\x3e\x80\0\0\0\x03\0\0\x1f\x40\0\0\0\x01", 24);
  EXPECT_EQ(av::open_input(write("live.mkv", au + std::string(16'000, '\0'))).error().code, "unreadable");
  write("secret.wav", wav());
  EXPECT_EQ(av::open_input(write("recording.mp4", "ffconcat version 1.0\nfile secret.wav\n")).error().code,
            "unreadable");
  EXPECT_EQ(
      av::open_input(write("recording.mp4",
                           "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nsecret.wav\n#EXT-X-ENDLIST\n"))
          .error()
          .code,
      "unreadable");
}

}  // namespace
}  // namespace tessera::recording
