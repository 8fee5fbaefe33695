#include "recording/format.hpp"

#include <gtest/gtest.h>

#include <set>

namespace tessera::recording {
namespace {

TEST(Format, EveryOneIsFoundByItsName_AndNothingElse) {
  std::set<std::string_view> names;
  for (const Format& format : all_formats()) {
    EXPECT_EQ(find_format(format.name), &format);
    EXPECT_TRUE(names.insert(format.name).second) << format.name;
    EXPECT_TRUE(format.extension.starts_with('.')) << format.name;
    EXPECT_EQ(format.mime_type.starts_with("video/"), format.has_video()) << format.name;
  }
  EXPECT_EQ(default_format().name, "mp4");
  for (const char* bad : {"", "MP4", "mp3", "mkv", "../mp4"}) EXPECT_EQ(find_format(bad), nullptr) << bad;
  EXPECT_EQ(format_names(), "mp4, mp4-opus, webm, m4a, opus, wav");
}

}  // namespace
}  // namespace tessera::recording
