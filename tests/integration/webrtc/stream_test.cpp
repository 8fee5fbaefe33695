// Streams that begin anew, and sound that is not Opus.
#include <gst/app/gstappsink.h>

#include <cmath>
#include <numbers>

#include "endpoint_fixture.hpp"
#include "webrtc/telephone.hpp"

namespace tessera::webrtc::test {
namespace {

class StreamTest : public EndpointFixture {
 protected:
  // So many more of both.
  bool flows(int more = 15) {
    const int sound = heard_->audio_packets + more, picture = heard_->video_buffers + more;
    return until([&] { return heard_->audio_packets >= sound && heard_->video_buffers >= picture; });
  }
};

TEST_F(StreamTest, ANewSsrcGoesOnWhereTheOldOneWas) {
  for (const auto codec : {gst::Codec::vp8, gst::Codec::h264}) {
    heard_ = std::make_shared<Heard>();
    join({.video = codec, .receives = false}, EndpointKind::publisher, {codec});
    if (HasFatalFailure()) return;
    ASSERT_TRUE(flows()) << heard_->closed;
    for (int i = 0; i < 3; ++i) {
      client_->begin_anew();
      ASSERT_TRUE(flows()) << "after new start " << i;
    }
    EXPECT_EQ(heard_->video_sources, 1) << "the decoder stays";
    EXPECT_TRUE(heard_->audio_time_sane);
    EXPECT_EQ(heard_->closed, "");
    endpoint_.reset();
    client_.reset();
  }
}

// SSRCs cost a jitter buffer each until the end, so their number is bounded. Whoever uses them up is told.
TEST_F(StreamTest, AClientMayBeginAnewManyTimes_AndIsToldWhenItIsTooOften) {
  join({.video = gst::Codec::vp8, .receives = false}, EndpointKind::publisher);
  if (HasFatalFailure()) return;
  for (int i = 0; i < 11; ++i) {
    ASSERT_TRUE(flows(5)) << "after new start " << i << " " << heard_->closed;
    client_->begin_anew();
  }
  for (int i = 0; i < 10 && heard_->closed.empty(); ++i) {
    const int sound = heard_->audio_packets + 5, picture = heard_->video_buffers + 5;
    ASSERT_TRUE(until([&] {
      return !heard_->closed.empty() || (heard_->audio_packets >= sound && heard_->video_buffers >= picture);
    }));
    client_->begin_anew();
  }
  EXPECT_EQ(heard_->closed, "too-many-streams");
}

TEST_F(StreamTest, AnotherPayloadTypeOfTheAnswerIsReceived) {
  client_ = std::make_unique<TestClient>(loop_, ClientSpec{.receives = false});
  std::string offer = client_->offer(true);
  const auto put = [&](const std::string& from, const std::string& to) {
    const auto at = offer.find(from);
    ASSERT_NE(at, std::string::npos) << from << offer;
    offer.replace(at, from.size(), to);
  };
  put("SAVPF 96", "SAVPF 96 120");
  put("a=rtpmap:96 VP8/90000\r\n", "a=rtpmap:96 VP8/90000\r\na=rtpmap:120 VP8/90000\r\n");
  create(spec(EndpointKind::publisher, offer, false));
  ASSERT_TRUE(until([&] { return !heard_->answer.empty(); })) << heard_->failed;
  client_->set_answer(heard_->answer);
  ASSERT_TRUE(flows()) << heard_->closed;
  client_->send_picture_as(120);
  ASSERT_TRUE(flows()) << "with the other type";
  client_->send_picture_as(96);
  EXPECT_TRUE(flows()) << "and back";
}

TEST_F(StreamTest, TelephonesAreHeardAndHear) {
  for (const std::string coding : {"PCMA", "PCMU", "G722"}) {
    heard_ = std::make_shared<Heard>();
    join({.video = gst::Codec::vp8, .sound = coding}, EndpointKind::participant);
    if (HasFatalFailure()) return;
    const auto sound = pump(gst::Codec::opus);
    EXPECT_TRUE(until([&] { return heard_->audio_packets > 40; })) << coding << heard_->closed;
    EXPECT_TRUE(heard_->audio_time_sane) << coding;
    EXPECT_TRUE(until([&] { return client_->audio_packets > 40; })) << coding;
    EXPECT_NE(heard_->answer.find(coding + "/8000"), std::string::npos) << heard_->answer;
    endpoint_.reset();
    client_.reset();
  }
}

// What a tone of 1000 Hz is after `way`: the share of its energy at that frequency, and its level.
struct Tone {
  double purity = 0, level = 0;
};
Tone tone_after(const std::string& way, int rate) {
  const auto pipeline = gst::make_pipeline("tone");
  auto bin =
      gst::parse_bin(fmt::format("audiotestsrc num-buffers=100 freq=1000 volume=0.5 samplesperbuffer=480 ! "
                                 "audio/x-raw,rate=48000,channels=1 ! {} ! audioconvert ! "
                                 "capsfilter caps=audio/x-raw,format=F32LE,channels=1,rate={}",
                                 way, rate),
                     "way");
  if (!bin) throw std::runtime_error(bin.error().message);
  GstElement* element = bin->get();
  GstElement* sink = gst_element_factory_make("appsink", nullptr);
  g_object_set(sink, "sync", FALSE, nullptr);
  gst_bin_add_many(GST_BIN(pipeline.get()), element, sink, nullptr);
  gst_element_link(element, sink);
  gst_element_set_state(pipeline.get(), GST_STATE_PLAYING);
  std::vector<float> samples;
  while (const auto sample = gst::adopt(gst_app_sink_try_pull_sample(GST_APP_SINK(sink), 5 * GST_SECOND))) {
    GstMapInfo map{};
    gst_buffer_map(gst_sample_get_buffer(sample.get()), &map, GST_MAP_READ);
    const auto* values = reinterpret_cast<const float*>(map.data);
    samples.insert(samples.end(), values, values + map.size / sizeof(float));
    gst_buffer_unmap(gst_sample_get_buffer(sample.get()), &map);
  }
  gst_element_set_state(pipeline.get(), GST_STATE_NULL);
  // The half second in the middle: neither the codec's beginning nor its end.
  const std::size_t count = static_cast<std::size_t>(rate) / 2, from = samples.size() / 2 - count / 2;
  if (samples.size() < count) return {};
  double in_phase = 0, quadrature = 0, energy = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const double angle = 2 * std::numbers::pi * 1000 * static_cast<double>(i) / rate,
                 value = samples[from + i];
    in_phase += value * std::cos(angle);
    quadrature += value * std::sin(angle);
    energy += value * value;
  }
  const double power = 2 * (in_phase * in_phase + quadrature * quadrature) / static_cast<double>(count);
  return {power / energy, std::sqrt(energy / static_cast<double>(count))};
}

TEST(Telephone, ATonePassesBothWays) {
  struct Case {
    SoundCoding coding;
    const char *encode, *decode;
    int rate;
  };
  for (const auto& [coding, encode, decode, rate] :
       {Case{SoundCoding::pcma, "alawenc ! rtppcmapay", "alawdec", 8000},
        Case{SoundCoding::pcmu, "mulawenc ! rtppcmupay", "mulawdec", 8000},
        Case{SoundCoding::g722, "avenc_g722 ! rtpg722pay", "avdec_g722", 16000}}) {
    const Tone in =
        tone_after(fmt::format("audioresample ! audio/x-raw,rate={} ! {} ! {} ! rtpopusdepay ! opusdec", rate,
                               encode, telephone_to_opus(coding)),
                   48000);
    EXPECT_GT(in.purity, 0.97) << encode;
    EXPECT_NEAR(in.level, 0.5 / std::numbers::sqrt2, 0.04) << encode;
    const Tone out = tone_after(fmt::format("opusenc ! {} ! {}", opus_to_telephone(coding), decode), rate);
    EXPECT_GT(out.purity, 0.97) << decode;
    EXPECT_NEAR(out.level, 0.5 / std::numbers::sqrt2, 0.04) << decode;
  }
}

}  // namespace
}  // namespace tessera::webrtc::test
