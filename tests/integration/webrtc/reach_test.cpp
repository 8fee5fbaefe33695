// Which of a peer's addresses the ICE agent is told of, and the certificate that the endpoint shows.

#include "endpoint_fixture.hpp"
#include "webrtc/dtls_certificate.hpp"
#include "webrtc/fingerprint.hpp"

namespace tessera::webrtc::test {
namespace {

/// What every webrtcbin is given to try: candidates by themselves and those in remote descriptions.
class Told {
 public:
  Told() {
    const auto webrtcbin = gst::make("webrtcbin");
    const GType type = G_OBJECT_TYPE(webrtcbin->get());
    hook(g_signal_lookup("add-ice-candidate", type), &on_candidate);
    hook(g_signal_lookup("set-remote-description", type), &on_description);
  }
  ~Told() {
    for (const auto& [signal, id] : hooks_) g_signal_remove_emission_hook(signal, id);
  }
  Told(const Told&) = delete;
  Told& operator=(const Told&) = delete;

  std::vector<std::string> lines() {
    const std::lock_guard lock(mutex_);
    return lines_;
  }
  /// Whether a candidate at `address` is among them.
  bool has(const std::string& address) {
    for (const auto& line : lines())
      if (line.find(" " + address + " ") != std::string::npos) return true;
    return false;
  }

 private:
  void hook(guint signal, GSignalEmissionHook callback) {
    hooks_.emplace_back(signal, g_signal_add_emission_hook(signal, 0, callback, this, nullptr));
  }
  void note(std::string line) {
    const std::lock_guard lock(mutex_);
    lines_.push_back(std::move(line));
  }
  // The object comes first, then the parameters of the signal.
  static gboolean on_candidate(GSignalInvocationHint*, guint, const GValue* values, gpointer self) {
    static_cast<Told*>(self)->note(g_value_get_string(values + 2));
    return TRUE;
  }
  static gboolean on_description(GSignalInvocationHint*, guint, const GValue* values, gpointer self) {
    const auto* description = static_cast<GstWebRTCSessionDescription*>(g_value_get_boxed(values + 1));
    const auto text = gst::adopt(gst_sdp_message_as_text(description->sdp));
    std::string_view rest(text.get());
    while (!rest.empty()) {
      const auto end = rest.find('\n');
      if (const auto line = rest.substr(0, end); line.starts_with("a=candidate:"))
        static_cast<Told*>(self)->note(std::string(line));
      rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    }
    return TRUE;
  }

  std::mutex mutex_;
  std::vector<std::string> lines_;
  std::vector<std::pair<guint, gulong>> hooks_;
};

constexpr const char* loopback = "candidate:1 1 UDP 2130706431 127.0.0.1 9 typ host";
constexpr const char* metadata = "candidate:2 1 UDP 2130706431 169.254.169.254 9 typ host";
constexpr const char* documentation = "candidate:3 1 UDP 2130706431 192.0.2.77 9 typ host";

class ReachTest : public EndpointFixture {
 protected:
  /// An endpoint that answers an offer full of loopback candidates, and is then told of three more.
  void answer(IceSettings ice) {
    client_ = std::make_unique<TestClient>(loop_, ClientSpec{});
    auto offer = client_->offer(true);
    ASSERT_NE(offer.find(" 127.0.0.1 "), std::string::npos) << offer;
    auto made = spec(EndpointKind::participant, std::move(offer));
    made.ice = std::move(ice);
    create(std::move(made));
    ASSERT_TRUE(until([&] { return !heard_->answer.empty(); })) << heard_->failed;
    in_offer_ = told_.has("127.0.0.1");
    for (const char* line : {loopback, metadata, documentation})
      EXPECT_TRUE(endpoint_->add_candidate(line, 0).ok()) << "a client is not told what is tried";
  }
  Told told_;
  bool in_offer_ = false;
};

TEST_F(ReachTest, NearAddressesAreNotTried) {
  answer({});
  if (HasFatalFailure()) return;
  EXPECT_FALSE(in_offer_);
  EXPECT_FALSE(told_.has("127.0.0.1"));
  EXPECT_FALSE(told_.has("169.254.169.254"));
  EXPECT_TRUE(told_.has("192.0.2.77"));
}

TEST_F(ReachTest, NearAddressesAreTriedWhereThatIsConfigured) {
  answer({.loopback = true, .link_local = true});
  if (HasFatalFailure()) return;
  EXPECT_TRUE(in_offer_);
  EXPECT_TRUE(told_.has("169.254.169.254"));
  EXPECT_TRUE(told_.has("192.0.2.77"));
}

TEST_F(ReachTest, AnAddressOfTheKindAmongOursIsEnough) {
  answer({.addresses = {"127.0.0.1"}});
  if (HasFatalFailure()) return;
  EXPECT_TRUE(in_offer_);
  EXPECT_FALSE(told_.has("169.254.169.254"));
}

TEST_F(ReachTest, AnswerAndHandshakeShowThisProcesssOwnCertificate) {
  join({.video = gst::Codec::vp8}, EndpointKind::participant);
  if (HasFatalFailure()) return;
  const auto video = pump(gst::Codec::vp8);
  ASSERT_TRUE(until([&] { return heard_->connected; })) << client_->connection_state() << heard_->closed;
  const auto own = hash_of_certificate(*own_dtls_certificate(), HashFunction::sha256);
  ASSERT_TRUE(own);
  EXPECT_NE(heard_->answer.find("a=fingerprint:sha-256 " + own->value), std::string::npos) << heard_->answer;
  EXPECT_EQ(hash_of_certificate(client_->remote_certificate(), HashFunction::sha256), own);
}

}  // namespace
}  // namespace tessera::webrtc::test
