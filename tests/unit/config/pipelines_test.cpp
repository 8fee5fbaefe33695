#include "config/pipelines.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "directory.hpp"

namespace tessera::config {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Pipelines, AreNamedAfterTheirFilesAndJoinedWithoutComments) {
  test::Directory directory;
  directory.write("encode-vp8.gst",
                  "# VP8, one key frame on demand\nappsrc name=in !\r\n\n   # threads\n"
                  "\tvp8enc deadline=1 !  appsink name=out  \n");
  directory.write("record-audio.gst", "fakesrc ! fakesink");
  directory.write("README.md", "not a pipeline");
  directory.write(".hidden.gst", "fakesrc ! fakesink");
  const auto pipelines = Pipelines::load(directory.text());
  ASSERT_TRUE(pipelines.ok()) << pipelines.error().message;
  EXPECT_THAT(pipelines->names(), ElementsAre("encode-vp8", "record-audio"));
  EXPECT_EQ(*pipelines->get("encode-vp8"), "appsrc name=in ! vp8enc deadline=1 !  appsink name=out");
  EXPECT_TRUE(pipelines->has("record-audio"));
  EXPECT_EQ(pipelines->directory(), directory.text());
}

TEST(Pipelines, AMissingOneIsNamedWithItsDirectoryAndWhatThereIs) {
  test::Directory directory;
  directory.write("encode-vp8.gst", "fakesrc ! fakesink");
  const auto pipelines = Pipelines::load(directory.text());
  ASSERT_TRUE(pipelines.ok());
  const auto missing = pipelines->get("encode-h264");
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().code, "missing-pipeline");
  EXPECT_THAT(missing.error().message, HasSubstr("encode-h264.gst"));
  EXPECT_THAT(missing.error().message, HasSubstr(directory.text()));
  EXPECT_THAT(missing.error().message, HasSubstr("encode-vp8"));
}

TEST(Pipelines, AMissingDirectoryCannotBeRead) {
  test::Directory directory;
  const auto pipelines = Pipelines::load(directory / "nowhere");
  ASSERT_FALSE(pipelines.ok());
  EXPECT_EQ(pipelines.error().code, "cannot-read");
  EXPECT_THAT(pipelines.error().message, HasSubstr("nowhere"));
}

TEST(Pipelines, AnEmptyDirectoryHoldsNone) {
  test::Directory directory;
  const auto pipelines = Pipelines::load(directory.text());
  ASSERT_TRUE(pipelines.ok());
  EXPECT_TRUE(pipelines->names().empty());
  EXPECT_THAT(pipelines->get("x").error().message, HasSubstr("no pipelines"));
}

TEST(Pipelines, FilesThatAreNoneAreRefusedByName) {
  for (const auto& [text, code] :
       std::vector<std::pair<std::string, std::string>>{{"# only a comment\n", "bad-pipeline"},
                                                        {"", "bad-pipeline"},
                                                        {"fakesrc \xff ! fakesink", "cannot-read"},
                                                        {std::string(70000, 'x'), "cannot-read"}}) {
    test::Directory directory;
    directory.write("odd.gst", text);
    const auto pipelines = Pipelines::load(directory.text());
    ASSERT_FALSE(pipelines.ok());
    EXPECT_EQ(pipelines.error().code, code);
    EXPECT_THAT(pipelines.error().message, HasSubstr("odd.gst"));
  }
}

TEST(Pipelines, ADirectoryThatIsCalledLikeOneIsRefused) {
  test::Directory directory;
  std::filesystem::create_directory(directory / "trap.gst");
  EXPECT_EQ(Pipelines::load(directory.text()).error().code, "cannot-read");
}

TEST(Pipelines, CanBeGivenInCodeAndCopied) {
  const Pipelines pipelines = Pipelines::from_map({{"a", "# why\nfakesrc !\nfakesink"}});
  const Pipelines copy = pipelines;
  EXPECT_EQ(*copy.get("a"), "fakesrc ! fakesink");
  EXPECT_FALSE(copy.get("b").ok());
}

}  // namespace
}  // namespace tessera::config
