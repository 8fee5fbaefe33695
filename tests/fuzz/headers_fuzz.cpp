// Request headers and query parameters with a grammar of their own: dates, entity tags, media types,
// origins, tokens, links and searches. Each line of an input is one of them.
// sources: config/server_config_validate.cpp
// without: recording/catalog.cpp config/server_config.cpp config/room_settings.cpp
// options: -max_len=8192
#include <array>

#include "fuzz.hpp"
#include "server/auth.hpp"
#include "server/conditional.hpp"
#include "server/content_disposition.hpp"
#include "server/names.hpp"
#include "server/origin_guard.hpp"
#include "server/recording_links.hpp"
#include "server/recording_query.hpp"

namespace {

using namespace tessera::fuzz;
using namespace tessera::server;

void check_date(std::string_view text) {
  const auto date = parse_http_date(text);
  if (!date) return;
  const std::string written = http_date(*date);
  expect(is_one_line(written), "a date is one line");
  if (written.empty()) return;
  expect(parse_http_date(written) == date, "a date reads as it was written: {} from {}", written, text);
}

void check_conditions(const HttpRequest& request) {
  const Validators validators{"\"a1\"", HttpTime(std::chrono::seconds(1'700'000'000))};
  const auto condition = evaluate_conditions(request, validators);
  if (!request.has_header("if-match") && request.header("if-unmodified-since").empty())
    expect(condition != Condition::failed, "nothing fails without a precondition");
  (void)range_applies(request, validators, validators.modified);
}

void check_query(const HttpRequest& request) {
  const auto query = parse_recording_query(request);
  if (!query) return;
  expect(query->limit >= 1 && query->limit <= RecordingQuery::max_limit, "a page has 1 to 500 recordings");
  const auto manifest = tessera::Json::object({{"room", "r"},
                                               {"state", "ready"},
                                               {"name",
                                                "Stra\xc3\x9f"
                                                "e"}});
  (void)matches(*query, manifest);
}

void check_link(std::string_view grant) {
  static const RecordingLinks links({"a secret that nobody guesses", "an older one"});
  const auto now = RecordingLinks::Time(std::chrono::seconds(1));
  const auto checked = links.check(grant, "20261121T004512123Z-abcdefghijkl", now);
  expect(!checked.ok() && checked.error().code != "link-expired", "no link is made by guessing: {}", grant);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  static constexpr std::array names = {
      "if-match", "if-none-match", "if-modified-since", "if-unmodified-since", "if-range", "content-type",
      "origin",   "host",          "authorization"};
  static constexpr std::array queries = {"room", "q", "state", "from", "to", "limit", "after"};
  Input input(bytes, size);
  HttpRequest request;
  request.method = "GET";
  while (!input.bytes().empty()) {
    const unsigned which = input.byte() % 16u;
    const std::string value(input.until('\n'));
    if (which < names.size())
      request.headers[names[which]] = value;
    else
      request.query[queries[which - names.size()]] = value;
    check_date(value);
    check_link(value);
    (void)is_local_host_header(value);
    expect(!OriginRule(true, {}).admits(value) || is_local_origin(value),
           "an open server is for pages from here: {}", value);
    expect(bearer_token(value).size() <= value.size(), "a token is a piece of its header");
    const auto duration = parse_duration(value);
    expect(!duration || duration->count() > 0, "a duration is positive");
    const auto header = content_disposition(value, true);
    for (const char c : header)
      expect(c >= 0x20 && c < 0x7f, "Content-Disposition is plain ASCII: {}", header);
  }
  expect(request.content_type().size() <= request.header("content-type").size(),
         "a media type is a piece of its header");
  check_conditions(request);
  check_query(request);
  return 0;
}
