#include "server/frame_scan.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tessera::server {
namespace {

constexpr unsigned char text = 0x1, continued = 0x0, close_frame = 0x8, ping = 0x9, fin = 0x80;

// A client's frame whose mask is zeros.
std::string frame(unsigned char first, std::size_t payload) {
  std::string bytes(1, static_cast<char>(first));
  if (payload < 126) {
    bytes.push_back(static_cast<char>(0x80 | payload));
  } else if (payload < 65536) {
    bytes.push_back(static_cast<char>(0x80 | 126));
    for (int shift = 8; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(payload >> shift));
  } else {
    bytes.push_back(static_cast<char>(0x80 | 127));
    for (int shift = 56; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(payload >> shift));
  }
  return bytes + std::string(4, '\0') + std::string(payload, 'x');
}

std::span<const std::uint8_t> bytes_of(std::string_view piece) {
  return {reinterpret_cast<const std::uint8_t*>(piece.data()), piece.size()};
}

FrameScan::Seen seen_in(std::string_view bytes, std::size_t step) {
  FrameScan scan;
  FrameScan::Seen all;
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    const auto seen = scan.feed(bytes_of(bytes.substr(at, step)));
    all.frames += seen.frames;
    all.pings += seen.pings;
    all.closes += seen.closes;
    all.messages += seen.messages;
    all.ping_bytes += seen.ping_bytes;
    all.largest_message = std::max(all.largest_message, seen.largest_message);
  }
  return all;
}

TEST(FrameScanTest, CountsFramesHoweverTheyAreCut) {
  const std::string bytes = frame(fin | text, 5) + frame(fin | ping, 125) + frame(text, 300) +
                            frame(fin | ping, 0) + frame(fin | continued, 70'000) +
                            frame(fin | close_frame, 2);
  for (const std::size_t step : {std::size_t{1}, std::size_t{7}, std::size_t{1024}, bytes.size()}) {
    const auto seen = seen_in(bytes, step);
    EXPECT_EQ(seen.frames, 6u) << step;
    EXPECT_EQ(seen.pings, 2u) << step;
    EXPECT_EQ(seen.ping_bytes, 125u) << step;
    EXPECT_EQ(seen.closes, 1u) << step;
    EXPECT_EQ(seen.messages, 2u) << step;
    EXPECT_EQ(seen.largest_message, 70'300u) << "all frames of a message count";
  }
}

TEST(FrameScanTest, AMessageIsKnownToBeLargeBeforeItHasArrived) {
  FrameScan scan;
  const std::string whole = frame(fin | text, 1'000'000);
  EXPECT_EQ(scan.feed(bytes_of(std::string_view(whole).substr(0, 14))).largest_message, 1'000'000u);
}

TEST(FrameScanTest, LengthsThatDoNotAddUpDoNotWrap) {
  std::string huge = frame(text, 70'000).substr(0, 14);
  for (std::size_t i = 2; i < 10; ++i) huge[i] = '\xff';
  FrameScan scan;
  EXPECT_EQ(scan.feed(bytes_of(huge)).largest_message, ~std::uint64_t{0});
  EXPECT_EQ(scan.feed(bytes_of(std::string(1000, '\xff'))).frames, 0u) << "they are payload";
}

}  // namespace
}  // namespace tessera::server
