// A request's method and path: what a route's parameters hold is text without control characters, decoded
// once.
// options: -max_len=8192
#include "fuzz.hpp"
#include "server/router.hpp"

namespace {

using namespace tessera::server;

const Router& router() {
  static const Router routes = [] {
    Router made;
    const auto nothing = [](std::shared_ptr<const HttpRequest>, const PathParams&, Respond) {};
    for (const char* pattern :
         {"/whip/{room}", "/whip/{room}/{session}", "/api/v1/rooms", "/api/v1/rooms/{room}",
          "/api/v1/rooms/{room}/participants/{id}", "/api/v1/recordings/{id}/media/{part}", "/"})
      for (const char* method : {"GET", "POST", "DELETE"}) made.add(method, pattern, nothing);
    made.add("PATCH", "/api/v1/{thing}/{id}", nothing);
    return made;
  }();
  return routes;
}

std::string encoded(std::string_view text) {
  std::string result;
  for (const char c : text) result += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  return result;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace tessera::fuzz;
  Input input(bytes, size);
  const std::string_view method = input.until(' '), path = input.text();
  const Route route = router().find(method, path);
  expect(is_one_line(route.allow), "Allow is one line");
  if (route.outcome != Route::Outcome::found) {
    expect(route.handler == nullptr, "only a route that was found is called");
    return 0;
  }
  expect(route.handler != nullptr, "a route that was found can be called");
  std::string again;
  std::string_view pattern = route.pattern;
  for (const auto& [name, value] : route.params) {
    expect(!value.empty() && value.size() <= path.size(), "{} is a piece of the path", name);
    for (const char c : value)
      expect(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f, "{} is printable", name);
  }
  while (!pattern.empty()) {  // the same path with every character of its parameters encoded
    const auto open = pattern.find('{'), close = pattern.find('}');
    again += pattern.substr(0, open);
    if (open == pattern.npos) break;
    again += encoded(route.params.find(pattern.substr(open + 1, close - open - 1))->second);
    pattern.remove_prefix(close + 1);
  }
  const Route same = router().find(method, again);
  expect(same.pattern == route.pattern && same.params == route.params, "encoding does not change a path: {}",
         again);
  return 0;
}
