#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "base/loop.hpp"
#include "base/result.hpp"
#include "config/server_config.hpp"
#include "server/client_address.hpp"
#include "server/http.hpp"
#include "server/http_connections.hpp"

typedef struct _SoupServer SoupServer;
typedef struct _SoupServerMessage SoupServerMessage;
typedef struct _SoupWebsocketConnection SoupWebsocketConnection;

namespace tessera::server {

/// The socket side of HTTP: libsoup in, HttpRequest and HttpResponse out. Decides nothing about paths.
/// Owned by the front, on the control thread.
class HttpServer {
 public:
  struct Limits {
    std::size_t max_body = 256 * 1024;
    std::size_t max_drained =
        64 * 1024 * 1024;  ///< of a body too large: read and dropped so that the 413 arrives
    std::chrono::milliseconds read_time{30'000};  ///< for a request to arrive whole
    std::size_t connections = 1024;               ///< at once
  };
  struct Handlers {
    /// Every request but a WebSocket upgrade that `accept_socket` lets through.
    std::function<void(std::shared_ptr<const HttpRequest>, Respond)> on_request;
    /// Whether a WebSocket may be opened here: a response refuses it.
    std::function<std::optional<HttpResponse>(const HttpRequest&)> refuse_socket;
    /// An open WebSocket, the request that opened it and the connection below; the callee takes a reference
    /// if it keeps the WebSocket.
    std::function<void(SoupWebsocketConnection*, const HttpRequest&, std::weak_ptr<HttpConnection>)>
        on_socket;
    /// After each request, for the counters.
    std::function<void(const std::string& method, int status)> on_finished;
  };

  /// Listens. Errors: "cannot-listen" (busy port, foreign address), "bad-config" (certificate).
  static Result<std::unique_ptr<HttpServer>> create(Loop& loop, const config::ListenConfig& listen,
                                                    const config::TlsConfig& tls,
                                                    const config::HttpConfig& http, Limits limits,
                                                    Handlers handlers);
  ~HttpServer();

  [[nodiscard]] std::string url() const { return connections_->url(); }  ///< "http://127.0.0.1:8080"
  /// Stops listening and closes what is open.
  void stop();

 private:
  struct Exchange;
  HttpServer(const config::HttpConfig& http, Limits limits, Handlers handlers)
      : limits_(limits), handlers_(std::move(handlers)), proxies_(http.trusted_proxies) {}
  void on_started(SoupServerMessage* message);
  void on_request(SoupServerMessage* message);
  void upgrade(SoupServerMessage* message);
  void on_upgraded(SoupServerMessage* message);

  Limits limits_;
  Handlers handlers_;
  TrustedProxies proxies_;
  SoupServer* server_ = nullptr;
  std::unique_ptr<HttpConnections> connections_;
};

}  // namespace tessera::server
