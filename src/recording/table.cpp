#include "recording/table.hpp"

#include <fmt/format.h>
#include <glib.h>

#include <algorithm>
#include <array>

#include "recording/printable.hpp"

namespace tessera::recording {
namespace {

constexpr std::size_t column_count = 8;
using Row = std::array<std::string, column_count>;

Row row_of(const Json& manifest) {
  const auto text = [&](const char* key, std::size_t limit) {
    return printable(manifest[key].as_string(), limit);
  };
  std::string state = text("state", 20);
  if (manifest["interrupted"].as_bool() && state != "no manifest") state = "interrupted";
  if (manifest["recovered"].as_bool()) state += " *";
  const std::string format = manifest.has("format") ? text("format", 12) : "mp4";
  return {text("id", 40),
          text("room", 24),
          text("name", 24),
          state,
          format,
          text("startedAt", 24),
          manifest["durationMs"].is_number() ? duration_text(manifest["durationMs"].as_int()) : "",
          manifest["bytes"].is_number() ? size_text(manifest["bytes"].as_int()) : ""};
}

/// Columns on a terminal, as far as counting characters tells.
std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(g_utf8_strlen(text.c_str(), static_cast<gssize>(text.size())));
}

}  // namespace

std::string size_text(std::int64_t bytes) {
  constexpr std::array units = {"B", "kB", "MB", "GB", "TB"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (value >= 999.95 && unit + 1 < units.size()) {
    value /= 1000;
    ++unit;
  }
  return unit == 0 ? fmt::format("{} B", bytes) : fmt::format("{:.1f} {}", value, units[unit]);
}

std::string duration_text(std::int64_t milliseconds) {
  const std::int64_t seconds = milliseconds / 1000;
  if (seconds < 3600) return fmt::format("{}:{:02}", seconds / 60, seconds % 60);
  return fmt::format("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

std::string table_of(const std::vector<Json>& manifests) {
  std::vector<Row> rows = {{"ID", "ROOM", "NAME", "STATE", "FORMAT", "STARTED", "LENGTH", "SIZE"}};
  for (const Json& manifest : manifests) rows.push_back(row_of(manifest));
  std::array<std::size_t, column_count> widths{};
  for (const Row& row : rows)
    for (std::size_t i = 0; i < column_count; ++i) widths[i] = std::max(widths[i], width_of(row[i]));
  std::string table;
  for (const Row& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < column_count; ++i) {
      const std::string padding(widths[i] - width_of(row[i]), ' ');
      const bool figure = i + 2 >= column_count;
      line += figure ? padding + row[i] : row[i] + padding;
      if (i + 1 < column_count) line += "  ";
    }
    line.erase(line.find_last_not_of(' ') + 1);
    table += line + "\n";
  }
  return table;
}

}  // namespace tessera::recording
