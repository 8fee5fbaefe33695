#include "media/h264_size.hpp"

#include <gtest/gtest.h>

#include "../../support/h264_bytes.hpp"

namespace tessera::media {
namespace {

using test::annex_b;
using test::sequence_parameter_set;

const std::vector<std::uint8_t> idr_slice{0x65, 0x88, 0x84, 0x00, 0x10};

TEST(H264SizeReader, FindsTheSize) {
  H264SizeReader reader;
  const auto size = reader.in_access_unit(
      annex_b({sequence_parameter_set(1280, 720), {0x68, 0xce, 0x3c, 0x80}, idr_slice}));
  ASSERT_TRUE(size);
  EXPECT_EQ(size->width, 1280);
  EXPECT_EQ(size->height, 720);
}

TEST(H264SizeReader, TheLargestCounts_WhereverItIs) {
  H264SizeReader reader;
  const auto small = sequence_parameter_set(640, 368), huge = sequence_parameter_set(16'384, 16'384);
  const std::vector<std::uint8_t> nothing{9};  // no unit is this short
  for (const auto& units : std::vector<std::vector<std::vector<std::uint8_t>>>{{small, huge, idr_slice},
                                                                               {huge, small, idr_slice},
                                                                               {small, idr_slice, huge},
                                                                               {nothing, huge, idr_slice}}) {
    const auto size = reader.in_access_unit(annex_b(units));
    ASSERT_TRUE(size);
    EXPECT_EQ(size->width, 16'384);
    EXPECT_EQ(size->height, 16'384);
  }
}

TEST(H264SizeReader, WithoutParameterSetsNothingIsSaid) {
  H264SizeReader reader;
  EXPECT_FALSE(reader.in_access_unit(annex_b({idr_slice})));
  EXPECT_FALSE(reader.in_access_unit({}));
  EXPECT_FALSE(reader.in_access_unit(std::vector<std::uint8_t>{1, 2, 3}));
}

TEST(H264SizeReader, OneThatCannotBeReadHasNoSize) {
  H264SizeReader reader;
  const auto size = reader.in_access_unit(annex_b({{0x67, 0x42}, idr_slice}));
  ASSERT_TRUE(size);
  EXPECT_EQ(size->width, 0);
  const auto mixed =
      reader.in_access_unit(annex_b({{0x67, 0x42}, sequence_parameter_set(640, 368), idr_slice}));
  ASSERT_TRUE(mixed);
  EXPECT_EQ(mixed->width, 0) << "another that can be read does not make up for it";
}

TEST(H264SizeReader, ReadsDecoderConfigurations) {
  H264SizeReader reader;
  const auto set = sequence_parameter_set(1920, 1088);
  std::vector<std::uint8_t> config{1, 66, 0xc0, 31, 0xff, 0xe1, 0, static_cast<std::uint8_t>(set.size())};
  config.insert(config.end(), set.begin(), set.end());
  config.push_back(0);  // no picture parameter sets
  const auto size = reader.in_config(config);
  ASSERT_TRUE(size);
  EXPECT_EQ(size->width, 1920);
  EXPECT_EQ(size->height, 1088);

  config.resize(12);
  ASSERT_TRUE(reader.in_config(config));
  EXPECT_EQ(reader.in_config(config)->width, 0) << "cut off";
  EXPECT_EQ(reader.in_config({})->width, 0);
}

}  // namespace
}  // namespace tessera::media
