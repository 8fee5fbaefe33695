#include "server/http_connections.hpp"

#include <fcntl.h>
#include <libsoup/soup.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include <algorithm>

#include "base/log.hpp"

namespace tessera::server {
namespace {

constexpr std::chrono::milliseconds sweep_period{500};
// What the kernel waits for a client that acknowledges nothing, also after the connection was closed here.
// Longer than a WebSocket's silence (WsSessions), which is told in better words.
constexpr std::chrono::milliseconds least_kernel_patience{60'000};

bool is_busy(const Error& failure) {
  return failure.code == "address-in-use";
}

}  // namespace

HttpConnections::HttpConnections(Loop& loop, SoupServer* server, GioPtr<GTlsCertificate> certificate,
                                 Limits limits, const TrustedProxies& proxies)
    : loop_(loop),
      server_(server),
      certificate_(std::move(certificate)),
      limits_(limits),
      proxies_(proxies),
      table_(limits.table),
      sweep_(loop.every(sweep_period, [this] { sweep(); })) {}

HttpConnections::~HttpConnections() {
  stop();
}

void HttpConnections::stop() {
  listeners_.clear();
  sweep_.reset();
  const auto open = std::move(open_);
  open_.clear();
  for (const auto& [id, connection] : open)
    if (!connection->served()) connection->shut();
}

Result<void> HttpConnections::listen(const config::ListenConfig& where) {
  const auto told = [&](const Error& failure) {
    return error("cannot-listen", "cannot listen on {}:{}: {}{}", where.address, where.port, failure.message,
                 is_busy(failure) ? "; stop what listens there or choose another with --listen" : "");
  };
  if (where.address != "localhost") {
    if (!IpAddress::parse(where.address))
      return error("cannot-listen", "listen.address: \"{}\" is not an IP address (nor localhost)",
                   where.address);
    auto port = listen_at(where.address, where.port);
    if (!port) return told(port.error());
    return {};
  }
  // Both families on one port. A free one of IPv4 may be taken on IPv6: try another.
  for (int attempt = 0;; ++attempt) {
    auto port = listen_at("127.0.0.1", where.port);
    if (!port) return told(port.error());
    const auto second = listen_at("::1", *port);
    if (second || !is_busy(second.error())) return {};  // a machine without IPv6 has no ::1
    if (where.port != 0 || attempt == 10) return told(second.error());
    listeners_.clear();
    url_.clear();
  }
}

// Returns the port. Errors: "address-in-use", "cannot-listen".
Result<int> HttpConnections::listen_at(const std::string& address, int port) {
  GError* raw = nullptr;
  const auto failed = [&] {
    const ErrorPtr failure(raw);
    const bool busy = g_error_matches(failure.get(), G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);
    return error(busy ? "address-in-use" : "cannot-listen", "{}", failure->message);
  };
  const auto target =
      adopt_object(g_inet_socket_address_new_from_string(address.c_str(), static_cast<guint>(port)));
  if (!target) return error("cannot-listen", "{} is not an IP address", address);
  const auto socket = adopt_object(g_socket_new(g_socket_address_get_family(target.get()),
                                                G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, &raw));
  if (!socket) return failed();
  // GLib's own backlog of 10 lets a room full of browsers that come back together wait for seconds.
  g_socket_set_listen_backlog(socket.get(), SOMAXCONN);
  g_socket_set_blocking(socket.get(), FALSE);
  if (!g_socket_bind(socket.get(), target.get(), TRUE, &raw) || !g_socket_listen(socket.get(), &raw))
    return failed();
  const auto bound = adopt_object(g_socket_get_local_address(socket.get(), &raw));
  if (!bound) return failed();
  const int chosen = g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(bound.get()));

  // A descriptor of our own: the GSocket closes its one.
  recording::Descriptor own(fcntl(g_socket_get_fd(socket.get()), F_DUPFD_CLOEXEC, 0));
  if (!own) return error("cannot-listen", "no descriptor is left for the listening socket");
  listeners_.push_back(std::make_unique<AcceptLoop>(
      loop_, std::move(own),
      AcceptLoop::Handlers{[this](int accepted, const sockaddr_storage& peer, socklen_t size) {
                             on_accepted(accepted, peer, size);
                           },
                           [this] { return free_descriptor(); }}));
  if (url_.empty()) {
    const bool v6 = address.find(':') != std::string::npos;
    url_ = fmt::format("{}://{}{}{}:{}", certificate_ ? "https" : "http", v6 ? "[" : "", address,
                       v6 ? "]" : "", chosen);
  }
  return chosen;
}

void HttpConnections::on_accepted(int accepted, const sockaddr_storage& peer, socklen_t peer_size) {
  auto socket = adopt_object(g_socket_new_from_fd(accepted, nullptr));
  if (!socket) return static_cast<void>(::close(accepted));
  auto native = peer;  // GLib takes it without const
  auto address = adopt_object(g_socket_address_new_from_native(&native, peer_size));
  if (!address || !G_IS_INET_SOCKET_ADDRESS(address.get())) return;
  char* raw =
      g_inet_address_to_string(g_inet_socket_address_get_address(G_INET_SOCKET_ADDRESS(address.get())));
  const std::string client(raw);
  g_free(raw);
  const auto admission =
      table_.admit(address_group(client), proxies_.contains(client), ConnectionTable::Clock::now());
  if (admission.shed) close(*admission.shed);
  if (!admission.id || admission.shed)
    complaint_.run([&](std::size_t times) {
      log::warn(
          "{} connections were refused or closed in favour of others since the last message; now one of {} "
          "({} are open; see http.maxConnections and http.maxConnectionsPerAddress)",
          times, client, table_.size());
    });
  if (!admission.id) return;

  const int yes = 1;
  setsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  const auto patience = static_cast<unsigned>(std::max(least_kernel_patience, 2 * limits_.stall).count());
  setsockopt(accepted, IPPROTO_TCP, TCP_USER_TIMEOUT, &patience, sizeof patience);
  auto connection = std::make_shared<HttpConnection>(
      *admission.id, std::move(socket), std::move(address),
      HttpConnection::Handlers{[this](HttpConnection& ready, GIOStream* stream) { serve(ready, stream); },
                               [this](HttpConnection& gone) {
                                 table_.remove(gone.id());
                                 open_.erase(gone.id());
                               },
                               [this](HttpConnection& changed, bool sheddable) {
                                 if (sheddable)
                                   table_.expose(changed.id());
                                 else
                                   table_.protect(changed.id());
                               }});
  open_[*admission.id] = connection;
  connection->start(loop_, certificate_.get());
}

void HttpConnections::serve(HttpConnection& connection, GIOStream* stream) {
  if (!open_.contains(connection.id())) return static_cast<void>(connection.shut());
  soup_server_accept_iostream(server_, stream, connection.local(), connection.peer(), nullptr);
}

bool HttpConnections::identify(HttpConnection& connection, const std::string& client) {
  const bool within = table_.identify(connection.id(), address_group(client), proxies_.contains(client));
  if (!within)
    complaint_.run([&](std::size_t) {
      log::warn("{} has more connections than http.maxConnectionsPerAddress ({}) allows", client,
                limits_.table.per_group);
    });
  return within;
}

void HttpConnections::close(ConnectionTable::Id id) {
  table_.remove(id);
  const auto found = open_.find(id);
  if (found == open_.end()) return;
  const auto connection = found->second;
  connection->shut();
}

bool HttpConnections::free_descriptor() {
  const auto id = table_.shed();
  if (!id) return false;
  const auto found = open_.find(*id);
  if (found == open_.end()) return false;
  const auto connection = found->second;
  return connection->shut();
}

void HttpConnections::sweep() {
  for (const auto id : table_.expired(ConnectionTable::Clock::now())) close(id);
  const auto now = StallWatch::Clock::now();
  std::vector<std::shared_ptr<HttpConnection>> stalled;
  for (const auto& [id, connection] : open_)
    if (connection->stalled(now, limits_.stall)) stalled.push_back(connection);
  for (const auto& connection : stalled) {
    complaint_.run([](std::size_t) { log::info("a client that does not read its answer was disconnected"); });
    connection->shut();
  }
}

}  // namespace tessera::server
