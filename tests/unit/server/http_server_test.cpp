// The socket side of HTTP, with a client on the same loop.
#include "server/http_server.hpp"

#include <gtest/gtest.h>
#include <libsoup/soup.h>

#include "base/loop.hpp"

namespace tessera::server {
namespace {

class HttpServerTest : public testing::Test {
 protected:
  void start(config::HttpConfig http = {}) {
    auto made = HttpServer::create(loop_, {"127.0.0.1", 0}, {}, http, {},
                                   {[this](const auto& request, const Respond& respond) {
                                      seen_ = request;
                                      respond(empty_response(204));
                                    },
                                    [](const HttpRequest&) { return std::nullopt; },
                                    [this](SoupWebsocketConnection*, const HttpRequest& request,
                                           const auto&) { opened_ = std::make_shared<HttpRequest>(request); },
                                    {}});
    ASSERT_TRUE(made) << made.error().message;
    server_ = std::move(*made);
  }
  void TearDown() override { g_clear_object(&session_); }

  SoupMessage* message(const std::string& scheme, const char* path,
                       const std::map<std::string, std::string>& headers) {
    SoupMessage* made = soup_message_new("GET", (scheme + server_->url().substr(4) + path).c_str());
    for (const auto& [name, value] : headers)
      soup_message_headers_append(soup_message_get_request_headers(made), name.c_str(), value.c_str());
    return made;
  }
  void get(const std::map<std::string, std::string>& headers) {
    SoupMessage* request = message("http", "/", headers);
    soup_session_send_and_read_async(session_, request, G_PRIORITY_DEFAULT, nullptr, nullptr, nullptr);
    EXPECT_TRUE(loop_.run_until([&] { return seen_ != nullptr; }, std::chrono::seconds(10)));
    g_object_unref(request);
  }
  void open_socket(const std::map<std::string, std::string>& headers) {
    SoupMessage* request = message("ws", "/ws", headers);
    soup_session_websocket_connect_async(session_, request, nullptr, nullptr, G_PRIORITY_DEFAULT, nullptr,
                                         nullptr, nullptr);
    EXPECT_TRUE(loop_.run_until([&] { return opened_ != nullptr; }, std::chrono::seconds(10)));
    g_object_unref(request);
  }

  Loop loop_;
  std::unique_ptr<HttpServer> server_;
  SoupSession* session_ = soup_session_new();
  std::shared_ptr<const HttpRequest> seen_, opened_;
};

TEST_F(HttpServerTest, TheClientIsThePeer) {
  config::HttpConfig http;
  http.trusted_proxies = {};
  start(http);
  get({{"X-Forwarded-For", "198.51.100.1"}});
  EXPECT_EQ(seen_->client, "127.0.0.1");
}

TEST_F(HttpServerTest, TheClientIsWhomATrustedProxyNames) {
  start();
  get({{"X-Forwarded-For", "6.6.6.6, 198.51.100.1"}});
  EXPECT_EQ(seen_->client, "198.51.100.1");
}

TEST_F(HttpServerTest, AWebSocketsClientIsKnownToo) {
  start();
  open_socket({{"X-Forwarded-For", "198.51.100.1"}, {"Authorization", "Bearer abc"}});
  EXPECT_EQ(opened_->client, "198.51.100.1");
  EXPECT_EQ(opened_->header("authorization"), "Bearer abc");
}

}  // namespace
}  // namespace tessera::server
