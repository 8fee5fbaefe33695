#include "server/http_server.hpp"

#include <gio/gio.h>
#include <libsoup/soup.h>

#include "base/log.hpp"
#include "server/http_exchange.hpp"
#include "server/metered_stream.hpp"
#include "server/problem.hpp"

namespace tessera::server {
namespace {

constexpr const char* exchange_key = "tessera-exchange";

void shut(SoupServerMessage* message) {
  if (const auto connection = connection_of(message)) connection->shut();
}

bool is_number(std::string_view text) {
  return !text.empty() && text.size() < 19 && text.find_first_not_of("0123456789") == std::string_view::npos;
}

Problem too_large(std::size_t limit) {
  return {413, "too-large", fmt::format("a request body is at most {} bytes here", limit)};
}

}  // namespace

// What is known of a request while it arrives. Lives as long as its message.
struct HttpServer::Exchange {
  HttpServer* server;
  std::size_t received = 0;
  bool too_large = false;
  bool crowded = false;    ///< its client has too many connections
  bool malformed = false;  ///< its length cannot be read: nothing after the headers can be trusted
  guint deadline = 0;

  ~Exchange() { cancel_deadline(); }
  void cancel_deadline() {
    if (deadline != 0) g_source_remove(std::exchange(deadline, 0));
  }

  void drop_body(SoupServerMessage* message) {
    too_large = true;
    SoupMessageBody* body = soup_server_message_get_request_body(message);
    soup_message_body_set_accumulate(body, FALSE);
    soup_message_body_truncate(body);
  }

  static void on_headers(SoupServerMessage* message, gpointer data) {
    auto& self = *static_cast<Exchange*>(data);
    if (const auto connection = connection_of(message))
      self.crowded =
          !self.server->connections_->identify(*connection, client_of(message, self.server->proxies_));
    SoupMessageHeaders* headers = soup_server_message_get_request_headers(message);
    const char* stated = soup_message_headers_get_list(headers, "Content-Length");
    if (stated && !is_number(stated)) {
      self.malformed = true;
      soup_message_headers_replace(headers, "Connection", "close");
      if (const auto connection = connection_of(message)) connection->stop_reading();
      return;
    }
    const goffset length = soup_message_headers_get_content_length(headers);
    if (length <= static_cast<goffset>(self.server->limits_.max_body)) return;
    self.drop_body(message);
    // A client that asks first is refused before it sends anything.
    if (soup_message_headers_get_expectations(headers) & SOUP_EXPECTATION_CONTINUE)
      fill_response(message, problem_response(too_large_problem(self)));
  }

  static Problem too_large_problem(const Exchange& self) {
    return server::too_large(self.server->limits_.max_body);
  }

  static void on_chunk(SoupServerMessage* message, GBytes* chunk, gpointer data) {
    auto& self = *static_cast<Exchange*>(data);
    self.received += g_bytes_get_size(chunk);
    if (self.received > self.server->limits_.max_drained) return shut(message);
    if (!self.too_large && self.received > self.server->limits_.max_body) self.drop_body(message);
  }

  static void on_body(SoupServerMessage*, gpointer data) { static_cast<Exchange*>(data)->cancel_deadline(); }
};

Result<std::unique_ptr<HttpServer>> HttpServer::create(Loop& loop, const config::ListenConfig& listen,
                                                       const config::TlsConfig& tls,
                                                       const config::HttpConfig& http, Limits limits,
                                                       Handlers handlers) {
  std::unique_ptr<HttpServer> made(new HttpServer(http, limits, std::move(handlers)));
  // Paths stay as they were sent: the router decodes them segment by segment.
  made->server_ = soup_server_new("raw-paths", TRUE, nullptr);
  // Compressed messages could unfold to any size in memory.
  soup_server_remove_websocket_extension(made->server_, SOUP_TYPE_WEBSOCKET_EXTENSION_DEFLATE);
  GioPtr<GTlsCertificate> certificate;
  if (!tls.certificate.empty()) {
    GError* raw = nullptr;
    certificate =
        adopt_object(g_tls_certificate_new_from_files(tls.certificate.c_str(), tls.key.c_str(), &raw));
    const ErrorPtr failure(raw);
    if (!certificate)
      return error("bad-config", "tls: {} and {}: {}", tls.certificate, tls.key, failure->message);
  }
  HttpServer* self = made.get();
  self->connections_ = std::make_unique<HttpConnections>(
      loop, self->server_, std::move(certificate),
      HttpConnections::Limits{{limits.connections, static_cast<std::size_t>(http.max_connections_per_address),
                               std::chrono::seconds(http.idle_seconds)},
                              std::chrono::seconds(http.stall_seconds)},
      self->proxies_);
  if (auto listening = self->connections_->listen(listen); !listening) return std::move(listening).error();

  g_signal_connect(self->server_, "request-started",
                   G_CALLBACK(+[](SoupServer*, SoupServerMessage* message, gpointer data) {
                     static_cast<HttpServer*>(data)->on_started(message);
                   }),
                   self);
  const auto finished = +[](SoupServer*, SoupServerMessage* message, gpointer data) {
    if (const auto connection = connection_of(message)) connection->before_close();
    const auto& on_finished = static_cast<HttpServer*>(data)->handlers_.on_finished;
    if (on_finished)
      on_finished(soup_server_message_get_method(message),
                  static_cast<int>(soup_server_message_get_status(message)));
  };
  g_signal_connect(self->server_, "request-finished", G_CALLBACK(finished), self);
  g_signal_connect(self->server_, "request-aborted", G_CALLBACK(finished), self);
  const auto handle = +[](SoupServer*, SoupServerMessage* message, const char*, GHashTable*, gpointer data) {
    static_cast<HttpServer*>(data)->on_request(message);
  };
  soup_server_add_handler(self->server_, nullptr, handle, self, nullptr);
  soup_server_add_handler(self->server_, "/ws", handle, self, nullptr);
  return made;
}

HttpServer::~HttpServer() {
  if (!server_) return;
  g_signal_handlers_disconnect_by_data(server_, this);
  stop();
  connections_.reset();
  g_object_unref(server_);
}

void HttpServer::stop() {
  if (connections_) connections_->stop();
  soup_server_disconnect(server_);
}

void HttpServer::on_started(SoupServerMessage* message) {
  auto* exchange = new Exchange{this};
  g_object_set_data_full(G_OBJECT(message), exchange_key, exchange,
                         [](gpointer data) { delete static_cast<Exchange*>(data); });
  g_signal_connect(message, "got-headers", G_CALLBACK(&Exchange::on_headers), exchange);
  g_signal_connect(message, "got-chunk", G_CALLBACK(&Exchange::on_chunk), exchange);
  g_signal_connect(message, "got-body", G_CALLBACK(&Exchange::on_body), exchange);
  // Half a request would hold its connection for ever.
  exchange->deadline = g_timeout_add(
      static_cast<guint>(limits_.read_time.count()),
      [](gpointer data) -> gboolean {
        auto* late = static_cast<SoupServerMessage*>(data);
        static_cast<Exchange*>(g_object_get_data(G_OBJECT(late), exchange_key))->deadline = 0;
        shut(late);
        return G_SOURCE_REMOVE;
      },
      message);
}

void HttpServer::on_request(SoupServerMessage* message) {
  auto* exchange = static_cast<Exchange*>(g_object_get_data(G_OBJECT(message), exchange_key));
  exchange->cancel_deadline();
  auto request = std::make_shared<HttpRequest>(read_request(message, exchange->too_large, proxies_));
  auto answer = std::make_shared<HttpAnswer>(message);
  const bool socket = request->path == "/ws" && request->method == "GET" &&
                      g_ascii_strcasecmp(request->header("upgrade").c_str(), "websocket") == 0;
  if (exchange->malformed) {
    answer->send(problem_response(400, "bad-request", "Content-Length is not a number"));
  } else if (exchange->crowded) {
    answer->send(
        problem_response(429, "too-many-connections",
                         "there are too many connections from this address; close some and try again")
            .with("Retry-After", "5"));
  } else if (exchange->too_large) {
    answer->send(problem_response(too_large(limits_.max_body)));
  } else if (socket) {
    if (auto refusal = handlers_.refuse_socket(*request)) {
      answer->send(std::move(*refusal));
    } else {
      answer->abandon();
      upgrade(message);
    }
    return;
  } else {
    handlers_.on_request(std::move(request),
                         [answer](HttpResponse response) { answer->send(std::move(response)); });
  }
  answer->wait();
}

// As soup_server_add_websocket_handler does it, but that the connection reads through a stream which can be
// bounded.
void HttpServer::upgrade(SoupServerMessage* message) {
  GList* extensions = nullptr;
  if (!soup_websocket_server_process_handshake(message, nullptr, nullptr, nullptr, &extensions))
    return;  // it has written the answer
  g_signal_connect(message, "wrote-informational",
                   G_CALLBACK(+[](SoupServerMessage* upgraded, gpointer data) {
                     static_cast<HttpServer*>(data)->on_upgraded(upgraded);
                   }),
                   this);
}

void HttpServer::on_upgraded(SoupServerMessage* message) {
  g_object_ref(message);  // stealing its connection may be the end of it
  const HttpRequest request = read_request(message, true, proxies_);
  const auto connection_below = connection_of(message);
  if (connection_below) connection_below->upgraded();
  GIOStream* stolen = soup_server_message_steal_connection(message);
  GIOStream* stream = metered_stream_new(stolen);
  SoupWebsocketConnection* connection =
      soup_websocket_connection_new(stream, soup_server_message_get_uri(message),
                                    SOUP_WEBSOCKET_CONNECTION_SERVER, nullptr, nullptr, nullptr);
  handlers_.on_socket(connection, request, connection_below);
  g_object_unref(connection);
  g_object_unref(stream);
  g_object_unref(stolen);
  g_object_unref(message);
}

}  // namespace tessera::server
