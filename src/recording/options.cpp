#include "recording/options.hpp"

#include <glib.h>

#include "base/json_reader.hpp"

namespace tessera::recording {
namespace {

constexpr std::int64_t least_split_ms = 1'000, longest_ms = 30LL * 24 * 3600 * 1000;
constexpr std::int64_t least_split_bytes = 1'000'000, largest_bytes = 1LL << 50;
constexpr glong longest_name = 200;

/// A limit: absent takes the default, null or 0 takes it away.
std::int64_t limit(JsonReader& reader, const char* key, std::int64_t fallback, std::int64_t least,
                   std::int64_t most) {
  const Json& value = reader.raw(key);
  if (value.is_null()) return reader.json().has(key) ? 0 : fallback;
  if (value.is_integer() && (value.as_int() == 0 || (value.as_int() >= least && value.as_int() <= most)))
    return value.as_int();
  reader.fault_at(key, fmt::format("expected 0 (no limit) or an integer from {} to {}, found {}", least, most,
                                   value.dump()));
  return fallback;
}

}  // namespace

Result<RecordingOptions> RecordingOptions::from_json(const Json& json, const RecordingOptions& defaults) {
  std::vector<JsonFault> faults;
  JsonReader reader(json, faults, "");
  RecordingOptions options = defaults;
  options.name = reader.string("name", defaults.name);
  if (g_utf8_strlen(options.name.c_str(), -1) > longest_name)
    reader.fault_at("name", fmt::format("expected at most {} characters", longest_name));
  const std::string format = reader.string("format", std::string(defaults.format.name));
  if (const Format* known = find_format(format))
    options.format = *known;
  else
    reader.fault_at("format",
                    fmt::format("expected one of {}, found \"{}\"", format_names(), format.substr(0, 40)));
  options.tracks = reader.boolean("tracks", defaults.tracks);
  options.announce = reader.boolean("announce", defaults.announce);
  options.chat = reader.boolean("chat", defaults.chat);
  using std::chrono::milliseconds;
  options.split_after =
      milliseconds(limit(reader, "splitMs", defaults.split_after.count(), least_split_ms, longest_ms));
  options.split_bytes =
      static_cast<std::uint64_t>(limit(reader, "splitBytes", static_cast<std::int64_t>(defaults.split_bytes),
                                       least_split_bytes, largest_bytes));
  options.max_duration =
      milliseconds(limit(reader, "maxDurationMs", defaults.max_duration.count(), least_split_ms, longest_ms));
  const Json& loudness = reader.raw("loudness");
  if (json.has("loudness") && loudness.is_null()) options.loudness.reset();
  if (!loudness.is_null()) options.loudness = reader.number("loudness", -23, -40, -5);
  // A slip in a limit or in `tracks` must not become a recording without it.
  reader.reject_unknown();
  if (faults.empty()) return options;
  std::string text;
  for (const JsonFault& fault : faults) {
    std::string_view path = fault.path;
    while (path.starts_with('.') || path.starts_with('$')) path.remove_prefix(1);
    text += fmt::format("{}{}: {}", text.empty() ? "" : "; ", path, fault.reason);
  }
  return Error{"bad-request", text};
}

Json RecordingOptions::to_json() const {
  Json json = Json::object({{"format", format.name}});
  if (!name.empty()) json.set("name", name);
  if (tracks) json.set("tracks", true);
  if (announce) json.set("announce", true);
  if (chat) json.set("chat", true);
  if (split_after.count() > 0) json.set("splitMs", static_cast<std::int64_t>(split_after.count()));
  if (split_bytes > 0) json.set("splitBytes", static_cast<std::int64_t>(split_bytes));
  if (max_duration.count() > 0) json.set("maxDurationMs", static_cast<std::int64_t>(max_duration.count()));
  if (loudness) json.set("loudness", *loudness);
  return json;
}

}  // namespace tessera::recording
