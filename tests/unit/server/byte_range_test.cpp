#include "server/byte_range.hpp"

#include <gtest/gtest.h>

#include <random>

namespace tessera::server {
namespace {

using Outcome = ByteRanges::Outcome;

void expect_parts(std::string_view header, const std::vector<ByteRange>& expected,
                  std::uint64_t size = 1000) {
  const ByteRanges ranges = parse_byte_ranges(header, size);
  EXPECT_EQ(ranges.outcome, Outcome::parts) << header;
  EXPECT_EQ(ranges.parts, expected) << header;
}

TEST(ByteRangeTest, PartsAreCutAsAsked) {
  expect_parts("bytes=0-99", {{0, 100}});
  expect_parts("bytes=500-", {{500, 500}});
  expect_parts("bytes=-1", {{999, 1}});
  expect_parts("bytes=999-999", {{999, 1}});
  expect_parts("Bytes = 5 - 6", {{5, 2}});
}

TEST(ByteRangeTest, WhatGoesPastTheEndEndsThere) {
  expect_parts("bytes=900-5000", {{900, 100}});
  expect_parts("bytes=-5000", {{0, 1000}});
  expect_parts("bytes=0-99999999999999999999999", {{0, 1000}});
  expect_parts("bytes=-99999999999999999999999", {{0, 1000}});
}

TEST(ByteRangeTest, SeveralRangesKeepTheirOrder) {
  expect_parts("bytes=1-2,4-5", {{1, 2}, {4, 2}});
  expect_parts("bytes=-10, 0-9", {{990, 10}, {0, 10}});
  expect_parts("bytes=0-0,,-1,", {{0, 1}, {999, 1}});
  expect_parts("bytes=0-499,500-999", {{0, 500}, {500, 500}});
}

TEST(ByteRangeTest, RangesPastTheEndAreLeftOutAsLongAsOneIsNot) {
  expect_parts("bytes=5000-,0-9", {{0, 10}});
  expect_parts("bytes=0-9,-0", {{0, 10}});
}

TEST(ByteRangeTest, WhatBeginsPastTheEndIsUnsatisfiable) {
  for (const char* header : {"bytes=1000-", "bytes=1000-2000", "bytes=-0", "bytes=99999999999999999999999-",
                             "bytes=1000-,2000-3000,-0"})
    EXPECT_EQ(parse_byte_ranges(header, 1000).outcome, Outcome::unsatisfiable) << header;
  for (const char* header : {"bytes=0-0", "bytes=0-", "bytes=-5"})
    EXPECT_EQ(parse_byte_ranges(header, 0).outcome, Outcome::unsatisfiable) << header;
}

TEST(ByteRangeTest, WhatCannotBeReadGivesTheWhole) {
  for (const char* header :
       {"", "bytes", "bytes=", "bytes=,", "bytes=-", "bytes=5", "bytes=6-5", "bytes=a-b", "items=0-5",
        "bytes=--5", "bytes=+1-2", "bytes=0x1-5", "bytes=1-2-3", "bytes=0-1,b-3", "bytes=0-1,9-8"})
    EXPECT_EQ(parse_byte_ranges(header, 1000).outcome, Outcome::whole) << header;
}

TEST(ByteRangeTest, RangesMeantToMakeAServerWorkGiveTheWhole) {
  EXPECT_EQ(parse_byte_ranges("bytes=0-,0-", 1000).outcome, Outcome::whole);
  EXPECT_EQ(parse_byte_ranges("bytes=0-600,500-999", 1000).outcome, Outcome::whole);
  std::string many = "bytes=0-0";
  for (std::size_t i = 1; i < max_byte_ranges; ++i) many += ",2-2";
  EXPECT_EQ(parse_byte_ranges(many, 1000).parts.size(), max_byte_ranges);
  EXPECT_EQ(parse_byte_ranges(many + ",2-2", 1000).outcome, Outcome::whole);
}

TEST(ByteRangeTest, WhateverIsAskedForLiesInTheFile) {
  std::mt19937 random(7);
  const char pieces[] = "0123456789--,,==  bytes=bytes=";
  for (int i = 0; i < 100'000; ++i) {
    std::string header = random() % 4 ? "bytes=" : "";
    for (std::size_t length = random() % 24; header.size() < 6 + length;)
      header += pieces[random() % (sizeof pieces - 1)];
    const std::uint64_t size = random() % 3 == 0 ? random() % 4 : random() % 1000;
    const ByteRanges ranges = parse_byte_ranges(header, size);
    EXPECT_EQ(ranges.parts.empty(), ranges.outcome != Outcome::parts) << header;
    std::uint64_t together = 0;
    for (const ByteRange& part : ranges.parts) {
      ASSERT_GT(part.length, 0u) << header;
      ASSERT_LE(part.first + part.length, size) << header << " of " << size;
      together += part.length;
    }
    ASSERT_LE(together, size) << header;
  }
}

TEST(ByteRangeTest, ContentRangeIsWhatRfc9110Shows) {
  EXPECT_EQ(content_range({0, 100}, 1000), "bytes 0-99/1000");
  EXPECT_EQ(unsatisfied_range(1000), "bytes */1000");
}

}  // namespace
}  // namespace tessera::server
