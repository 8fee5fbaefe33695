#include "server/http.hpp"

#include <algorithm>
#include <cctype>

namespace tessera::server {
namespace {

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

}  // namespace

std::string HttpRequest::header(std::string_view name) const {
  const auto found = headers.find(std::string(name));
  return found == headers.end() ? "" : found->second;
}

std::string HttpRequest::content_type() const {
  std::string value = header("content-type");
  value = value.substr(0, value.find(';'));
  const auto first = value.find_first_not_of(" \t");
  if (first == std::string::npos) return "";
  return lower(std::string_view(value).substr(first, value.find_last_not_of(" \t") - first + 1));
}

std::string HttpRequest::query_value(std::string_view name) const {
  const auto found = query.find(std::string(name));
  return found == query.end() ? "" : found->second;
}

std::uint64_t FileBody::size() const {
  std::uint64_t sum = 0;
  for (const Piece& piece : pieces) sum += piece.text.size() + piece.length;
  return sum;
}

std::string HttpResponse::header(std::string_view name) const {
  const std::string wanted = lower(name);
  for (const auto& [key, value] : headers)
    if (lower(key) == wanted) return value;
  return "";
}

HttpResponse empty_response(int status) {
  HttpResponse response;
  response.status = status;
  return response;
}

HttpResponse text_response(int status, std::string content_type, std::string body) {
  HttpResponse response;
  response.status = status;
  response.with("Content-Type", std::move(content_type));
  response.body = std::move(body);
  return response;
}

HttpResponse json_response(int status, const Json& body) {
  return text_response(status, "application/json", body.dump());
}

}  // namespace tessera::server
