#include "server/byte_range.hpp"

#include <gtest/gtest.h>

namespace tessera::server {
namespace {

using Outcome = ByteRange::Outcome;

void expect_part(std::string_view header, std::uint64_t first, std::uint64_t length,
                 std::uint64_t size = 1000) {
  const ByteRange range = parse_byte_range(header, size);
  EXPECT_EQ(range.outcome, Outcome::part) << header;
  EXPECT_EQ(range.first, first) << header;
  EXPECT_EQ(range.length, length) << header;
}

TEST(ByteRangeTest, PartsAreCutAsAsked) {
  expect_part("bytes=0-99", 0, 100);
  expect_part("bytes=500-", 500, 500);
  expect_part("bytes=-1", 999, 1);
  expect_part("bytes=999-999", 999, 1);
  expect_part("Bytes = 5 - 6", 5, 2);
}

TEST(ByteRangeTest, WhatGoesPastTheEndEndsThere) {
  expect_part("bytes=900-5000", 900, 100);
  expect_part("bytes=-5000", 0, 1000);
  expect_part("bytes=0-99999999999999999999999", 0, 1000);
}

TEST(ByteRangeTest, WhatBeginsPastTheEndIsUnsatisfiable) {
  for (const char* header : {"bytes=1000-", "bytes=1000-2000", "bytes=-0", "bytes=99999999999999999999999-"})
    EXPECT_EQ(parse_byte_range(header, 1000).outcome, Outcome::unsatisfiable) << header;
  EXPECT_EQ(parse_byte_range("bytes=0-0", 0).outcome, Outcome::unsatisfiable);
}

TEST(ByteRangeTest, WhatCannotBeReadGivesTheWhole) {
  for (const char* header :
       {"", "bytes", "bytes=", "bytes=-", "bytes=5", "bytes=6-5", "bytes=a-b", "bytes=1-2,4-5", "items=0-5",
        "bytes=--5", "bytes=+1-2", "bytes=0x1-5", "bytes=1-2-3"}) {
    const ByteRange range = parse_byte_range(header, 1000);
    EXPECT_EQ(range.outcome, Outcome::whole) << header;
    EXPECT_EQ(range.length, 1000u) << header;
  }
}

TEST(ByteRangeTest, ContentRangeIsWhatRfc9110Shows) {
  EXPECT_EQ(content_range(parse_byte_range("bytes=0-99", 1000), 1000), "bytes 0-99/1000");
  EXPECT_EQ(content_range(parse_byte_range("bytes=5000-", 1000), 1000), "bytes */1000");
}

}  // namespace
}  // namespace tessera::server
