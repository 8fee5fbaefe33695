#include "server/ws_sessions.hpp"

#include <libsoup/soup.h>
#include <linux/tcp.h>  // glibc's own tcp_info ends before the byte counters
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "base/log.hpp"
#include "base/text.hpp"

namespace tessera::server {
namespace {

constexpr guint ping_seconds = 15;
constexpr std::chrono::seconds silence_limit{50};  // three pings without an answer
// libsoup bounds a frame, not a message of many frames: what arrives without ever becoming a message is cut
// here.
constexpr std::uint64_t max_unfinished_bytes = 2 * 1024 * 1024;

using Clock = std::chrono::steady_clock;

// What the kernel has counted on a connection so far.
struct Traffic {
  std::uint64_t received = 0;
  std::uint64_t acknowledged = 0;  ///< of what was sent
};

std::optional<Traffic> traffic_of(int fd) {
  tcp_info info{};
  socklen_t size = sizeof info;
  if (fd < 0 || getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return std::nullopt;
  return Traffic{info.tcpi_bytes_received, info.tcpi_bytes_acked};
}

// A frame of ours: uncompressed and unmasked (RFC 6455 section 5.2).
std::uint64_t frame_bytes(std::size_t payload) {
  const std::size_t header = payload < 126 ? 2 : payload < 65536 ? 4 : 10;
  return header + payload;
}

class SoupSocket : public TextSocket {
 public:
  explicit SoupSocket(SoupWebsocketConnection* connection)
      : connection_(SOUP_WEBSOCKET_CONNECTION(g_object_ref(connection))) {}
  ~SoupSocket() override { g_object_unref(connection_); }
  SoupSocket(const SoupSocket&) = delete;
  SoupSocket& operator=(const SoupSocket&) = delete;

  void send(const std::string& text) override {
    if (!is_open()) return;
    soup_websocket_connection_send_text(connection_, text.c_str());
    sent_ += frame_bytes(text.size());
  }
  void close(int code, const std::string& reason) override {
    if (is_open())
      soup_websocket_connection_close(connection_, static_cast<gushort>(code),
                                      shortened(reason, 120).c_str());
  }
  // Bytes that the client has not acknowledged: in libsoup's queue, which has no limit, or in the kernel's.
  std::uint64_t outstanding(std::uint64_t acknowledged) {
    // The handshake and TLS make more bytes than we count. All that has arrived starts the count afresh, so
    // that they do not add up to an allowance.
    sent_ = std::max(sent_, acknowledged);
    return sent_ - acknowledged;
  }
  bool is_open() const {
    return soup_websocket_connection_get_state(connection_) == SOUP_WEBSOCKET_STATE_OPEN;
  }

 private:
  SoupWebsocketConnection* connection_;
  std::uint64_t sent_ = 0;
};

}  // namespace

struct WsSessions::Connection {
  WsSessions* owner = nullptr;
  SoupWebsocketConnection* connection = nullptr;
  std::shared_ptr<SoupSocket> socket;
  std::shared_ptr<WsSession> session;
  std::vector<gulong> handlers;
  Clock::time_point heard = Clock::now();
  std::weak_ptr<HttpConnection> line;
  int fd = -1;
  std::uint64_t received_at_message = 0;
  SourceGuard look;

  ~Connection() {
    for (const gulong handler : handlers) g_signal_handler_disconnect(connection, handler);
    g_object_unref(connection);
  }

  void on_message(SoupWebsocketDataType type, GBytes* bytes) {
    heard = Clock::now();
    if (const auto traffic = traffic_of(fd)) received_at_message = traffic->received;
    if (type != SOUP_WEBSOCKET_DATA_TEXT) return session->on_binary();
    gsize size = 0;
    const char* text = static_cast<const char*>(g_bytes_get_data(bytes, &size));
    session->on_text(std::string_view(text ? text : "", size));
  }

  void check() {
    if (Clock::now() - heard > silence_limit) session->close(1001, "no answer to pings");
    if (!socket->is_open()) return;  // its descriptor may be somebody else's by now
    // Who has joined has shown who they are: another connection does not push them out.
    if (const auto below = line.lock(); below && session->joined()) below->protect();
    const auto traffic = traffic_of(fd);
    if (!traffic) return;
    if (traffic->received > received_at_message + max_unfinished_bytes)
      session->close(1009, "message too large");
    if (socket->outstanding(traffic->acknowledged) > owner->limits_.max_outstanding) {
      session->close(1008, "does not read");
      ::shutdown(fd, SHUT_RDWR);  // the close frame would wait behind all that is not read
    }
  }
};

WsSessions::WsSessions(const FrontDeps& deps, WsSession::Limits limits) : deps_(deps), limits_(limits) {}

WsSessions::~WsSessions() {
  *alive_ = false;
  for (auto& [connection, state] : open_) state->session->on_closed();
}

void WsSessions::accept(SoupWebsocketConnection* connection, const HttpRequest& request,
                        std::weak_ptr<HttpConnection> line) {
  soup_websocket_connection_set_max_incoming_payload_size(connection, max_client_message);
  soup_websocket_connection_set_keepalive_interval(connection, ping_seconds);
  auto state = std::make_unique<Connection>();
  state->owner = this;
  state->connection = SOUP_WEBSOCKET_CONNECTION(g_object_ref(connection));
  state->line = std::move(line);
  if (const auto below = state->line.lock()) state->fd = below->descriptor();
  if (const auto traffic = traffic_of(state->fd)) state->received_at_message = traffic->received;
  state->socket = std::make_shared<SoupSocket>(connection);
  state->session = std::make_shared<WsSession>(
      deps_, state->socket,
      WsSession::Opening{std::string(bearer_token(request.header("authorization"))), request.client},
      limits_);
  Connection* raw = state.get();
  const auto connect = [raw](const char* signal, GCallback callback) {
    raw->handlers.push_back(g_signal_connect(raw->connection, signal, callback, raw));
  };
  connect("message", G_CALLBACK(+[](SoupWebsocketConnection*, gint type, GBytes* bytes, gpointer data) {
            static_cast<Connection*>(data)->on_message(static_cast<SoupWebsocketDataType>(type), bytes);
          }));
  connect("pong", G_CALLBACK(+[](SoupWebsocketConnection*, GBytes*, gpointer data) {
            static_cast<Connection*>(data)->heard = Clock::now();
          }));
  connect("closed", G_CALLBACK(+[](SoupWebsocketConnection*, gpointer data) {
            auto* closed = static_cast<Connection*>(data);
            // Posted: this is a callback of the object that goes with the entry.
            closed->session->on_closed();
            closed->owner->deps_.loop.post(
                [owner = closed->owner, alive = closed->owner->alive_, key = closed->connection] {
                  if (*alive) owner->open_.erase(key);
                });
          }));
  raw->look = deps_.loop.every(limits_.look_period, [raw] { raw->check(); });
  open_[connection] = std::move(state);
  raw->session->start();
}

void WsSessions::close_all(const std::string& reason) {
  std::vector<std::shared_ptr<WsSession>> sessions;
  for (const auto& [connection, state] : open_) sessions.push_back(state->session);
  for (const auto& session : sessions) session->close(1001, reason);
}

}  // namespace tessera::server
