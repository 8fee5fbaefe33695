// A stream without parameter sets, which stand in the offer alone.
#include "webrtc/parameter_sets.hpp"

#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>
#include <gtest/gtest.h>

#include "gst/element.hpp"
#include "gst/mapped_buffer.hpp"

namespace tessera::webrtc {
namespace {

/// "Z0LADdoFBn58BEAAAAMAQAAADwPFCqg=" and "aM48gA==" are sets that x264 wrote.
const std::string sps = "Z0LADdoFBn58BEAAAAMAQAAADwPFCqg=", pps = "aM48gA==";

TEST(ParameterSets, WhatIsWholeIsTaken) {
  EXPECT_EQ(checked_parameter_sets(sps + "," + pps), sps + "," + pps);
  EXPECT_EQ(checked_parameter_sets("Z0LADdoFBn58BEAAAAMAQAAADwPFCqg,aM48gA"), sps + "," + pps);  // no padding
  EXPECT_EQ(checked_parameter_sets(sps + "," + pps + ",DQE="), sps + "," + pps);  // an extension
}

TEST(ParameterSets, WhatIsNoneOrTooMuchIsNot) {
  for (const std::string& sprop :
       {std::string(), sps, pps, std::string(","), sps + ",", sps + ",aM48g A==", sps + ",aM48gA==;x",
        sps + ",5wE=" /* forbidden bit */, "Zg==," + pps, sps + "," + std::string(5000, 'A'),
        std::string(100'000, ','), sps + ",\"\r\na=x"}) {
    EXPECT_EQ(checked_parameter_sets(sprop), "") << sprop.substr(0, 80);
  }
  std::string many = sps;
  for (int i = 0; i < 16; ++i) many += "," + pps;
  EXPECT_EQ(checked_parameter_sets(many), "");
}

struct Sent {
  std::vector<gst::Ptr<GstBuffer>> packets;  ///< without those that carry parameter sets
  std::string sprop;
};

Sent packets_without_sets() {
  gst::ensure_initialised();
  Sent sent;
  const auto pipeline = gst::adopt(gst_parse_launch(
      "videotestsrc num-buffers=20 ! video/x-raw,format=I420,width=320,height=180,framerate=30/1 ! "
      "x264enc tune=zerolatency ! video/x-h264,profile=main ! h264parse ! "
      "rtph264pay pt=96 mtu=1200 aggregate-mode=none config-interval=0 ! appsink name=out sync=false",
      nullptr));
  const auto out = gst::adopt(gst_bin_get_by_name(GST_BIN(pipeline.get()), "out"));
  gst_element_set_state(pipeline.get(), GST_STATE_PLAYING);
  while (const auto sample = gst::adopt(gst_app_sink_pull_sample(GST_APP_SINK(out.get())))) {
    const GstStructure* caps = gst_caps_get_structure(gst_sample_get_caps(sample.get()), 0);
    if (const char* text = gst_structure_get_string(caps, "sprop-parameter-sets")) sent.sprop = text;
    GstBuffer* packet = gst_sample_get_buffer(sample.get());
    const gst::MappedBuffer bytes(packet);
    const unsigned type = bytes.bytes()[12] & 0x1FU;
    if (type == 7 || type == 8) continue;
    // Numbered anew, or the depayloader sees losses.
    auto numbered = gst::adopt(gst_buffer_copy_deep(packet));
    const auto number = static_cast<std::uint16_t>(sent.packets.size());
    const std::uint8_t big_endian[] = {static_cast<std::uint8_t>(number >> 8U),
                                       static_cast<std::uint8_t>(number & 0xFFU)};
    gst_buffer_fill(numbered.get(), 2, big_endian, sizeof big_endian);
    sent.packets.push_back(std::move(numbered));
  }
  gst_element_set_state(pipeline.get(), GST_STATE_NULL);
  return sent;
}

int decoded_of(const Sent& sent, const std::string& sets) {
  const auto pipeline = gst::adopt(gst_parse_launch(
      "appsrc name=in format=time caps=application/x-rtp,media=video,clock-rate=90000,encoding-name=H264,"
      "payload=96 ! rtph264depay name=depay wait-for-keyframe=true request-keyframe=true ! "
      "avdec_h264 max-threads=1 ! appsink name=out sync=false",
      nullptr));
  const auto in = gst::adopt(gst_bin_get_by_name(GST_BIN(pipeline.get()), "in"));
  const auto out = gst::adopt(gst_bin_get_by_name(GST_BIN(pipeline.get()), "out"));
  const auto depay = gst::adopt(gst_bin_get_by_name(GST_BIN(pipeline.get()), "depay"));
  if (!sets.empty())
    give_parameter_sets(gst::adopt(gst_element_get_static_pad(depay.get(), "sink")).get(), sets);
  gst_element_set_state(pipeline.get(), GST_STATE_PLAYING);
  for (const auto& packet : sent.packets)
    gst_app_src_push_buffer(GST_APP_SRC(in.get()), gst_buffer_copy(packet.get()));
  gst_app_src_end_of_stream(GST_APP_SRC(in.get()));
  int pictures = 0;
  while (const auto sample =
             gst::adopt(gst_app_sink_try_pull_sample(GST_APP_SINK(out.get()), 10 * GST_SECOND)))
    ++pictures;
  gst_element_set_state(pipeline.get(), GST_STATE_NULL);
  return pictures;
}

TEST(ParameterSets, OfTheOfferReachTheDecoder) {
  const Sent sent = packets_without_sets();
  ASSERT_FALSE(sent.sprop.empty());
  EXPECT_EQ(decoded_of(sent, ""), 0);
  EXPECT_EQ(decoded_of(sent, checked_parameter_sets(sent.sprop)), 20);
}

}  // namespace
}  // namespace tessera::webrtc
