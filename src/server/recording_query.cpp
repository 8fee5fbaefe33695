#include "server/recording_query.hpp"

#include <glib.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>

#include "server/names.hpp"

namespace tessera::server {
namespace {

constexpr std::array<std::string_view, 7> known_states = {"starting",  "recording", "paused", "stopping",
                                                          "finishing", "ready",     "failed"};
constexpr std::array<std::string_view, 5> active_states = {"starting", "recording", "paused", "stopping",
                                                           "finishing"};
constexpr std::size_t max_words_length = 200;

struct FreeText {
  void operator()(char* text) const { g_free(text); }
};
using TextPtr = std::unique_ptr<char, FreeText>;

/// For comparing as people do: no matter which case, nor how an accent is encoded.
std::string folded(std::string_view text) {
  if (std::all_of(text.begin(), text.end(), [](char c) { return c > 0; })) {
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) { return g_ascii_tolower(c); });
    return lower;
  }
  const TextPtr valid(g_utf8_make_valid(text.data(), static_cast<gssize>(text.size())));
  const TextPtr normal(g_utf8_normalize(valid.get(), -1, G_NORMALIZE_ALL));
  const TextPtr fold(g_utf8_casefold(normal ? normal.get() : valid.get(), -1));
  return fold.get();
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const auto at = text.find(separator);
    if (at != 0) parts.emplace_back(text.substr(0, at));
    if (at == std::string_view::npos) break;
    text.remove_prefix(at + 1);
  }
  return parts;
}

/// "2026-11-21" or a whole time as manifests have it, with or without the milliseconds.
std::optional<recording::WallTime> parse_when(std::string text) {
  if (text.size() == 10) text += "T00:00:00.000Z";
  if (text.size() == 20 && text.back() == 'Z') text.replace(19, 1, ".000Z");
  return recording::parse_timestamp(text);
}

Result<std::vector<std::string>> parse_states(std::string_view text) {
  std::vector<std::string> states;
  for (const std::string& name : split(text, ',')) {
    if (name == "active") {
      states.insert(states.end(), active_states.begin(), active_states.end());
    } else if (std::find(known_states.begin(), known_states.end(), name) != known_states.end()) {
      states.push_back(name);
    } else {
      return error(
          "bad-request",
          "state must be of starting, recording, paused, stopping, finishing, ready, failed and active (all "
          "but the last two), separated by commas");
    }
  }
  return states;
}

}  // namespace

Result<RecordingQuery> parse_recording_query(const HttpRequest& request) {
  RecordingQuery query;
  const auto given = [&](const char* name) { return request.query.contains(name); };
  if (given("room")) {
    query.room = request.query_value("room");
    if (!is_room_name(*query.room)) return error("bad-room-name", "room is not the name of a room");
  }
  const std::string words = request.query_value("q");
  if (words.size() > max_words_length) return error("bad-request", "q is at most {} bytes", max_words_length);
  query.words = split(folded(words), ' ');
  auto states = parse_states(request.query_value("state"));
  if (!states) return states.error();
  query.states = std::move(*states);
  for (const auto& [name, time] : {std::pair("from", &query.from), std::pair("to", &query.to)}) {
    if (!given(name)) continue;
    *time = parse_when(request.query_value(name));
    if (!*time)
      return error("bad-request", "{} must be a date or a UTC time such as 2026-11-21T08:00:00Z", name);
  }
  if (given("limit")) {
    const std::string text = request.query_value("limit");
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), query.limit);
    if (failure != std::errc{} || end != text.data() + text.size() || query.limit < 1 ||
        query.limit > RecordingQuery::max_limit)
      return error("bad-request", "limit must be a number from 1 to {}", RecordingQuery::max_limit);
  }
  if (given("after")) {
    query.after = request.query_value("after");
    if (!recording::folder_of(*query.after))
      return error("bad-request", "after must be the id of a recording");
  }
  return query;
}

bool matches(const RecordingQuery& query, const Json& manifest) {
  if (query.room && manifest["room"].as_string() != *query.room) return false;
  const auto& states = query.states;
  if (!states.empty() &&
      std::find(states.begin(), states.end(), manifest["state"].as_string()) == states.end())
    return false;
  if (query.from || query.to) {
    const auto started = recording::parse_timestamp(manifest["startedAt"].as_string());
    if (!started || (query.from && *started < *query.from) || (query.to && *started >= *query.to))
      return false;
  }
  if (query.words.empty()) return true;
  std::string text = manifest["name"].as_string() + "\n" + manifest["room"].as_string();
  for (const Json& person : manifest["participants"].items()) text += "\n" + person["name"].as_string();
  text = folded(text);
  return std::all_of(query.words.begin(), query.words.end(),
                     [&](const std::string& word) { return text.find(word) != std::string::npos; });
}

Json recording_page(const RecordingQuery& query, const std::vector<recording::Catalog::Manifest>& manifests,
                    const std::function<bool(const std::string&)>& is_interrupted) {
  Json page = Json::array();
  Json next;
  std::vector<std::pair<std::string, const Json*>> found;
  for (const auto& manifest : manifests)
    if (matches(query, *manifest)) found.emplace_back((*manifest)["id"].as_string(), manifest.get());
  // Ids begin with the time of the start. By their order a page is found even when the recording that `after`
  // names has been deleted meanwhile.
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  for (const auto& [id, manifest] : found) {
    if (query.after && id >= *query.after) continue;
    if (page.items().size() < query.limit) {
      page.push(shown_recording(*manifest, is_interrupted && is_interrupted(id)));
    } else {
      next = page.items().back()["id"];
      break;
    }
  }
  return Json::object({{"recordings", std::move(page)}, {"total", found.size()}, {"next", std::move(next)}});
}

Json shown_recording(const Json& manifest, bool interrupted) {
  Json result = Json::object();
  for (const auto& [key, value] : manifest.members())
    if (key != "directory") result.set(key, value);
  if (interrupted) result.set("interrupted", true);
  return result;
}

}  // namespace tessera::server
