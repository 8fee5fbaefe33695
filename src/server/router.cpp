#include "server/router.hpp"

#include <algorithm>
#include <optional>

namespace tessera::server {
namespace {

std::vector<std::string> split(std::string_view path) {
  std::vector<std::string> segments;
  if (path.starts_with('/')) path.remove_prefix(1);
  while (true) {
    const auto slash = path.find('/');
    segments.emplace_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return segments;
    path.remove_prefix(slash + 1);
  }
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<std::string> decode(std::string_view segment) {
  std::string text;
  for (std::size_t i = 0; i < segment.size(); ++i) {
    char c = segment[i];
    if (c == '%') {
      if (i + 2 >= segment.size()) return std::nullopt;
      const int high = hex_value(segment[i + 1]), low = hex_value(segment[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      c = static_cast<char>(high * 16 + low);
      i += 2;
    }
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return std::nullopt;
    text += c;
  }
  return text;
}

bool is_parameter(std::string_view segment) {
  return segment.starts_with('{') && segment.ends_with('}');
}

std::string allowed(const std::map<std::string, Handler, std::less<>>& methods) {
  std::string text;
  for (const auto& [method, handler] : methods) {
    if (!text.empty()) text += ", ";
    text += method;
    if (method == "GET") text += ", HEAD";
  }
  if (!methods.contains("OPTIONS")) text += text.empty() ? "OPTIONS" : ", OPTIONS";
  return text;
}

}  // namespace

void Router::add(std::string method, std::string_view pattern, Handler handler) {
  auto entry = std::find_if(entries_.begin(), entries_.end(),
                            [&](const Entry& known) { return known.pattern == pattern; });
  if (entry == entries_.end())
    entry = entries_.insert(entries_.end(), Entry{std::string(pattern), split(pattern), {}});
  entry->methods[std::move(method)] = std::move(handler);
}

Route Router::find(std::string_view method, std::string_view path) const {
  Route route;
  std::vector<std::string> segments = split(path);
  for (auto& segment : segments) {
    auto decoded = decode(segment);
    if (!decoded) {
      route.outcome = Route::Outcome::bad_path;
      return route;
    }
    segment = std::move(*decoded);
  }
  for (const auto& entry : entries_) {
    if (entry.segments.size() != segments.size()) continue;
    PathParams params;
    bool matches = true;
    for (std::size_t i = 0; i < segments.size() && matches; ++i) {
      const std::string& wanted = entry.segments[i];
      if (is_parameter(wanted)) {
        matches = !segments[i].empty();
        params[wanted.substr(1, wanted.size() - 2)] = segments[i];
      } else {
        matches = wanted == segments[i];
      }
    }
    if (!matches) continue;
    route.allow = allowed(entry.methods);
    const auto found = entry.methods.find(method);
    if (found == entry.methods.end()) {
      route.outcome = Route::Outcome::method_not_allowed;
      continue;  // another pattern with the same shape may know the method
    }
    route.outcome = Route::Outcome::found;
    route.handler = &found->second;
    route.pattern = entry.pattern;
    route.params = std::move(params);
    return route;
  }
  return route;
}

std::vector<std::string> Router::patterns() const {
  std::vector<std::string> all;
  for (const Entry& entry : entries_) all.push_back(entry.pattern);
  return all;
}

std::vector<std::pair<std::string, std::string>> Router::routes() const {
  std::vector<std::pair<std::string, std::string>> all;
  for (const Entry& entry : entries_)
    for (const auto& [method, handler] : entry.methods) all.emplace_back(method, entry.pattern);
  return all;
}

}  // namespace tessera::server
