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
#include "server/metered_stream.hpp"
#include "server/socket_meter.hpp"

namespace tessera::server {
namespace {

constexpr guint ping_seconds = 15;
constexpr std::chrono::seconds silence_limit{50};  // three pings without an answer
constexpr int policy = 1008, going_away = 1001;

using Clock = std::chrono::steady_clock;

// Bytes that were sent on a connection and have arrived, as the kernel counts them.
std::optional<std::uint64_t> acknowledged_on(int fd) {
  tcp_info info{};
  socklen_t size = sizeof info;
  if (fd < 0 || getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return std::nullopt;
  return info.tcpi_bytes_acked;
}

// A frame of ours: uncompressed and unmasked (RFC 6455 section 5.2).
std::uint64_t frame_bytes(std::size_t payload) {
  const std::size_t header = payload < 126 ? 2 : payload < 65536 ? 4 : 10;
  return header + payload;
}

class SoupSocket : public TextSocket {
 public:
  /// `max_outstanding`: beyond that nothing more is taken for the client, and `is_slow` is true.
  SoupSocket(SoupWebsocketConnection* connection, std::shared_ptr<SocketMeter> meter, int fd,
             std::uint64_t max_outstanding)
      : connection_(SOUP_WEBSOCKET_CONNECTION(g_object_ref(connection))),
        meter_(std::move(meter)),
        fd_(fd),
        max_outstanding_(max_outstanding) {}
  ~SoupSocket() override { g_object_unref(connection_); }
  SoupSocket(const SoupSocket&) = delete;
  SoupSocket& operator=(const SoupSocket&) = delete;

  void send(const std::string& text) override {
    if (!is_open() || is_slow()) return;
    soup_websocket_connection_send_text(connection_, text.c_str());
    sent_ += frame_bytes(text.size());
  }
  void close(int code, const std::string& reason) override {
    if (!is_open()) return;
    meter_->expect_close();
    soup_websocket_connection_close(connection_, static_cast<gushort>(code), shortened(reason, 120).c_str());
  }
  void allow_messages_of(std::size_t bytes) override { meter_->allow_messages_of(bytes); }

  // Whether too many bytes wait for the client: in libsoup's queue, which has no limit, or in the kernel's.
  bool is_slow() {
    const std::uint64_t sent = sent_ + meter_->pong_bytes();
    if (sent <= acknowledged_ + max_outstanding_) return false;  // it may have read more, but need not
    // Its descriptor may be somebody else's once the socket is closed.
    const auto acknowledged = is_open() ? acknowledged_on(fd_) : std::nullopt;
    if (!acknowledged) return false;
    acknowledged_ = *acknowledged;
    // The handshake and TLS make more bytes than we count. All that has arrived starts the count afresh, so
    // that they do not add up to an allowance.
    if (acknowledged_ > sent) sent_ += acknowledged_ - sent;
    return sent > acknowledged_ + max_outstanding_;
  }
  bool is_open() const {
    return soup_websocket_connection_get_state(connection_) == SOUP_WEBSOCKET_STATE_OPEN;
  }

 private:
  SoupWebsocketConnection* connection_;
  std::shared_ptr<SocketMeter> meter_;
  int fd_;
  std::uint64_t max_outstanding_;
  std::uint64_t sent_ = 0;
  std::uint64_t acknowledged_ = 0;
};

}  // namespace

struct WsSessions::Connection {
  WsSessions* owner = nullptr;
  SoupWebsocketConnection* connection = nullptr;
  std::shared_ptr<SocketMeter> meter;
  std::shared_ptr<SoupSocket> socket;
  std::shared_ptr<WsSession> session;
  std::vector<gulong> handlers;
  Clock::time_point heard = Clock::now();
  std::weak_ptr<HttpConnection> line;
  SourceGuard look;

  ~Connection() {
    meter->forget();
    for (const gulong handler : handlers) g_signal_handler_disconnect(connection, handler);
    g_object_unref(connection);
  }

  void on_message(SoupWebsocketDataType type, GBytes* bytes) {
    heard = Clock::now();
    if (type != SOUP_WEBSOCKET_DATA_TEXT) return session->on_binary();
    gsize size = 0;
    const char* text = static_cast<const char*>(g_bytes_get_data(bytes, &size));
    session->on_text(std::string_view(text ? text : "", size));
  }

  void check() {
    if (Clock::now() - heard > silence_limit) session->close(going_away, "no answer to pings");
    if (!socket->is_open()) return;
    // Who has joined has shown who they are: another connection does not push them out.
    if (const auto below = line.lock(); below && session->joined()) below->protect();
    // The reason waits behind all that is not read. A client that has stopped reading never sees it: libsoup
    // cuts the connection five seconds later.
    if (socket->is_slow()) session->close(policy, "too slow: more waits for this client than it reads");
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
  const auto below = line.lock();
  state->line = std::move(line);
  Connection* raw = state.get();
  state->meter = std::make_shared<SocketMeter>(limits_, [raw](const SocketMeter::Breach& breach) {
    raw->session->refuse(breach.problem, breach.close_code);
  });
  metered_stream_set_tap(soup_websocket_connection_get_io_stream(connection), state->meter);
  state->socket = std::make_shared<SoupSocket>(connection, state->meter, below ? below->descriptor() : -1,
                                               limits_.max_outstanding);
  state->session = std::make_shared<WsSession>(
      deps_, state->socket,
      WsSession::Opening{std::string(bearer_token(request.header("authorization"))), request.client},
      limits_);
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
            const auto code = soup_websocket_connection_get_close_code(closed->connection);
            closed->session->on_closed(code == SOUP_WEBSOCKET_CLOSE_GOING_AWAY);
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
