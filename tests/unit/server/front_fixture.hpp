#pragma once
// A whole front with fake rooms and finishers on a free port, and a client on the same loop.

#include <gtest/gtest.h>
#include <libsoup/soup.h>

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/loop.hpp"
#include "fake_room.hpp"
#include "server/front.hpp"

namespace tessera::server::test {

struct Answer {
  int status = 0;
  std::map<std::string, std::string> headers;  ///< lower case; repeated ones joined
  std::string body;
  [[nodiscard]] Json json() const {
    auto parsed = Json::parse(body);
    return parsed ? *parsed : Json();
  }
  [[nodiscard]] std::string code() const { return json()["code"].as_string(); }
};

class FrontTest : public testing::Test {
 protected:
  using Headers = std::map<std::string, std::string>;

  void start(config::ServerConfig config = {}, const std::string& room_mode = "normal",
             const std::string& finisher = "ready");
  void TearDown() override;

  Answer call(const std::string& method, const std::string& path, const std::string& body = "",
              const Headers& headers = {});
  bool wait(const std::function<bool()>& done) { return loop_.run_until(done, std::chrono::seconds(10)); }

  /// One WebSocket client.
  class Socket {
   public:
    Socket(FrontTest& test, SoupWebsocketConnection* connection);
    ~Socket();
    void send(const std::string& text) { soup_websocket_connection_send_text(connection_, text.c_str()); }
    /// Sends and waits for the message with the same id.
    Json request(const std::string& type, Json fields = Json::object());
    /// The first message of that type, past or future; null when none came in time.
    Json event(const std::string& type);
    void close(gushort code = 1000) { soup_websocket_connection_close(connection_, code, nullptr); }
    bool wait_closed();
    [[nodiscard]] int close_code() const { return soup_websocket_connection_get_close_code(connection_); }
    std::vector<Json> heard;

   private:
    FrontTest& test_;
    SoupWebsocketConnection* connection_;
    bool closed_ = false;
    int next_id_ = 1;
  };
  /// Null when the handshake is refused.
  std::unique_ptr<Socket> connect(const std::string& origin = "");

  static constexpr const char* offer =
      "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n"
      "a=mid:0\r\na=ice-ufrag:abcd\r\na=ice-pwd:aaaabbbbccccddddeeeeffff\r\na=setup:actpass\r\na=rtcp-mux\r\n"
      "a=fingerprint:sha-256 "
      "00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:"
      "DD:EE:FF\r\na=rtpmap:111 opus/48000/2\r\n";
  Answer whip(const std::string& path, const std::string& body = offer, const Headers& more = {});

  Loop loop_;
  WsSession::Limits limits_;        ///< those of the next start()
  std::vector<std::string> audit_;  ///< lines of the audit log
  std::string folder_;
  std::unique_ptr<Front> front_;
  SoupSession* session_ = nullptr;
};

}  // namespace tessera::server::test
