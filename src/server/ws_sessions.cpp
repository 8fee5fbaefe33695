#include "server/ws_sessions.hpp"

#include <libsoup/soup.h>
#include <linux/tcp.h>  // glibc's own tcp_info ends before the byte counters
#include <netinet/in.h>
#include <sys/socket.h>

#include <vector>

#include "base/log.hpp"

namespace tessera::server {
namespace {

constexpr guint ping_seconds = 15;
constexpr std::chrono::seconds silence_limit{50};  // three pings without an answer
constexpr std::chrono::milliseconds look_period{1000};
// libsoup bounds a frame, not a message of many frames: what arrives without ever becoming a message is cut
// here.
constexpr std::uint64_t max_unfinished_bytes = 2 * 1024 * 1024;

using Clock = std::chrono::steady_clock;

// Bytes that the kernel has received on a connection so far.
std::uint64_t received_bytes(int fd) {
  tcp_info info{};
  socklen_t size = sizeof info;
  if (fd < 0 || getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return 0;
  return info.tcpi_bytes_received;
}

int descriptor_of(SoupWebsocketConnection* connection) {
  GIOStream* stream = soup_websocket_connection_get_io_stream(connection);
  GIOStream* base = nullptr;
  if (g_object_class_find_property(G_OBJECT_GET_CLASS(stream), "base-iostream"))
    g_object_get(stream, "base-iostream", &base, nullptr);
  GIOStream* bottom = base ? base : stream;
  const int fd = G_IS_SOCKET_CONNECTION(bottom)
                     ? g_socket_get_fd(g_socket_connection_get_socket(G_SOCKET_CONNECTION(bottom)))
                     : -1;
  if (base) g_object_unref(base);
  return fd;
}

class SoupSocket : public TextSocket {
 public:
  explicit SoupSocket(SoupWebsocketConnection* connection)
      : connection_(SOUP_WEBSOCKET_CONNECTION(g_object_ref(connection))) {}
  ~SoupSocket() override { g_object_unref(connection_); }
  SoupSocket(const SoupSocket&) = delete;
  SoupSocket& operator=(const SoupSocket&) = delete;

  void send(const std::string& text) override {
    if (is_open()) soup_websocket_connection_send_text(connection_, text.c_str());
  }
  void close(int code, const std::string& reason) override {
    if (is_open())
      soup_websocket_connection_close(connection_, static_cast<gushort>(code), reason.substr(0, 120).c_str());
  }

 private:
  bool is_open() const {
    return soup_websocket_connection_get_state(connection_) == SOUP_WEBSOCKET_STATE_OPEN;
  }
  SoupWebsocketConnection* connection_;
};

}  // namespace

struct WsSessions::Connection {
  WsSessions* owner = nullptr;
  SoupWebsocketConnection* connection = nullptr;
  std::shared_ptr<WsSession> session;
  std::vector<gulong> handlers;
  Clock::time_point heard = Clock::now();
  int fd = -1;
  std::uint64_t received_at_message = 0;
  SourceGuard look;

  ~Connection() {
    for (const gulong handler : handlers) g_signal_handler_disconnect(connection, handler);
    g_object_unref(connection);
  }

  void on_message(SoupWebsocketDataType type, GBytes* bytes) {
    heard = Clock::now();
    received_at_message = received_bytes(fd);
    if (type != SOUP_WEBSOCKET_DATA_TEXT) return session->on_binary();
    gsize size = 0;
    const char* text = static_cast<const char*>(g_bytes_get_data(bytes, &size));
    session->on_text(std::string_view(text ? text : "", size));
  }

  void check() {
    if (Clock::now() - heard > silence_limit) session->close(1001, "no answer to pings");
    const std::uint64_t received = received_bytes(fd);
    if (received > received_at_message + max_unfinished_bytes) session->close(1009, "message too large");
  }
};

WsSessions::WsSessions(const FrontDeps& deps, WsSession::Limits limits) : deps_(deps), limits_(limits) {}

WsSessions::~WsSessions() {
  for (auto& [connection, state] : open_) state->session->on_closed();
}

void WsSessions::accept(SoupWebsocketConnection* connection, const std::string& authorization) {
  soup_websocket_connection_set_max_incoming_payload_size(connection, max_client_message);
  soup_websocket_connection_set_keepalive_interval(connection, ping_seconds);
  auto state = std::make_unique<Connection>();
  state->owner = this;
  state->connection = SOUP_WEBSOCKET_CONNECTION(g_object_ref(connection));
  state->fd = descriptor_of(connection);
  state->received_at_message = received_bytes(state->fd);
  state->session = std::make_shared<WsSession>(deps_, std::make_shared<SoupSocket>(connection),
                                               std::string(bearer_token(authorization)), limits_);
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
                [owner = closed->owner, key = closed->connection] { owner->open_.erase(key); });
          }));
  raw->look = deps_.loop.every(look_period, [raw] { raw->check(); });
  open_[connection] = std::move(state);
  raw->session->start();
}

void WsSessions::close_all(const std::string& reason) {
  std::vector<std::shared_ptr<WsSession>> sessions;
  for (const auto& [connection, state] : open_) sessions.push_back(state->session);
  for (const auto& session : sessions) session->close(1001, reason);
}

}  // namespace tessera::server
