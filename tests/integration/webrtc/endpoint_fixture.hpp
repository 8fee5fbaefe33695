#pragma once
// An endpoint and a client on 127.0.0.1, wired as a server would wire them, with everything they say counted.

#include <gtest/gtest.h>

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "gst/element.hpp"
#include "test_client.hpp"
#include "webrtc/endpoint.hpp"

namespace tessera::webrtc::test {

using std::chrono::milliseconds;

class EndpointFixture : public ::testing::Test {
 protected:
  struct Heard {
    std::string answer, failed, closed;
    bool connected = false;
    std::vector<std::string> candidates;
    std::atomic<int> video_sources{0}, video_buffers{0}, audio_packets{0}, key_frames_wanted{0};
    std::atomic<int> audio_lost{0};
    std::atomic<GstClockTime> audio_delay_sum{0};
    std::atomic<bool> audio_time_sane{true};
    gst::Codec video_codec = gst::Codec::opus;
  };

  EndpointSpec spec(EndpointKind kind, std::string offer, bool trickle = true) {
    EndpointSpec made;
    made.name = "test";
    made.kind = kind;
    made.offer = std::move(offer);
    made.trickle = trickle;
    made.ice.addresses = {"127.0.0.1"};
    return made;
  }

  EndpointEvents events() {
    EndpointEvents made;
    auto heard = heard_;
    made.answer = [heard](std::string sdp) { heard->answer = std::move(sdp); };
    made.failed = [heard](Error failure) { heard->failed = failure.code + ": " + failure.message; };
    made.local_candidate = [heard, this](std::string line, int mline) {
      heard->candidates.push_back(line);
      if (client_) client_->add_candidate(line, mline);
    };
    made.connected = [heard] { heard->connected = true; };
    made.closed = [heard](std::string reason) { heard->closed = std::move(reason); };
    made.key_frame_wanted = [heard] { heard->key_frames_wanted.fetch_add(1); };
    made.video_source = [heard](GstBin* pipeline, GstPad* source, gst::Codec codec) {
      heard->video_codec = codec;
      heard->video_sources.fetch_add(1);
      GstElement* sink = gst_element_factory_make("fakesink", nullptr);
      g_object_set(sink, "sync", FALSE, "async", FALSE, nullptr);
      gst_bin_add(pipeline, sink);
      gst_element_sync_state_with_parent(sink);
      const auto input = gst::adopt(gst_element_get_static_pad(sink, "sink"));
      gst_pad_add_probe(
          input.get(), GST_PAD_PROBE_TYPE_BUFFER,
          [](GstPad*, GstPadProbeInfo*, gpointer data) {
            static_cast<Heard*>(data)->video_buffers.fetch_add(1);
            return GST_PAD_PROBE_OK;
          },
          heard.get(), nullptr);
      gst_pad_link(source, input.get());
    };
    made.audio_packet = [heard](GstBuffer* packet, GstClockTime running_time, int lost, int) {
      const GstClockTime now = gst::now();
      if (gst_buffer_get_size(packet) == 0 || running_time > now + GST_SECOND ||
          running_time + GST_SECOND < now)
        heard->audio_time_sane = false;
      heard->audio_delay_sum += now > running_time ? now - running_time : 0;
      heard->audio_lost += lost;
      heard->audio_packets.fetch_add(1);
    };
    return made;
  }

  void create(EndpointSpec made) {
    auto result = Endpoint::create(loop_, *worker_, std::move(made), events());
    ASSERT_TRUE(result) << result.error().code << ": " << result.error().message;
    endpoint_ = std::move(*result);
  }

  /// Offer → answer, trickling both ways.
  void join(ClientSpec client, EndpointKind kind, std::vector<gst::Codec> receive_codecs = {}) {
    client_ = std::make_unique<TestClient>(loop_, client);
    auto made = spec(kind, client_->offer(false));
    made.receive_codecs = std::move(receive_codecs);
    create(std::move(made));
    if (HasFatalFailure()) return;
    ASSERT_TRUE(until([&] { return !heard_->answer.empty() || !heard_->failed.empty(); })) << "no answer";
    ASSERT_EQ(heard_->failed, "");
    client_->set_answer(heard_->answer);
    for (const auto& line : heard_->candidates) client_->add_candidate(line, 0);
    client_->on_candidate([this](const std::string& line, int mline) {
      if (endpoint_) {
        EXPECT_TRUE(endpoint_->add_candidate(line, mline));
      }
    });
  }

  bool until(const std::function<bool()>& done, milliseconds limit = milliseconds(10'000)) {
    const auto tick = loop_.every(milliseconds(5), [] {});  // conditions that no event announces
    return loop_.run_until(done, limit);
  }

  /// Sends frames over and over in real time until dropped.
  SourceGuard pump(gst::Codec codec) {
    auto frames = std::make_shared<std::vector<gst::EncodedFrame>>(encode_frames(codec, 30));
    auto next = std::make_shared<std::size_t>(0);
    return loop_.every(milliseconds(codec == gst::Codec::opus ? 20 : 33), [this, frames, next, codec] {
      if (!endpoint_) return;
      auto frame = (*frames)[(*next)++ % frames->size()];
      frame.running_time = gst::now();
      last_sent_ = frame.running_time;
      if (codec == gst::Codec::opus)
        endpoint_->send_audio(frame);
      else
        endpoint_->send_video(frame);
    });
  }

  void TearDown() override {
    client_.reset();
    endpoint_.reset();
    worker_.reset();
    while (g_main_context_iteration(loop_.context(), FALSE)) {
    }
  }

  Loop loop_;
  std::unique_ptr<Worker> worker_ = std::make_unique<Worker>("test-worker");
  std::shared_ptr<Heard> heard_ = std::make_shared<Heard>();
  std::unique_ptr<TestClient> client_;
  std::shared_ptr<Endpoint> endpoint_;
  GstClockTime last_sent_ = 0;
};

}  // namespace tessera::webrtc::test
