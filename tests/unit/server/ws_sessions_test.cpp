// WebSockets as connections: how much one may ask, how much waits for it, and when it ends.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "front_fixture.hpp"

namespace tessera::server::test {
namespace {

const Json hall = Json::object({{"room", "hall"}, {"name", "Ann"}});

// A client that sends frames and never reads.
class DeafClient {
 public:
  explicit DeafClient(const std::string& url) : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const int small = 4096;
    setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1))));
    inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
    EXPECT_EQ(::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    write(
        "GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n");
  }
  ~DeafClient() { close(fd_); }
  DeafClient(const DeafClient&) = delete;
  DeafClient& operator=(const DeafClient&) = delete;

  void send(const std::string& text) {
    EXPECT_LT(text.size(), 126u);
    const char header[] = {'\x81', static_cast<char>(0x80 | text.size()), 0, 0, 0, 0};  // a mask of zeros
    write(std::string(header, sizeof header) + text);
  }

 private:
  void write(const std::string& bytes) {
    EXPECT_EQ(::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL), static_cast<ssize_t>(bytes.size()));
  }
  int fd_;
};

class WsSessionsTest : public FrontTest {
 protected:
  std::size_t in_the_hall() {
    return call("GET", "/api/v1/rooms/hall").json()["participants"].items().size();
  }
  bool websockets(int open) {
    const std::string line = "tessera_websockets " + std::to_string(open) + "\n";
    return wait([&] { return call("GET", "/metrics").body.find(line) != std::string::npos; });
  }
};

TEST_F(WsSessionsTest, AClientThatDoesNotReadIsCutOff) {
  limits_.max_outstanding = 100'000;
  limits_.chats.burst = 1000;
  limits_.look_period = std::chrono::milliseconds(50);
  start();
  const auto ann = connect();
  ann->request("join", hall);
  DeafClient deaf(front_->url());
  deaf.send(Json::object({{"type", "join"}, {"room", "hall"}}).dump());
  ASSERT_TRUE(wait([&] { return in_the_hall() == 2; }));
  ASSERT_TRUE(websockets(2));
  const Json chat = Json::object({{"text", std::string(2000, 'x')}});
  for (int i = 0; i < 120; ++i) EXPECT_EQ(ann->request("chat", chat)["type"].as_string(), "reply") << i;
  EXPECT_TRUE(websockets(1));
  EXPECT_EQ(ann->request("chat", chat)["type"].as_string(), "reply") << "who reads stays";
  EXPECT_FALSE(ann->event("detached")["participant"].as_string().empty());
}

TEST_F(WsSessionsTest, ManyBytesToAClientThatReadsAreNoFault) {
  limits_.max_outstanding = 10'000;
  limits_.chats.burst = 1000;
  limits_.look_period = std::chrono::milliseconds(1);  // many looks on the way
  start();
  const auto ann = connect();
  ann->request("join", hall);
  const Json chat = Json::object({{"text", std::string(2000, 'x')}});
  for (int i = 0; i < 80; ++i) ASSERT_EQ(ann->request("chat", chat)["type"].as_string(), "reply") << i;
}

TEST_F(WsSessionsTest, OffersAndStatesHaveLimitsOfTheirOwn) {
  limits_.offers.per_second = limits_.states.per_second = limits_.chats.per_second =
      0;  // bursts only: no clock
  start();
  const auto ann = connect(), bob = connect();
  ann->request("join", hall);
  bob->request("join", hall);
  const Json offered = Json::object({{"endpoint", "main"}, {"sdp", "v=0"}});
  const Json state = Json::object({{"hand", true}});
  for (int i = 0; i < 5; ++i) EXPECT_EQ(ann->request("offer", offered)["type"].as_string(), "reply") << i;
  for (int i = 0; i < 20; ++i) EXPECT_EQ(ann->request("state", state)["type"].as_string(), "reply") << i;
  const Json chat = Json::object({{"text", "hi"}});
  for (int i = 0; i < 5; ++i) EXPECT_EQ(ann->request("chat", chat)["type"].as_string(), "reply") << i;
  for (const Json& refused :
       {ann->request("offer", offered), ann->request("state", state), ann->request("chat", chat)}) {
    EXPECT_EQ(refused["status"].as_int(), 429);
    EXPECT_EQ(refused["code"].as_string(), "rate-limited");
  }
  EXPECT_EQ(ann->request("close", Json::object({{"endpoint", "main"}}))["type"].as_string(), "reply")
      << "still here";
  EXPECT_EQ(bob->request("offer", offered)["type"].as_string(), "reply") << "each has their own";
}

// Taking a closed socket off the list is posted; the list may be gone by then. Any of these turns of the loop
// may be the one between.
TEST_F(WsSessionsTest, TheFrontMayGoAtAnyMomentOfASocketsEnd) {
  for (int turns = 0; turns < 40; ++turns) {
    start();
    auto ann = connect();
    ann->request("join", hall);
    ann->close();
    for (int i = 0; i < turns; ++i) g_main_context_iteration(loop_.context(), FALSE);
    front_.reset();
    ann.reset();
    g_clear_object(&session_);
    loop_.run_until([] { return false; }, std::chrono::milliseconds(1));
  }
}

}  // namespace
}  // namespace tessera::server::test
