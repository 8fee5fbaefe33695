#include "server/http_connection.hpp"

#include <libsoup/soup.h>
#include <linux/sockios.h>
#include <linux/tcp.h>  // glibc's own tcp_info ends before the byte counters
#include <netinet/in.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

namespace tessera::server {
namespace {

constexpr const char* connection_key = "tessera-connection";

using Weak = std::weak_ptr<HttpConnection>;

}  // namespace

HttpConnection::HttpConnection(ConnectionTable::Id id, GioPtr<GSocket> socket, GioPtr<GSocketAddress> peer,
                               Handlers handlers)
    : id_(id),
      socket_(std::move(socket)),
      peer_(std::move(peer)),
      local_(g_socket_get_local_address(socket_.get(), nullptr)),
      handlers_(std::move(handlers)) {}

HttpConnection::~HttpConnection() {
  if (waiting_) g_socket_close(socket_.get(), nullptr);
}

void HttpConnection::start(Loop& loop, GTlsCertificate* certificate) {
  // libsoup hands the address of the peer back with each message: that is how the message finds its
  // connection.
  g_object_set_data_full(G_OBJECT(peer_.get()), connection_key, new Weak(weak_from_this()),
                         [](gpointer data) { delete static_cast<Weak*>(data); });
  readable_ =
      loop.watch(g_socket_get_fd(socket_.get()), static_cast<GIOCondition>(G_IO_IN | G_IO_HUP | G_IO_ERR),
                 [this, certificate](GIOCondition) { on_readable(certificate); });
}

// A client that only connects costs no more than this object: no message, no thread for a handshake.
void HttpConnection::on_readable(GTlsCertificate* certificate) {
  const auto self = shared_from_this();
  char first = 0;
  const ssize_t got = recv(g_socket_get_fd(socket_.get()), &first, 1, MSG_PEEK | MSG_DONTWAIT);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  readable_.reset();
  if (got <= 0 || !local_) return gone();
  waiting_ = false;
  auto stream = adopt_object(G_IO_STREAM(g_socket_connection_factory_create_connection(socket_.get())));
  g_object_weak_ref(
      G_OBJECT(stream.get()),
      [](gpointer data, GObject*) {
        const std::unique_ptr<Weak> weak(static_cast<Weak*>(data));
        if (const auto connection = weak->lock()) connection->gone();
      },
      new Weak(weak_from_this()));
  if (certificate)
    shake_hands(certificate, stream.get());
  else
    serve(stream.get());
}

void HttpConnection::shake_hands(GTlsCertificate* certificate, GIOStream* base) {
  secure_ = true;
  auto stream = adopt_object(g_tls_server_connection_new(base, certificate, nullptr));
  if (!stream) return static_cast<void>(shut());
  const char* protocols[] = {"http/1.1", "http/1.0", nullptr};
  g_tls_connection_set_advertised_protocols(G_TLS_CONNECTION(stream.get()), protocols);
  g_tls_connection_set_require_close_notify(G_TLS_CONNECTION(stream.get()), FALSE);
  g_tls_connection_handshake_async(
      G_TLS_CONNECTION(stream.get()), G_PRIORITY_DEFAULT, nullptr,
      [](GObject* source, GAsyncResult* result, gpointer data) {
        const std::unique_ptr<Weak> weak(static_cast<Weak*>(data));
        const bool done = g_tls_connection_handshake_finish(G_TLS_CONNECTION(source), result, nullptr);
        const auto connection = weak->lock();
        if (!connection) return;
        if (done)
          connection->serve(G_IO_STREAM(source));
        else
          connection
              ->shut();  // before the stream goes, which would say goodbye to a client that may not read
      },
      new Weak(weak_from_this()));
}

void HttpConnection::serve(GIOStream* stream) {
  served_ = true;
  handlers_.on_stream(*this, stream);
}

int HttpConnection::descriptor() const {
  return g_socket_is_closed(socket_.get()) ? -1 : g_socket_get_fd(socket_.get());
}

bool HttpConnection::shut() {
  const auto self = shared_from_this();
  if (waiting_) {
    gone();
    return true;
  }
  if (descriptor() >= 0) g_socket_shutdown(socket_.get(), TRUE, TRUE, nullptr);
  return false;
}

void HttpConnection::stop_reading() {
  if (descriptor() >= 0) g_socket_shutdown(socket_.get(), TRUE, FALSE, nullptr);
}

void HttpConnection::before_close() {
  if (!secure_ || descriptor() < 0) return;
  pollfd writable{descriptor(), POLLOUT, 0};
  if (poll(&writable, 1, 0) != 1 || !(writable.revents & POLLOUT)) shut();
}

void HttpConnection::gone() {
  if (gone_) return;
  const auto self = shared_from_this();
  gone_ = true;
  readable_.reset();
  if (waiting_) g_socket_close(socket_.get(), nullptr);
  handlers_.on_gone(*this);
}

void HttpConnection::upgraded() {
  upgraded_ = true;
  handlers_.on_sheddable(*this, true);
}

void HttpConnection::protect() {
  handlers_.on_sheddable(*this, false);
}

bool HttpConnection::stalled(StallWatch::Clock::time_point now, StallWatch::Clock::duration limit) {
  const int fd = descriptor();
  if (upgraded_ || fd < 0) return false;
  tcp_info info{};
  socklen_t size = sizeof info;
  int pending = 0;
  if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) != 0 || ioctl(fd, SIOCOUTQ, &pending) != 0)
    return false;
  return progress_.stalled(static_cast<std::uint64_t>(std::max(pending, 0)), info.tcpi_bytes_acked, now,
                           limit);
}

std::shared_ptr<HttpConnection> connection_of(SoupServerMessage* message) {
  GSocketAddress* peer = soup_server_message_get_remote_address(message);
  auto* weak = peer ? static_cast<Weak*>(g_object_get_data(G_OBJECT(peer), connection_key)) : nullptr;
  return weak ? weak->lock() : nullptr;
}

}  // namespace tessera::server
