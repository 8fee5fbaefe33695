#pragma once
// Requests and responses as plain values, so that everything above the socket can be tested without one.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.hpp"
#include "recording/files.hpp"

namespace tessera::server {

struct HttpRequest {
  std::string method;                          ///< "GET", "POST" …; HEAD arrives as GET
  bool head = false;                           ///< it was HEAD: everything but the body is wanted
  std::string path;                            ///< as sent, still percent-encoded
  std::map<std::string, std::string> query;    ///< decoded; the last of equal names wins
  std::map<std::string, std::string> headers;  ///< names in lower case; repeated ones joined with ", "
  std::string body;
  /// The client's IP address: the peer's, or what a trusted proxy says (client_address.hpp).
  std::string client;
  bool body_too_large = false;  ///< the body was longer than allowed and has been dropped

  /// The header's value, or "" when it was not sent. `name` in lower case.
  [[nodiscard]] std::string header(std::string_view name) const;
  [[nodiscard]] bool has_header(std::string_view name) const { return headers.contains(std::string(name)); }
  /// The media type of the body: Content-Type without parameters, in lower case.
  [[nodiscard]] std::string content_type() const;
  [[nodiscard]] std::string query_value(std::string_view name) const;
};

/// A body made of an open file: pieces of it, each after some text (the headers of a multipart body), sent
/// from disk in chunks. What is sent is what was open when the answer was decided, whatever happens to names.
struct FileBody {
  struct Piece {
    std::string text;  ///< goes before the bytes
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
  };
  std::shared_ptr<const recording::Descriptor> file;
  std::vector<Piece> pieces;

  /// Bytes of the body.
  [[nodiscard]] std::uint64_t size() const;
};

struct HttpResponse {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::optional<FileBody> file;  ///< instead of `body`

  HttpResponse& with(std::string name, std::string value) {
    headers.emplace_back(std::move(name), std::move(value));
    return *this;
  }
  [[nodiscard]] std::string header(std::string_view name) const;  ///< the first, "" when absent
};

HttpResponse empty_response(int status);
HttpResponse text_response(int status, std::string content_type, std::string body);
HttpResponse json_response(int status, const Json& body);

/// Answers one request, now or later, once; further calls do nothing.
using Respond = std::function<void(HttpResponse)>;

}  // namespace tessera::server
