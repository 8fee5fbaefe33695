#include "recording/names.hpp"

#include <gtest/gtest.h>

namespace tessera::recording {
namespace {

TEST(Names, AFoldersNameGivesItsTimeBack) {
  const WallTime start = parse_timestamp("2026-11-21T00:45:12.123Z").value();
  EXPECT_EQ(start_of(folder_name(start)), start);
  for (const char* name : {"", "blue", "20261121T004512.123", "20261199T004512.123Z"})
    EXPECT_FALSE(start_of(name)) << name;
}

TEST(Names, ATimeBefore1970IsWrittenAsItIsRead) {
  for (const char* text :
       {"1969-12-31T23:59:59.001Z", "1900-02-28T12:00:00.000Z", "0001-01-01T00:00:00.999Z"}) {
    const WallTime time = parse_timestamp(text).value();
    EXPECT_EQ(timestamp(time), text);
    EXPECT_EQ(start_of(folder_name(time)), time) << text;
  }
}

TEST(Names, RoomNamesAreLettersDigitsDashAndUnderscoreOnly) {
  for (const char* good : {"a", "Blue-Room_7", "-", "_", "0"}) EXPECT_TRUE(valid_room_name(good)) << good;
  EXPECT_TRUE(valid_room_name(std::string(64, 'x')));
  EXPECT_FALSE(valid_room_name(std::string(65, 'x')));
  EXPECT_FALSE(valid_room_name(std::string("a\0b", 3)));
  for (const char* bad :
       {"", ".", "..", "a/b", "../x", "a b", "a\n", "r\xc3\xb6om", "\xd0\xb0", "a.b", "a%2e", "~", "a\\b"})
    EXPECT_FALSE(valid_room_name(bad)) << bad;
}

TEST(Names, FolderAndTimestampOfAMoment) {
  const WallTime time{std::chrono::sys_days(std::chrono::year(2026) / 11 / 21) +
                      std::chrono::milliseconds(2'712'123)};
  EXPECT_EQ(folder_name(time), "20261121T004512.123Z");
  EXPECT_EQ(timestamp(time), "2026-11-21T00:45:12.123Z");
  EXPECT_EQ(parse_timestamp("2026-11-21T00:45:12.123Z"), time);
  for (const char* bad : {"", "2026-11-21", "2026-13-21T00:45:12.123Z", "2026-02-30T00:45:12.123Z",
                          "2026-11-21T24:45:12.123Z", "2026-11-21T00:45:12.123", "x026-11-21T00:45:12.123Z"})
    EXPECT_FALSE(parse_timestamp(bad)) << bad;
}

TEST(Names, IdLeadsBackToItsFolder_AndIsNotTheSameTwice) {
  const std::string id = new_id("20261121T004512.123Z");
  EXPECT_EQ(folder_of(id), "20261121T004512.123Z");
  EXPECT_NE(id, new_id("20261121T004512.123Z"));
}

TEST(Names, NothingElseIsAnId) {
  for (const std::string& bad :
       {std::string(), std::string("20261121T004512123Z"), std::string("20261121T004512123Z-"),
        std::string("20261121T004512123Z-abcdefghijk"), std::string("20261121T004512123Z-abcdefghijklm"),
        std::string("20261121T004512123Z-abcdefghij/l"), std::string("20261121T004512123Z-../../../../"),
        std::string("20261121T004512.123Z-abcdefghijkl"), std::string("2026112xT004512123Z-abcdefghijkl"),
        std::string("../../../../etc/passwd-abcdefghi"), std::string("20261121T004512123Z-abcdefghij\0l", 32),
        std::string(10'000, 'a'), std::string("20261121T004512123Z-abcdefghij\xd0\xb0")})
    EXPECT_FALSE(folder_of(bad)) << bad;
}

TEST(Names, PartsAreNumberedFromTheSecondOn_AndTheirNumbersAreReadBack) {
  const Format& mp4 = default_format();
  EXPECT_EQ(live_name(1), live_file);
  EXPECT_EQ(live_name(2), "live-002.mkv");
  EXPECT_EQ(final_name(1, mp4), final_file);
  EXPECT_EQ(partial_name(1, mp4), partial_file);
  EXPECT_EQ(final_name(12, *find_format("opus")), "recording-012.opus");
  for (const int part : {1, 2, 9, 10, 999, 1000, max_parts}) {
    EXPECT_EQ(part_of_live(live_name(part)), part);
    for (const Format& format : all_formats()) {
      const auto back = part_of_final(final_name(part, format));
      ASSERT_TRUE(back) << final_name(part, format);
      EXPECT_EQ(back->part, part);
      EXPECT_EQ(back->extension, format.extension);
    }
  }
}

TEST(Names, NothingElseIsAPart) {
  for (const char* bad :
       {"", "live", "live.mk", "live-001.mkv", "live-2.mkv", "live-0002.mkv", "live-00x.mkv", "live-.mkv",
        "live--02.mkv", "live-99999.mkv", "live-002.mkv.part", "alive.mkv"})
    EXPECT_FALSE(part_of_live(bad)) << bad;
  for (const char* bad :
       {"recording.mkv", "recording.mp4.part", "recording-001.mp4", "recording.json", "recordingmp4"})
    EXPECT_FALSE(part_of_final(bad)) << bad;
}

}  // namespace
}  // namespace tessera::recording
