// Payload gates in front of real depayloaders, fed packet by packet on the test's own thread.

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <random>
#include <vector>

#include "base/black_box.hpp"
#include "gst/element.hpp"
#include "payload/payload_gate.hpp"
#include "webrtc/gate_probe.hpp"
#include "webrtc/owned_bytes.hpp"

namespace tessera::webrtc::test {
namespace {

using gst::Codec;
using Bytes = std::vector<std::uint8_t>;

const Bytes single_unit = {0x41, 0x9A, 0x02, 0x03, 0x04};

/// A source pad that pushes RTP packets into a depayloader behind a gate; what comes out is counted.
class GatedDepayloader {
 public:
  GatedDepayloader(Codec codec, const char* factory, const char* encoding,
                   double tolerated = payload::BadPacketBudget::usual_capacity)
      : refused(std::make_shared<RefusedPackets>(tolerated)),
        pipeline_(gst::make_pipeline("gated")),
        source_(gst_pad_new("src", GST_PAD_SRC)) {
    GstElement* depayloader = gst::make(factory)->release();
    GstElement* sink = gst::make("fakesink")->release();
    g_object_set(sink, "sync", FALSE, "async", FALSE, nullptr);
    gst_bin_add_many(GST_BIN(pipeline_.get()), depayloader, sink, nullptr);
    // Units one by one: with parameter sets in the caps the depayloader would wait for them.
    const auto form = gst::adopt(
        codec == Codec::h264 ? gst_caps_from_string("video/x-h264,stream-format=byte-stream,alignment=nal")
                             : gst_caps_new_any());
    EXPECT_TRUE(gst_element_link_filtered(depayloader, sink, form.get()));
    const auto entry = gst::adopt(gst_element_get_static_pad(depayloader, "sink"));
    install_gate(entry.get(), format_of(codec), refused, [this] { ++shut; });
    // Behind the gate's probe: sees what the depayloader sees.
    gst_pad_add_probe(
        entry.get(),
        static_cast<GstPadProbeType>(int{GST_PAD_PROBE_TYPE_BUFFER} | int{GST_PAD_PROBE_TYPE_BUFFER_LIST}),
        [](GstPad*, GstPadProbeInfo* info, gpointer self) {
          const bool list = (info->type & GST_PAD_PROBE_TYPE_BUFFER_LIST) != 0;
          static_cast<GatedDepayloader*>(self)->passed +=
              list ? static_cast<int>(gst_buffer_list_length(GST_PAD_PROBE_INFO_BUFFER_LIST(info))) : 1;
          return GST_PAD_PROBE_OK;
        },
        this, nullptr);
    const auto exit = gst::adopt(gst_element_get_static_pad(sink, "sink"));
    gst_pad_add_probe(
        exit.get(), GST_PAD_PROBE_TYPE_BUFFER,
        [](GstPad*, GstPadProbeInfo*, gpointer self) {
          auto& stream = *static_cast<GatedDepayloader*>(self);
          ++stream.units;
          if (stream.die_at_the_end) std::abort();
          return GST_PAD_PROBE_OK;
        },
        this, nullptr);
    gst_element_set_state(pipeline_.get(), GST_STATE_PLAYING);
    gst_pad_set_active(source_, TRUE);
    EXPECT_EQ(gst_pad_link(source_, entry.get()), GST_PAD_LINK_OK);
    gst_pad_push_event(source_, gst_event_new_stream_start("test"));
    const auto caps = gst::adopt(gst_caps_new_simple("application/x-rtp", "media", G_TYPE_STRING, "video",
                                                     "encoding-name", G_TYPE_STRING, encoding, "clock-rate",
                                                     G_TYPE_INT, 90000, "payload", G_TYPE_INT, 96, nullptr));
    gst_pad_push_event(source_, gst_event_new_caps(caps.get()));
    GstSegment segment;
    gst_segment_init(&segment, GST_FORMAT_TIME);
    gst_pad_push_event(source_, gst_event_new_segment(&segment));
  }
  ~GatedDepayloader() {
    gst_element_set_state(pipeline_.get(), GST_STATE_NULL);
    gst_object_unref(source_);
  }

  void push(const Bytes& payload, bool marker = false) { gst_pad_push(source_, packet(payload, marker)); }
  void push_list(const std::vector<Bytes>& payloads) {
    GstBufferList* list = gst_buffer_list_new();
    for (const auto& payload : payloads) gst_buffer_list_add(list, packet(payload, false));
    gst_pad_push_list(source_, list);
  }
  /// A packet whose padding claims to be longer than the packet.
  void push_overlong_padding() {
    GstBuffer* buffer = packet({1, 2, 3, 200}, false);
    const guint8 head = 0xA0;  // version 2, padding
    gst_buffer_fill(buffer, 0, &head, 1);
    gst_pad_push(source_, buffer);
  }
  void lose() { ++sequence_; }
  void mark(const std::string& owner) {
    const auto entry = gst::adopt(gst_pad_get_peer(source_));
    mark_bytes_of(entry.get(), owner);
  }

  const std::shared_ptr<RefusedPackets> refused;
  int passed = 0, units = 0, shut = 0;
  bool die_at_the_end = false;

 private:
  GstBuffer* packet(const Bytes& payload, bool marker) {
    GstBuffer* buffer = gst_rtp_buffer_new_allocate(static_cast<guint>(payload.size()), 0, 0);
    GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;
    gst_rtp_buffer_map(buffer, GST_MAP_WRITE, &rtp);
    gst_rtp_buffer_set_payload_type(&rtp, 96);
    gst_rtp_buffer_set_seq(&rtp, sequence_);
    gst_rtp_buffer_set_timestamp(&rtp, sequence_ * 3000U);
    gst_rtp_buffer_set_ssrc(&rtp, 0x1234);
    gst_rtp_buffer_set_marker(&rtp, marker);
    gst_rtp_buffer_unmap(&rtp);
    if (!payload.empty()) gst_buffer_fill(buffer, 12, payload.data(), payload.size());
    GST_BUFFER_PTS(buffer) = GST_BUFFER_DTS(buffer) = sequence_ * GST_MSECOND;
    ++sequence_;
    return buffer;
  }

  gst::Ptr<GstElement> pipeline_;
  GstPad* source_;
  std::uint16_t sequence_ = 100;
};

GatedDepayloader h264() {
  return {Codec::h264, "rtph264depay", "H264"};
}

TEST(PayloadGate, AFragmentOfOneByteDoesNotReachTheDepayloader) {
  auto stream = h264();
  stream.push({0x7C, 0x85, 1, 2, 3});
  stream.push({0x7C});
  stream.push(single_unit, true);
  EXPECT_EQ(stream.refused->malformed(), 1u);
  EXPECT_EQ(stream.passed, 2);
  EXPECT_GE(stream.units, 1) << "the unit that follows comes out";
}

TEST(PayloadGate, AnEmptyPayloadBetweenFragmentsGluesNoHalves) {
  auto stream = h264();
  stream.push({0x7C, 0x85, 1, 2, 3});
  stream.push({});
  stream.push({0x7C, 0x45, 4, 5, 6}, true);
  EXPECT_EQ(stream.units, 0) << "what was fragmented has a hole";
  stream.push(single_unit, true);
  EXPECT_EQ(stream.units, 1);
  EXPECT_EQ(stream.refused->malformed(), 0u);
}

TEST(PayloadGate, SortsOutPacketsOfAList) {
  auto stream = h264();
  stream.push_list({single_unit, {0x7C}, {0x1F, 1}, single_unit, {}});
  stream.push_list({{0x7C}, {}});
  EXPECT_EQ(stream.refused->malformed(), 3u);
  EXPECT_EQ(stream.passed, 2);
}

TEST(PayloadGate, DropsPaddingThatIsLongerThanThePacket) {
  auto stream = h264();
  stream.push_overlong_padding();
  EXPECT_EQ(stream.passed, 0);
  EXPECT_EQ(stream.refused->last(), payload::Fault::unreadable);
}

TEST(PayloadGate, ManyMalformedPacketsShutIt_Once) {
  auto stream = h264();
  for (int i = 0; i < 200; ++i) stream.push({0x7C});
  EXPECT_EQ(stream.shut, 1);
  stream.push(single_unit, true);
  EXPECT_EQ(stream.passed, 0);
}

TEST(PayloadGate, LossAndPaddingDoNotShutIt) {
  auto stream = h264();
  for (int i = 0; i < 500; ++i) {
    stream.push({0x7C, 0x85, 1, 2, 3});
    stream.lose();
    stream.push({0x7C, 0x05, 1, 2, 3});
    stream.push({});
  }
  EXPECT_EQ(stream.shut, 0);
  EXPECT_EQ(stream.passed, 500);
}

TEST(BlackBox, NamesWhoseBytesADepayloaderOrWhatFollowsItDiedOf) {
  const auto box = BlackBox::create();
  ASSERT_TRUE(box);
  const pid_t child = fork();
  if (child == 0) {
    if (!carry_black_box(dup((*box)->fd()))) _exit(90);
    auto stream = h264();
    stream.mark("p7-abcd");
    stream.die_at_the_end = true;
    stream.push(single_unit, true);
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status)) << status;
  const auto entry = (*box)->read();
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->owner, "p7-abcd");
}

TEST(BlackBox, NamesNobodyBetweenPackets) {
  const auto box = BlackBox::create();
  ASSERT_TRUE(box);
  const pid_t child = fork();
  if (child == 0) {
    if (!carry_black_box(dup((*box)->fd()))) _exit(90);
    auto stream = h264();
    stream.mark("p7-abcd");
    stream.push(single_unit, true);
    std::abort();
  }
  waitpid(child, nullptr, 0);
  const auto entry = (*box)->read();
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->owner, "");
}

/// No limit, a figure: what a packet of a usual size costs in the gate.
TEST(PayloadGate, CostsLittle) {
  constexpr int rounds = 2'000'000;
  Bytes fragment(1200, 0xAB);
  fragment[0] = 0x7C;
  fragment[1] = 0x85;
  payload::PayloadGate gate(payload::Format::h264);
  int passed = 0;
  const auto began = std::chrono::steady_clock::now();
  for (int i = 0; i < rounds; ++i)
    passed += gate.check(static_cast<std::uint16_t>(i), fragment) == payload::Fault::none;
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  EXPECT_EQ(passed, rounds);

  GstBuffer* packet = gst_rtp_buffer_new_allocate(1200, 0, 0);
  const auto mapping_began = std::chrono::steady_clock::now();
  for (int i = 0; i < rounds; ++i) {
    GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;
    gst_rtp_buffer_map(packet, GST_MAP_READ, &rtp);
    passed += gst_rtp_buffer_get_payload(&rtp) != nullptr;
    gst_rtp_buffer_unmap(&rtp);
  }
  const double mapping =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - mapping_began).count();
  gst_buffer_unref(packet);
  std::printf("a packet: %.0f ns in the gate, %.0f ns to map it for that\n", seconds * 1e9 / rounds,
              mapping * 1e9 / rounds);
}

/// Payloads that begin like real ones, cut and changed at random places.
void push_random_packets(GatedDepayloader& stream, const std::vector<Bytes>& beginnings) {
  std::mt19937 random(14);
  const auto below = [&](std::size_t limit) { return random() % limit; };
  for (int i = 0; i < 20'000; ++i) {
    Bytes payload = beginnings[below(beginnings.size())];
    payload.resize(payload.size() + below(20), static_cast<std::uint8_t>(random()));
    if (below(2)) payload[below(payload.size())] = static_cast<std::uint8_t>(random());
    if (below(4) == 0) payload.resize(below(payload.size() + 1));
    if (below(10) == 0) stream.lose();
    stream.push(payload, below(3) == 0);
  }
  EXPECT_GT(stream.passed, 2000);
  EXPECT_GT(stream.refused->malformed(), 500u);
}

constexpr double anything = 1e9;

TEST(PayloadGate, WhatPassesIt_DoesNotCrashTheDepayloaderOfH264) {
  GatedDepayloader stream(Codec::h264, "rtph264depay", "H264", anything);
  push_random_packets(stream, {{0x7C, 0x85, 1, 2, 3},
                               {0x7C, 0x05, 1, 2},
                               {0x7C, 0x45, 1, 2},
                               {0x78, 0, 4, 0x67, 0x42, 0xC0, 0x1F, 0, 2, 0x68, 0xCE},
                               {0x67, 0x42, 0xC0, 0x1F, 0xD9, 0x00, 0x78, 0x02},
                               {0x68, 0xCE, 0x3C, 0x80},
                               {0x65, 0x88, 0x84, 0x00},
                               single_unit});
}

TEST(PayloadGate, WhatPassesIt_DoesNotCrashTheDepayloaderOfVp8) {
  GatedDepayloader stream(Codec::vp8, "rtpvp8depay", "VP8", anything);
  push_random_packets(stream, {{0x10, 0x50, 0x01, 0x00, 0x9D, 0x01, 0x2A, 0x40, 0x01, 0xF0, 0x00, 1, 2},
                               {0x90, 0x80, 0x81, 0x05, 0x51, 0x01, 0x00, 7, 7, 7, 7, 7, 7, 7},
                               {0x90, 0xF0, 0x81, 2, 3, 4, 5, 6, 7},
                               {0x80, 0x80, 0x05, 1, 2, 3}});
}

TEST(PayloadGate, WhatPassesIt_DoesNotCrashTheDepayloaderOfVp9) {
  GatedDepayloader stream(Codec::vp9, "rtpvp9depay", "VP9", anything);
  push_random_packets(stream,
                      {{0x8A, 0x85, 0x05, 0x18, 0x05, 0x00, 0x02, 0xD0, 1, 0x04, 1, 0x82, 0x49, 0x83, 0x42},
                       {0xAC, 0x05, 0x00, 0x01, 0x86, 1, 2, 3},
                       {0x5C, 0x03, 0x05, 0x06, 0x86, 1, 2},
                       {0x0A, 0x38, 1, 2, 3, 4, 5, 6, 7, 8, 2, 0x04, 1, 0x08, 1, 2, 0x82, 3}});
}

}  // namespace
}  // namespace tessera::webrtc::test
