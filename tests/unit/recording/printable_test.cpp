#include "recording/printable.hpp"

#include <gtest/gtest.h>

#include "recording/table.hpp"

namespace tessera::recording {
namespace {

TEST(Printable, NoEscapeSequenceReachesTheTerminal) {
  EXPECT_EQ(printable("a\x1b[31mb\r\n\x07"), "a?[31mb???");
  EXPECT_EQ(printable("\xc2\x9b"
                      "1m"),
            "?1m");  // the eight-bit CSI
  EXPECT_EQ(printable("\xff\xfe"
                      "a"),
            "??a");
  EXPECT_EQ(printable(std::string_view("a\0b", 3)), "a?b");
  EXPECT_EQ(printable("Zoë 会議"), "Zoë 会議");
  EXPECT_EQ(printable("abcdef", 3), "abc…");
}

TEST(Table, RowsStandUnderTheirHeadings_WhateverTheNames) {
  const Json one = Json::object({{"id", "i"},
                                 {"room", "hall"},
                                 {"name", "a\x1b[2J"},
                                 {"state", "ready"},
                                 {"durationMs", 3'723'000},
                                 {"bytes", 12'345'678},
                                 {"recovered", true}});
  const std::string table = table_of({one, Json::object({{"id", "j"}})});
  EXPECT_EQ(table.find('\x1b'), std::string::npos);
  EXPECT_NE(table.find("ready *"), std::string::npos);
  EXPECT_NE(table.find("1:02:03"), std::string::npos);
  EXPECT_NE(table.find("12.3 MB"), std::string::npos);
  EXPECT_EQ(std::count(table.begin(), table.end(), '\n'), 3);
}

TEST(Table, SizesHaveThreeFiguresOrSo) {
  EXPECT_EQ(size_text(0), "0 B");
  EXPECT_EQ(size_text(999), "999 B");
  EXPECT_EQ(size_text(1000), "1.0 kB");
  EXPECT_EQ(size_text(999'960'000), "1.0 GB");
  EXPECT_EQ(duration_text(59'999), "0:59");
}

}  // namespace
}  // namespace tessera::recording
