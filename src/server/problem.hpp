#pragma once
// RFC 9457 problem details: the one shape in which every HTTP call reports a failure.

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "messages/messages.hpp"
#include "server/http.hpp"

namespace tessera::server {

struct Problem {
  int status = 500;
  std::string code;    ///< stable word, documented in docs/api.md
  std::string detail;  ///< for people: what was wrong and what to do
};

/// The standard reason phrase ("Not Found"), or "Error" for a status we never send.
std::string_view title_of(int status);

/// The problem for an Error that our own code returned.
Problem problem_of(const Error& failure);
/// The problem for a refusal by a room process.
Problem problem_of(const messages::Reply& reply);

/// {"type", "title", "status", "detail", "code"}
Json problem_body(const Problem& problem);

/// `application/problem+json`. 401 carries WWW-Authenticate, 429 and 503 carry Retry-After.
HttpResponse problem_response(const Problem& problem);
HttpResponse problem_response(int status, std::string code, std::string detail);

}  // namespace tessera::server
