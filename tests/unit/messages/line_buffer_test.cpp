#include "messages/line_buffer.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tessera::messages {
namespace {

TEST(LineBufferTest, LinesComeWholeHoweverTheyAreCut) {
  const std::string text = "one\ntwo\r\n\nthree\n";
  for (std::size_t step = 1; step <= text.size(); ++step) {
    LineBuffer buffer(100);
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < text.size(); at += step)
      EXPECT_TRUE(buffer.feed(std::string_view(text).substr(at, step), [&](std::string_view line) {
        lines.emplace_back(line);
        return true;
      }));
    EXPECT_EQ(lines, (std::vector<std::string>{"one", "two", "three"})) << step;
  }
}

TEST(LineBufferTest, AnEndlessLineBreaksIt) {
  LineBuffer buffer(10);
  const auto never = [](std::string_view) { return true; };
  EXPECT_TRUE(buffer.feed("0123456789", never));
  EXPECT_FALSE(buffer.feed("x", never));
  EXPECT_FALSE(buffer.feed("\nfine\n", never)) << "nothing after it can be trusted";
  EXPECT_EQ(buffer.pending(), 0u);
}

}  // namespace
}  // namespace tessera::messages
