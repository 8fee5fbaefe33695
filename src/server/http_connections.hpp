#pragma once
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "config/server_config.hpp"
#include "server/accept_loop.hpp"
#include "server/client_address.hpp"
#include "server/connection_table.hpp"
#include "server/http_connection.hpp"
#include "server/occasional.hpp"

typedef struct _SoupServer SoupServer;

namespace tessera::server {

/// The listening sockets and the connections of their clients, which libsoup serves. libsoup's own listener
/// stops listening for good when accept(2) fails once, and has no limits (docs/decisions/0018). Owned by
/// HttpServer, on the control thread.
class HttpConnections {
 public:
  struct Limits {
    ConnectionTable::Limits table;
    std::chrono::milliseconds stall{30'000};
  };

  /// `certificate`: null without TLS. `server` outlives this.
  HttpConnections(Loop& loop, SoupServer* server, GioPtr<GTlsCertificate> certificate, Limits limits,
                  const TrustedProxies& proxies);
  ~HttpConnections();

  /// Error: "cannot-listen" (busy port, foreign address).
  Result<void> listen(const config::ListenConfig& where);
  [[nodiscard]] std::string url() const { return url_; }  ///< of the first address
  /// Stops listening and closes the connections that libsoup has not got yet.
  void stop();

  /// The head of a request of `client` has arrived. False: that client has too many connections.
  bool identify(HttpConnection& connection, const std::string& client);
  [[nodiscard]] std::size_t size() const { return open_.size(); }

 private:
  Result<int> listen_at(const std::string& address, int port);
  void on_accepted(int accepted, const sockaddr_storage& peer, socklen_t peer_size);
  void serve(HttpConnection& connection, GIOStream* stream);
  void close(ConnectionTable::Id id);
  bool free_descriptor();
  void sweep();

  Loop& loop_;
  SoupServer* server_;
  GioPtr<GTlsCertificate> certificate_;
  const Limits limits_;
  const TrustedProxies& proxies_;
  ConnectionTable table_;
  std::map<ConnectionTable::Id, std::shared_ptr<HttpConnection>> open_;
  std::vector<std::unique_ptr<AcceptLoop>> listeners_;
  std::string url_;
  Occasional complaint_{std::chrono::seconds(10)};
  SourceGuard sweep_;
};

}  // namespace tessera::server
