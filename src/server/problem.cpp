#include "server/problem.hpp"

#include <map>

namespace tessera::server {
namespace {

constexpr auto retry_after_seconds = "2";

}  // namespace

std::string_view title_of(int status) {
  static const std::map<int, std::string_view> titles = {{400, "Bad Request"},
                                                         {401, "Unauthorized"},
                                                         {403, "Forbidden"},
                                                         {404, "Not Found"},
                                                         {405, "Method Not Allowed"},
                                                         {406, "Not Acceptable"},
                                                         {409, "Conflict"},
                                                         {412, "Precondition Failed"},
                                                         {413, "Content Too Large"},
                                                         {415, "Unsupported Media Type"},
                                                         {416, "Range Not Satisfiable"},
                                                         {421, "Misdirected Request"},
                                                         {422, "Unprocessable Content"},
                                                         {428, "Precondition Required"},
                                                         {429, "Too Many Requests"},
                                                         {500, "Internal Server Error"},
                                                         {501, "Not Implemented"},
                                                         {503, "Service Unavailable"},
                                                         {504, "Gateway Timeout"},
                                                         {507, "Insufficient Storage"}};
  const auto found = titles.find(status);
  return found == titles.end() ? "Error" : found->second;
}

Problem problem_of(const Error& failure) {
  static const std::map<std::string_view, int> own = {
      {"unauthorized", 401}, {"bad-token", 401},    {"token-expired", 401},  {"bad-room-name", 400},
      {"unknown-room", 404}, {"rate-limited", 429}, {"draining", 503},       {"room-unavailable", 503},
      {"room-gone", 503},    {"room-timeout", 504}, {"not-joined", 409},     {"already-joined", 409},
      {"bad-sdpfrag", 400},  {"ice-restart", 422},  {"too-many-rooms", 503}, {"bad-link", 401},
      {"link-expired", 401}, {"kept-out", 403},     {"unknown-entry", 404},  {"too-many-pending", 429}};
  const auto found = own.find(failure.code);
  const int status = found == own.end() ? messages::status_of(failure.code) : found->second;
  return {status, failure.code, failure.message};
}

Problem problem_of(const messages::Reply& reply) {
  const bool plausible = reply.status >= 400 && reply.status <= 599;
  return {plausible ? reply.status : 500, reply.code.empty() ? "internal" : reply.code, reply.detail};
}

Json problem_body(const Problem& problem) {
  return Json::object({{"type", "about:blank"},
                       {"title", title_of(problem.status)},
                       {"status", problem.status},
                       {"detail", problem.detail},
                       {"code", problem.code}});
}

HttpResponse problem_response(const Problem& problem) {
  auto response = text_response(problem.status, "application/problem+json", problem_body(problem).dump());
  if (problem.status == 401) response.with("WWW-Authenticate", "Bearer realm=\"tessera\"");
  if (problem.status == 503 || problem.status == 429) response.with("Retry-After", retry_after_seconds);
  return response;
}

HttpResponse problem_response(int status, std::string code, std::string detail) {
  return problem_response(Problem{status, std::move(code), std::move(detail)});
}

}  // namespace tessera::server
