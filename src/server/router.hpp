#pragma once
// Method and path patterns to handlers. Pure: it only decides; http_server calls.

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/http.hpp"

namespace tessera::server {

/// The values of a pattern's `{name}` segments, percent-decoded.
using PathParams = std::map<std::string, std::string, std::less<>>;
using Handler = std::function<void(std::shared_ptr<const HttpRequest>, const PathParams&, Respond)>;

struct Route {
  enum class Outcome { found, not_found, method_not_allowed, bad_path };
  Outcome outcome = Outcome::not_found;
  const Handler* handler = nullptr;  ///< when found; valid as long as the router
  std::string pattern;               ///< when found
  PathParams params;                 ///< when found
  std::string allow;                 ///< when the path exists: its methods, for the Allow header
};

class Router {
 public:
  /// `pattern` is "/whip/{room}" and the like; a `{name}` matches one non-empty segment.
  void add(std::string method, std::string_view pattern, Handler handler);

  /// `path` is as sent. A segment is split off before it is decoded, so "%2F" never separates; what does not
  /// decode, or decodes to a control character, is a bad path.
  [[nodiscard]] Route find(std::string_view method, std::string_view path) const;
  /// All of them, in the order in which they were added.
  [[nodiscard]] std::vector<std::string> patterns() const;
  /// Each method of each pattern, as {method, pattern}.
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> routes() const;

 private:
  struct Entry {
    std::string pattern;
    std::vector<std::string> segments;
    std::map<std::string, Handler, std::less<>> methods;
  };
  std::vector<Entry> entries_;
};

}  // namespace tessera::server
