#pragma once
// RFC 9110 section 13: conditional requests for something that has an entity tag and a date. Pure.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "server/http.hpp"

namespace tessera::server {

using HttpTime = std::chrono::sys_seconds;

/// "Sun, 06 Nov 1994 08:49:37 GMT"
std::string http_date(HttpTime time);
/// Any of the three forms of section 5.6.7; nothing when it is none.
std::optional<HttpTime> parse_http_date(std::string_view text);

/// What identifies the state of a thing.
struct Validators {
  std::string etag;  ///< strong, with its quotes
  HttpTime modified;
};

enum class Condition {
  send,          ///< no precondition stands against it
  not_modified,  ///< 304
  failed,        ///< 412
};

/// If-Match, If-Unmodified-Since, If-None-Match and If-Modified-Since in the order of section 13.2.2, for GET
/// and HEAD.
Condition evaluate_conditions(const HttpRequest& request, const Validators& validators);

/// Whether a Range header counts: If-Range is absent, or names exactly what is here (section 13.1.5). A date
/// does so only when it is old enough, at `now`, for nothing to have changed within its second.
bool range_applies(const HttpRequest& request, const Validators& validators, HttpTime now);

}  // namespace tessera::server
