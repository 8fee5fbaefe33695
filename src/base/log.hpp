#pragma once
// Logging: one line per event on standard error, with a level and (in a room process) the room's name.
// The sink is spdlog; this header keeps it out of everybody's compile.

#include <fmt/format.h>

#include <string>
#include <string_view>

namespace tessera::log {

enum class Level { debug, info, warn, error };

/// Sets the threshold and the name shown with every line. Safe to call again.
void configure(Level level, std::string name);
/// "debug", "info", "warn" or "error"; anything else gives `fallback`.
Level level_from(std::string_view word, Level fallback = Level::info);
std::string_view name_of(Level level);

bool enabled(Level level);
void write(Level level, std::string_view line);

template <typename... Args>
void debug(fmt::format_string<Args...> format, Args&&... args) {
  if (enabled(Level::debug)) write(Level::debug, fmt::format(format, std::forward<Args>(args)...));
}
template <typename... Args>
void info(fmt::format_string<Args...> format, Args&&... args) {
  if (enabled(Level::info)) write(Level::info, fmt::format(format, std::forward<Args>(args)...));
}
template <typename... Args>
void warn(fmt::format_string<Args...> format, Args&&... args) {
  if (enabled(Level::warn)) write(Level::warn, fmt::format(format, std::forward<Args>(args)...));
}
template <typename... Args>
void error(fmt::format_string<Args...> format, Args&&... args) {
  write(Level::error, fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace tessera::log
