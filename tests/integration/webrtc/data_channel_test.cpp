// Data channels: accepted, bounded, behind the fingerprint gate, and the way of events to those without a
// WebSocket.
#include <set>

#include "endpoint_fixture.hpp"
#include "webrtc/data_channels.hpp"

namespace tessera::webrtc::test {
namespace {

class DataChannelTest : public EndpointFixture {
 protected:
  void join_with(std::vector<std::string> channels, EndpointKind kind = EndpointKind::participant) {
    join({.video = gst::Codec::vp8, .sends = kind != EndpointKind::viewer, .channels = std::move(channels)},
         kind);
    if (HasFatalFailure()) return;
    ASSERT_TRUE(until([&] { return heard_->connected; })) << client_->connection_state() << heard_->closed;
  }
};

TEST_F(DataChannelTest, AnyIsAccepted_AndMediaFlowsBesideIt) {
  join_with({"simple-peer"});
  const auto video = pump(gst::Codec::vp8);
  EXPECT_TRUE(until([&] { return client_->channels_open(); }));
  EXPECT_TRUE(until([&] { return heard_->audio_packets > 20 && heard_->video_buffers > 10; }));
  EXPECT_TRUE(until([&] { return client_->video_frames > 10; }));
  EXPECT_FALSE(endpoint_->takes_events()) << "it has another label";
  EXPECT_TRUE(client_->send_data(1000));
  EXPECT_EQ(heard_->closed, "");
}

TEST_F(DataChannelTest, TheOneForEventsCarriesThem) {
  join_with({"other", "tessera"}, EndpointKind::viewer);
  ASSERT_TRUE(until([&] { return client_->channels_open() && endpoint_->takes_events(); }));
  ASSERT_TRUE(until([&] {
    endpoint_->send_event(R"({"type":"speakers"})");
    return !client_->texts().empty();
  }));
  EXPECT_EQ(client_->texts().front(), R"(tessera: {"type":"speakers"})");
  endpoint_->send_event(std::string(70'000, 'x'));
  endpoint_->send_event("last");
  ASSERT_TRUE(until([&] { return client_->texts().back() == "tessera: last"; }))
      << "what is too long is left out";
}

TEST_F(DataChannelTest, WhoFloodsIsClosed) {
  join_with({"flood"});
  ASSERT_TRUE(until([&] { return client_->channels_open(); }));
  ASSERT_TRUE(until([&] {
    client_->send_data(16'000);
    return heard_->closed != "";
  }));
  EXPECT_EQ(heard_->closed, "too-much-data");
}

TEST_F(DataChannelTest, TooManyAreTooMany) {
  join_with(std::vector<std::string>(most_data_channels + 1, "many"));
  ASSERT_TRUE(until([&] { return heard_->closed != ""; }));
  EXPECT_EQ(heard_->closed, "too-much-data");
}

// The gate probes what RTP and RTCP arrive by; this is another way in.
TEST_F(DataChannelTest, NothingPassesForWhoeverIsNotWhoTheOfferSays) {
  client_ = std::make_unique<TestClient>(loop_, ClientSpec{.sends = false, .channels = {"tessera"}});
  std::string offer = client_->offer(true);
  const auto at = offer.find("a=fingerprint:sha-256 ");
  ASSERT_NE(at, std::string::npos);
  for (auto from = at; from != std::string::npos; from = offer.find("a=fingerprint:sha-256 ", from + 1))
    offer.replace(from + 22, 5, "00:00");
  create(spec(EndpointKind::viewer, offer, false));
  ASSERT_TRUE(until([&] { return !heard_->answer.empty(); }));
  client_->set_answer(heard_->answer);
  ASSERT_TRUE(until([&] { return heard_->closed != ""; }));
  EXPECT_EQ(heard_->closed, "bad-fingerprint");
  EXPECT_FALSE(endpoint_->takes_events());
  EXPECT_FALSE(client_->channels_open());
  EXPECT_FALSE(heard_->connected);
}

TEST_F(DataChannelTest, ManyComeAndGo) {
  for (int i = 0; i < 15; ++i) {
    heard_ = std::make_shared<Heard>();
    join_with({"tessera"}, EndpointKind::viewer);
    if (HasFatalFailure()) return;
    ASSERT_TRUE(until([&] { return client_->channels_open(); })) << i;
    endpoint_.reset();
    client_.reset();
  }
}

TEST(AssociationId, IsNobodyElsesWhileItLives) {
  std::vector<AssociationId> ids(300);
  std::set<std::uint32_t> values;
  for (const auto& id : ids) values.insert(id.value());
  EXPECT_EQ(values.size(), 300u);
  EXPECT_FALSE(values.contains(0));
  const auto moved = std::move(ids.front());
  EXPECT_TRUE(values.contains(moved.value()));
  ids.clear();
  for (int i = 0; i < 70'000; ++i) {
    const AssociationId next;
    ASSERT_NE(next.value(), 0u) << "they are given back";
    ASSERT_NE(next.value(), moved.value());
  }
}

}  // namespace
}  // namespace tessera::webrtc::test
