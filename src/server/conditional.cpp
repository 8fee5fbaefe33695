#include "server/conditional.hpp"

#include <fmt/chrono.h>
#include <libsoup/soup.h>

#include <memory>

#include "server/static_web.hpp"

namespace tessera::server {
namespace {

struct FreeTime {
  void operator()(GDateTime* time) const { g_date_time_unref(time); }
};
using TimePtr = std::unique_ptr<GDateTime, FreeTime>;

}  // namespace

std::string http_date(HttpTime time) {
  // The years that have four digits, as the grammar wants them.
  constexpr HttpTime first = std::chrono::sys_days(std::chrono::year(0) / 1 / 1),
                     end = std::chrono::sys_days(std::chrono::year(10'000) / 1 / 1);
  if (time < first || time >= end) return "";
  return fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT", fmt::gmtime(time.time_since_epoch().count()));
}

std::optional<HttpTime> parse_http_date(std::string_view text) {
  if (text.size() > 64) return std::nullopt;
  const TimePtr date(soup_date_time_new_from_http_string(std::string(text).c_str()));
  if (!date) return std::nullopt;
  return HttpTime(std::chrono::seconds(g_date_time_to_unix(date.get())));
}

Condition evaluate_conditions(const HttpRequest& request, const Validators& validators) {
  if (request.has_header("if-match")) {
    if (!etag_matches(request.header("if-match"), validators.etag, false)) return Condition::failed;
  } else if (const auto since = parse_http_date(request.header("if-unmodified-since"))) {
    if (validators.modified > *since) return Condition::failed;
  }
  if (request.has_header("if-none-match")) {
    if (etag_matches(request.header("if-none-match"), validators.etag, true)) return Condition::not_modified;
  } else if (const auto since = parse_http_date(request.header("if-modified-since"))) {
    if (validators.modified <= *since) return Condition::not_modified;
  }
  return Condition::send;
}

bool range_applies(const HttpRequest& request, const Validators& validators, HttpTime now) {
  // Only GET knows ranges (section 14.2).
  if (request.head || request.method != "GET") return false;
  const std::string tag = request.header("if-range");
  if (tag.empty() || tag == validators.etag) return true;
  const auto date = parse_http_date(tag);
  return date && *date == validators.modified && validators.modified + std::chrono::seconds(1) <= now;
}

}  // namespace tessera::server
