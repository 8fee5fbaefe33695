#include "webrtc/report_blocks.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "gst/element.hpp"

namespace tessera::webrtc {
namespace {

gst::Ptr<GstBuffer> buffer_of(const std::vector<std::uint8_t>& bytes) {
  // Of no bytes gst_buffer_new_memdup makes a buffer that crashes whoever looks into it.
  return gst::adopt(bytes.empty() ? gst_buffer_new() : gst_buffer_new_memdup(bytes.data(), bytes.size()));
}

class ReportBlocks : public testing::Test {
 protected:
  void SetUp() override { gst::ensure_initialised(); }
  // A receiver report of 0x01 about 0x0a0b0c0d (64/256 lost) and 0x01020304 (128/256).
  const std::vector<std::uint8_t> report_{
      0x82, 201,  0,    13,   0,   0, 0, 1,                                                  //
      0x0a, 0x0b, 0x0c, 0x0d, 64,  0, 0, 5, 0, 0, 1, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0,  //
      0x01, 0x02, 0x03, 0x04, 128, 0, 0, 5, 0, 0, 1, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0};
};

TEST_F(ReportBlocks, TheOneAboutTheStreamAskedForIsRead) {
  const auto buffer = buffer_of(report_);
  EXPECT_EQ(reported_loss(buffer.get(), 0x0a0b0c0d), 0.25);
  EXPECT_EQ(reported_loss(buffer.get(), 0x01020304), 0.5);
  EXPECT_EQ(reported_loss(buffer.get(), 0x05060708), std::nullopt);
}

TEST_F(ReportBlocks, AnEmptyPacketSaysNothingAndIsNoMistakeOfOurs) {
  static int complaints = 0;
  const auto before = g_log_set_default_handler(
      [](const gchar*, GLogLevelFlags, const gchar*, gpointer) { ++complaints; }, nullptr);
  EXPECT_EQ(reported_loss(gst::adopt(gst_buffer_new()).get(), 0x0a0b0c0d), std::nullopt);
  g_log_set_default_handler(before, nullptr);
  EXPECT_EQ(complaints, 0);
}

TEST_F(ReportBlocks, RubbishSaysNothing) {
  for (std::size_t size = 0; size < report_.size(); ++size) {
    const auto cut = buffer_of({report_.begin(), report_.begin() + static_cast<std::ptrdiff_t>(size)});
    (void)reported_loss(cut.get(), 0x0a0b0c0d);
  }
  auto wrong = report_;
  wrong[3] = 200;  // longer than it is
  EXPECT_EQ(reported_loss(buffer_of(wrong).get(), 0x0a0b0c0d), std::nullopt);
}

}  // namespace
}  // namespace tessera::webrtc
