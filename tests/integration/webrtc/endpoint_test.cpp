// The endpoint against another webrtcbin, over loopback.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../../support/stalls.hpp"
#include "endpoint_fixture.hpp"

namespace tessera::webrtc::test {
namespace {

using gst::Codec;

class EndpointTest : public EndpointFixture {};

TEST_F(EndpointTest, ParticipantSendsAndReceives_Vp8) {
  join({.video = Codec::vp8}, EndpointKind::participant);
  EXPECT_EQ(endpoint_->send_video_codec(), Codec::vp8);
  EXPECT_TRUE(endpoint_->sends_audio() && endpoint_->receives_audio() && endpoint_->receives_video());
  const auto video = pump(Codec::vp8), audio = pump(Codec::opus);
  ASSERT_TRUE(until([&] { return heard_->connected; }))
      << client_->connection_state() << " " << heard_->closed;
  EXPECT_TRUE(until([&] { return heard_->video_buffers >= 20 && heard_->audio_packets >= 50; }))
      << heard_->video_buffers << " frames, " << heard_->audio_packets << " packets in";
  EXPECT_TRUE(until([&] { return client_->video_frames >= 40 && client_->audio_packets >= 50; }))
      << client_->video_frames << " frames, " << client_->audio_packets << " packets out";
  EXPECT_EQ(heard_->video_codec, Codec::vp8);
  EXPECT_EQ(heard_->video_sources, 1);
  EXPECT_TRUE(client_->first_frame_was_key);
  EXPECT_GE(heard_->key_frames_wanted, 1);
  EXPECT_TRUE(heard_->audio_time_sane);
  EXPECT_LT(heard_->audio_lost, 3);
  const auto stats = endpoint_->stats();
  EXPECT_GT(stats.packets_received, 50u);
  EXPECT_GT(stats.bytes_sent, 1000u);
  EXPECT_LT(stats.packets_lost, 5u);
  EXPECT_NE(stats.selected_pair, "");
  RecordProperty("pair", stats.selected_pair);
  const auto audio_delay = heard_->audio_delay_sum / static_cast<GstClockTime>(heard_->audio_packets) / 1000;
  std::printf("audio packet age %d us; pair %s; rtt %.1f ms; ice %s\n", static_cast<int>(audio_delay),
              stats.selected_pair.c_str(), stats.round_trip_ms, stats.ice_state.c_str());
}

TEST_F(EndpointTest, SendsAnotherCodecThanItReceives) {
  // The client offers both (webrtcbin cannot, so its offer is completed here); it is to send VP8 while the
  // room's H.264 goes out to it.
  client_ = std::make_unique<TestClient>(loop_, ClientSpec{.video = Codec::vp8});
  auto offer = client_->offer(true);
  const auto insert_after = [&](const std::string& mark, const std::string& text) {
    const auto at = offer.find(mark);
    ASSERT_NE(at, std::string::npos) << offer;
    offer.insert(at + mark.size(), text);
  };
  insert_after("UDP/TLS/RTP/SAVPF 96", " 102");
  insert_after("a=rtpmap:96 VP8/90000\r\n",
               "a=rtpmap:102 H264/90000\r\na=fmtp:102 packetization-mode=1;profile-level-id=42e01f\r\n");
  auto made = spec(EndpointKind::participant, offer, false);
  made.codecs = {Codec::h264};
  made.receive_codecs = {Codec::vp8};
  create(std::move(made));
  ASSERT_TRUE(until([&] { return !heard_->answer.empty(); })) << heard_->failed;
  client_->set_answer(heard_->answer);
  EXPECT_EQ(endpoint_->send_video_codec(), Codec::h264);
  const auto video = pump(Codec::h264);
  EXPECT_TRUE(until([&] { return heard_->video_buffers >= 10; })) << heard_->video_buffers << " frames in";
  EXPECT_TRUE(until([&] { return client_->video_frames >= 10; })) << client_->video_frames << " frames out";
  EXPECT_EQ(heard_->video_codec, Codec::vp8);
}

TEST_F(EndpointTest, ParticipantSendsAndReceives_H264) {
  join({.video = Codec::h264}, EndpointKind::participant);
  EXPECT_EQ(endpoint_->send_video_codec(), Codec::h264);
  const auto video = pump(Codec::h264), audio = pump(Codec::opus);
  ASSERT_TRUE(until([&] { return heard_->connected; }))
      << client_->connection_state() << " " << heard_->closed;
  EXPECT_TRUE(until([&] { return heard_->video_buffers >= 20; })) << heard_->video_buffers << " frames in";
  EXPECT_TRUE(until([&] { return client_->video_frames >= 40; })) << client_->video_frames << " frames out";
  EXPECT_TRUE(client_->first_frame_was_key);
  EXPECT_EQ(heard_->video_codec, Codec::h264);
}

TEST_F(EndpointTest, SendingAndReceivingAddNoWaiting) {
  // Frames are time-stamped by the tick that made them; nothing on the way may wait for the jitter buffer's
  // latency.
  join({.video = Codec::vp8}, EndpointKind::participant);
  const auto frames = encode_frames(Codec::vp8, 30);
  ASSERT_TRUE(until([&] { return heard_->connected; }));
  const tessera::test::Stalls stalls;
  GstClockTime best = GST_SECOND;
  for (const auto& encoded : frames) {
    auto frame = encoded;
    const int before = client_->video_frames;
    frame.running_time = gst::now();
    endpoint_->send_video(frame);
    until([&] { return client_->video_frames > before; }, milliseconds(300));
    if (client_->video_frames > before)
      best = std::min(best, client_->last_video_arrival - frame.running_time);
  }
  ASSERT_TRUE(until([&] { return heard_->audio_packets >= 50; }));
  EXPECT_LT(best, stalls.usual(milliseconds(15))) << "out";
  EXPECT_LT(heard_->audio_delay_sum / static_cast<GstClockTime>(heard_->audio_packets),
            stalls.usual(milliseconds(40)))
      << "in";
  std::printf("least delay out %d us\n", static_cast<int>(best / 1000));
}

TEST_F(EndpointTest, PublisherOnlySends) {
  join({.video = Codec::vp8, .sends = true, .receives = false}, EndpointKind::publisher);
  EXPECT_FALSE(endpoint_->send_video_codec().has_value());
  EXPECT_FALSE(endpoint_->sends_audio());
  EXPECT_NE(heard_->answer.find("a=recvonly"), std::string::npos);
  ASSERT_TRUE(until([&] { return heard_->connected; }))
      << client_->connection_state() << " " << heard_->closed;
  EXPECT_TRUE(until([&] { return heard_->video_buffers >= 20 && heard_->audio_packets >= 20; }))
      << heard_->video_buffers << " " << heard_->audio_packets;
}

TEST_F(EndpointTest, ViewerOnlyReceives_AndItsReportsCountAsLife) {
  client_ =
      std::make_unique<TestClient>(loop_, ClientSpec{.video = Codec::vp8, .sends = false, .receives = true});
  auto made = spec(EndpointKind::viewer, client_->offer(true), false);
  made.silence_limit = milliseconds(7000);
  create(std::move(made));
  ASSERT_TRUE(until([&] { return !heard_->answer.empty(); })) << heard_->failed;
  client_->set_answer(heard_->answer);
  EXPECT_FALSE(endpoint_->receives_video());
  const auto video = pump(Codec::vp8), audio = pump(Codec::opus);
  ASSERT_TRUE(until([&] { return heard_->connected; }))
      << client_->connection_state() << " " << heard_->closed;
  EXPECT_TRUE(until([&] { return client_->video_frames >= 400; }, milliseconds(20'000)))
      << client_->video_frames;
  EXPECT_EQ(heard_->closed, "");
}

TEST_F(EndpointTest, AnswerWithoutTrickleHoldsTheCandidates) {
  client_ = std::make_unique<TestClient>(loop_, ClientSpec{});
  create(spec(EndpointKind::participant, client_->offer(true), false));
  ASSERT_TRUE(until([&] { return !heard_->answer.empty(); })) << heard_->failed;
  EXPECT_NE(heard_->answer.find("a=candidate:"), std::string::npos) << heard_->answer;
  EXPECT_NE(heard_->answer.find("127.0.0.1"), std::string::npos);
  EXPECT_NE(heard_->answer.find("a=end-of-candidates"), std::string::npos);
  EXPECT_TRUE(heard_->candidates.empty());
  client_->set_answer(heard_->answer);
  EXPECT_TRUE(until([&] { return heard_->connected; })) << heard_->closed;
}

TEST_F(EndpointTest, AnswerHoldsTheCandidatesWhenTheLoopIsLate) {
  // Everything that webrtcbin says then waits in one queue, the state "complete" visible before the
  // candidates.
  client_ = std::make_unique<TestClient>(loop_, ClientSpec{});
  const auto offer = client_->offer(true);
  for (int i = 0; i < 20; ++i) {
    heard_ = std::make_shared<Heard>();
    create(spec(EndpointKind::participant, offer, false));
    while (heard_->answer.empty() && heard_->failed.empty()) {
      g_usleep(3000);
      g_main_context_iteration(loop_.context(), FALSE);
    }
    ASSERT_NE(heard_->answer.find("a=candidate:"), std::string::npos) << "round " << i << heard_->failed;
  }
}

TEST_F(EndpointTest, PictureLossReportAsksForAKeyFrame) {
  join({.video = Codec::vp8}, EndpointKind::participant);
  const auto video = pump(Codec::vp8);
  ASSERT_TRUE(until([&] { return client_->video_frames >= 10; }));
  const int before = heard_->key_frames_wanted;
  client_->request_key_frame();
  EXPECT_TRUE(until([&] { return heard_->key_frames_wanted > before; }));
}

TEST_F(EndpointTest, FullIntraRequestAsksForAKeyFrame) {
  join({.video = Codec::vp8}, EndpointKind::participant);
  const auto video = pump(Codec::vp8);
  ASSERT_TRUE(until([&] { return client_->video_frames >= 10; }));
  const int before = heard_->key_frames_wanted;
  client_->request_key_frame(true);
  EXPECT_TRUE(until([&] { return heard_->key_frames_wanted > before; }));
}

TEST_F(EndpointTest, RequestedKeyFrameReachesThePeer) {
  join({.video = Codec::vp8}, EndpointKind::participant);
  ASSERT_TRUE(until([&] { return heard_->video_buffers >= 10; }));
  const int before = client_->key_frame_requests;
  endpoint_->request_key_frame();
  EXPECT_TRUE(until([&] { return client_->key_frame_requests > before; }));
}

TEST_F(EndpointTest, DeltaFramesAreWithheldUntilAKeyFrame) {
  join({.video = Codec::vp8}, EndpointKind::participant);
  ASSERT_TRUE(until([&] { return heard_->connected; }));
  auto frames = encode_frames(Codec::vp8, 10);
  for (std::size_t i = 5; i < 10; ++i) {
    frames[i].running_time = gst::now();
    endpoint_->send_video(frames[i]);
  }
  EXPECT_EQ(endpoint_->stats().frames_dropped, 5u);
  EXPECT_EQ(endpoint_->stats().frames_sent, 0u);
  frames[0].running_time = gst::now();
  endpoint_->send_video(frames[0]);
  EXPECT_EQ(endpoint_->stats().frames_sent, 1u);
  EXPECT_TRUE(until([&] { return client_->video_frames >= 1; }));
}

TEST_F(EndpointTest, AViewerThatSendsAllTheSame_IsServed) {
  join({.video = Codec::vp8, .sends = true}, EndpointKind::viewer);
  if (HasFatalFailure()) return;
  const auto video = pump(Codec::vp8);
  ASSERT_TRUE(until([&] { return client_->video_frames > 30; })) << heard_->closed;
  client_->request_key_frame();
  const int before = heard_->key_frames_wanted;
  EXPECT_TRUE(until([&] {
    client_->request_key_frame();
    return heard_->key_frames_wanted > before;
  })) << "its RTCP still arrives";
  EXPECT_EQ(heard_->closed, "");
}

TEST_F(EndpointTest, CorruptedFingerprint_NoMediaEitherWay) {
  client_ = std::make_unique<TestClient>(loop_, ClientSpec{});
  auto offer = client_->offer(true);
  auto at = offer.find("a=fingerprint:sha-256 ");
  ASSERT_NE(at, std::string::npos);
  for (; at != std::string::npos; at = offer.find("a=fingerprint:sha-256 ", at + 1)) {
    char& digit = offer[at + 22];
    digit = digit == '0' ? '1' : '0';
  }
  create(spec(EndpointKind::participant, offer, false));
  ASSERT_TRUE(until([&] { return !heard_->answer.empty(); })) << heard_->failed;
  client_->set_answer(heard_->answer);
  const auto video = pump(Codec::vp8), audio = pump(Codec::opus);
  EXPECT_TRUE(until([&] { return !heard_->closed.empty(); }));
  EXPECT_EQ(heard_->closed, "bad-fingerprint");
  // The client believes it is connected; give its media a while to try.
  until([&] { return heard_->audio_packets > 0 || heard_->video_buffers > 0 || client_->audio_packets > 0; },
        milliseconds(1000));
  EXPECT_FALSE(heard_->connected);
  EXPECT_EQ(heard_->audio_packets + heard_->video_buffers, 0);
  EXPECT_EQ(client_->audio_packets + client_->video_frames, 0);
  EXPECT_EQ(endpoint_->stats().packets_received, 0u);
}

TEST_F(EndpointTest, SilentPeerIsClosed) {
  client_ = std::make_unique<TestClient>(loop_, ClientSpec{});
  auto made = spec(EndpointKind::participant, client_->offer(true), false);
  made.silence_limit = milliseconds(500);
  create(std::move(made));
  ASSERT_TRUE(until([&] { return !heard_->answer.empty(); }));
  client_->set_answer(heard_->answer);
  ASSERT_TRUE(until([&] { return heard_->connected; })) << heard_->closed;
  client_->fall_silent();
  client_.reset();
  EXPECT_TRUE(until([&] { return !heard_->closed.empty(); }, milliseconds(3000)));
  EXPECT_EQ(heard_->closed, "silence");
}

// Nothing of RTP, but datagrams: as a browser whose page sleeps, or a viewer that sends no reports.
TEST_F(EndpointTest, APeerOfWhichOnlyIceIsHeard_Lives) {
  client_ = std::make_unique<TestClient>(loop_, ClientSpec{});
  auto made = spec(EndpointKind::participant, client_->offer(true), false);
  made.silence_limit = milliseconds(1500);
  create(std::move(made));
  ASSERT_TRUE(until([&] { return !heard_->answer.empty(); }));
  client_->set_answer(heard_->answer);
  ASSERT_TRUE(until([&] { return heard_->connected; })) << heard_->closed;
  const auto at = heard_->answer.find(" 127.0.0.1 ");
  ASSERT_NE(at, std::string::npos);
  const int port = std::stoi(heard_->answer.substr(at + 11));
  client_->fall_silent();
  auto life = std::make_unique<SourceGuard>(loop_.every(milliseconds(100), [port] {
    const int out = socket(AF_INET, SOCK_DGRAM, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<std::uint16_t>(port));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    sendto(out, "x", 1, 0, reinterpret_cast<sockaddr*>(&to), sizeof to);
    close(out);
  }));
  EXPECT_FALSE(until([&] { return !heard_->closed.empty(); }, milliseconds(4500))) << heard_->closed;
  EXPECT_LT(endpoint_->silence(), milliseconds(1500));
  life.reset();
  EXPECT_TRUE(until([&] { return !heard_->closed.empty(); }));
  EXPECT_EQ(heard_->closed, "silence");
}

TEST_F(EndpointTest, APeerThatSaysGoodbye_IsGoneAtOnce) {
  client_ = std::make_unique<TestClient>(loop_, ClientSpec{.channels = {"any"}});
  auto made = spec(EndpointKind::participant, client_->offer(true), false);
  made.silence_limit = std::chrono::minutes(1);
  create(std::move(made));
  ASSERT_TRUE(until([&] { return !heard_->answer.empty(); }));
  client_->set_answer(heard_->answer);
  ASSERT_TRUE(until([&] { return heard_->connected && client_->channels_open(); })) << heard_->closed;
  client_->say_goodbye();
  EXPECT_TRUE(until([&] { return !heard_->closed.empty(); }));
  EXPECT_EQ(heard_->closed, "peer-closed");
}

TEST_F(EndpointTest, PeerThatNeverComesIsClosed) {
  client_ = std::make_unique<TestClient>(loop_, ClientSpec{});
  auto made = spec(EndpointKind::participant, client_->offer(true), false);
  made.silence_limit = milliseconds(300);
  create(std::move(made));
  client_.reset();
  EXPECT_TRUE(until([&] { return !heard_->closed.empty(); }, milliseconds(3000)));
  EXPECT_EQ(heard_->closed, "ice-failed");
}

TEST_F(EndpointTest, CandidatesAreCheckedAndCounted) {
  client_ = std::make_unique<TestClient>(loop_, ClientSpec{});
  create(spec(EndpointKind::participant, client_->offer(false)));
  const std::string good = "candidate:1 1 UDP 2015363327 127.0.0.1 9 typ host";
  EXPECT_TRUE(endpoint_->add_candidate("", 0));
  EXPECT_TRUE(endpoint_->add_candidate(good, 1));
  EXPECT_TRUE(endpoint_->add_candidate("candidate:1 1 udp 1 f00.local 9 typ host", 0));
  EXPECT_EQ(endpoint_->add_candidate("candidate:nonsense", 0).error().code, "bad-request");
  EXPECT_EQ(endpoint_->add_candidate(good, 7).error().code, "bad-request");
  EXPECT_EQ(endpoint_->add_candidate(good, -1).error().code, "bad-request");
  std::string last;
  for (int i = 0; i < 120 && last.empty(); ++i)
    if (const auto added = endpoint_->add_candidate(good, 0); !added) last = added.error().code;
  EXPECT_EQ(last, "too-large");
}

}  // namespace
}  // namespace tessera::webrtc::test
