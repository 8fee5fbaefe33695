#include "server/http_exchange.hpp"

#include <libsoup/soup.h>

#include <algorithm>
#include <cctype>

#include "server/file_stream.hpp"
#include "server/problem.hpp"

namespace tessera::server {
namespace {

std::string lower(const char* text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

std::map<std::string, std::string> decode_query(GUri* uri) {
  std::map<std::string, std::string> query;
  const char* text = g_uri_get_query(uri);
  if (!text) return query;
  GHashTable* form = soup_form_decode(text);
  GHashTableIter iter;
  gpointer key = nullptr, value = nullptr;
  g_hash_table_iter_init(&iter, form);
  while (g_hash_table_iter_next(&iter, &key, &value))
    query[static_cast<const char*>(key)] = value ? static_cast<const char*>(value) : "";
  g_hash_table_unref(form);
  return query;
}

std::string peer_address(SoupServerMessage* message) {
  GSocketAddress* peer = soup_server_message_get_remote_address(message);
  if (!peer || !G_IS_INET_SOCKET_ADDRESS(peer)) return "";
  char* raw = g_inet_address_to_string(g_inet_socket_address_get_address(G_INET_SOCKET_ADDRESS(peer)));
  std::string text(raw);
  g_free(raw);
  return text;
}

// All values of a header, as one list.
std::string header_list(SoupServerMessage* message, const char* name) {
  const char* list = soup_message_headers_get_list(soup_server_message_get_request_headers(message), name);
  return list ? list : "";
}

}  // namespace

std::string client_of(SoupServerMessage* message, const TrustedProxies& proxies) {
  return client_address(peer_address(message), header_list(message, "X-Forwarded-For"),
                        header_list(message, "Forwarded"), proxies);
}

HttpRequest read_request(SoupServerMessage* message, bool body_too_large, const TrustedProxies& proxies) {
  HttpRequest request;
  request.method = soup_server_message_get_method(message);
  request.head = request.method == "HEAD";
  if (request.head) request.method = "GET";
  GUri* uri = soup_server_message_get_uri(message);
  request.path = g_uri_get_path(uri);
  if (request.path.empty()) request.path = "/";
  request.query = decode_query(uri);

  SoupMessageHeadersIter iter;
  const char *name = nullptr, *value = nullptr;
  soup_message_headers_iter_init(&iter, soup_server_message_get_request_headers(message));
  while (soup_message_headers_iter_next(&iter, &name, &value)) {
    std::string& known = request.headers[lower(name)];
    if (!known.empty()) known += ", ";
    known += value;
  }
  request.client = client_of(message, proxies);
  request.body_too_large = body_too_large;
  if (!body_too_large) {
    GBytes* body = soup_message_body_flatten(soup_server_message_get_request_body(message));
    gsize size = 0;
    const char* bytes = static_cast<const char*>(g_bytes_get_data(body, &size));
    if (bytes) request.body.assign(bytes, size);
    g_bytes_unref(body);
  }
  return request;
}

void fill_response(SoupServerMessage* message, HttpResponse response) {
  // A response filled in before belongs to an interim status (100 Continue): it is replaced as a whole.
  SoupMessageHeaders* headers = soup_server_message_get_response_headers(message);
  SoupMessageBody* body = soup_server_message_get_response_body(message);
  // One request a connection: see docs/decisions/0007.
  soup_message_headers_replace(headers, "Connection", "close");
  // libsoup would cut a complete body into ranges by itself, where nobody has asked for that.
  soup_message_body_set_accumulate(body, FALSE);
  if (response.file) stream_file(message, *response.file);
  for (const auto& [name, value] : response.headers) {
    if (value.find_first_of("\r\n") != std::string::npos) continue;  // nothing may add headers of its own
    soup_message_headers_append(headers, name.c_str(), value.c_str());
  }
  // A 304 says nothing of the length, or that of what is not sent (RFC 9110, 8.6); libsoup would say 0.
  if (response.status == 304) {
    soup_message_headers_set_encoding(headers, SOUP_ENCODING_NONE);
  } else if (!response.file) {
    if (!response.body.empty())
      soup_message_body_append(body, SOUP_MEMORY_COPY, response.body.data(), response.body.size());
    soup_message_body_complete(body);
  }
  soup_server_message_set_status(message, static_cast<guint>(response.status), nullptr);
}

HttpAnswer::HttpAnswer(SoupServerMessage* message) : message_(SOUP_SERVER_MESSAGE(g_object_ref(message))) {
  finished_ = g_signal_connect(message_, "finished", G_CALLBACK(+[](SoupServerMessage*, gpointer self) {
                                 static_cast<HttpAnswer*>(self)->gone_ = true;
                               }),
                               this);
}

HttpAnswer::~HttpAnswer() {
  if (!sent_) send(problem_response(500, "internal", "the request was dropped"));
  g_signal_handler_disconnect(message_, finished_);
  g_object_unref(message_);
}

void HttpAnswer::send(HttpResponse response) {
  if (sent_) return;
  sent_ = true;
  if (gone_) return;
  fill_response(message_, std::move(response));
  if (waiting_) soup_server_message_unpause(message_);
}

void HttpAnswer::wait() {
  if (sent_ || gone_) return;
  waiting_ = true;
  soup_server_message_pause(message_);
}

}  // namespace tessera::server
