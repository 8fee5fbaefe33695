#pragma once
#include <map>
#include <memory>
#include <string>

#include "server/front_deps.hpp"
#include "server/http_connection.hpp"
#include "server/ws_session.hpp"

typedef struct _SoupWebsocketConnection SoupWebsocketConnection;

namespace tessera::server {

/// The open WebSockets. Owned by the front, on the control thread.
class WsSessions {
 public:
  WsSessions(const FrontDeps& deps, WsSession::Limits limits);
  ~WsSessions();

  /// `request`: the one that opened it. `line`: the connection below.
  void accept(SoupWebsocketConnection* connection, const HttpRequest& request,
              std::weak_ptr<HttpConnection> line);
  [[nodiscard]] std::size_t size() const { return open_.size(); }
  /// Closes them all, as the last thing before the server goes.
  void close_all(const std::string& reason);

 private:
  struct Connection;
  const FrontDeps deps_;
  WsSession::Limits limits_;
  std::map<SoupWebsocketConnection*, std::unique_ptr<Connection>> open_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  ///< posted work checks it
};

}  // namespace tessera::server
