#include "recording/names.hpp"

#include <algorithm>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "base/random.hpp"

namespace tessera::recording {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_name_char(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || is_digit(c) || c == '_' || c == '-';
}

/// 'd' in the pattern stands for a digit, anything else for itself.
bool matches(std::string_view text, std::string_view pattern) {
  return text.size() == pattern.size() &&
         std::equal(text.begin(), text.end(), pattern.begin(),
                    [](char c, char p) { return p == 'd' ? is_digit(c) : c == p; });
}

std::string format_time(WallTime time, const char* seconds_format, const char* tail) {
  const auto second = std::chrono::floor<std::chrono::seconds>(time);  // before 1970, too
  return fmt::format(
      "{}.{:03}{}", fmt::format(fmt::runtime(seconds_format), fmt::gmtime(second.time_since_epoch().count())),
      (time - second).count(), tail);
}

constexpr std::string_view folder_pattern = "ddddddddTdddddd.dddZ";
constexpr std::string_view id_prefix_pattern = "ddddddddTdddddddddZ-";
constexpr std::size_t token_bytes = 9;  // 12 characters of base64url

/// "<stem><extension>" for part 1, "<stem>-<three digits or more><extension>" for the others.
std::string numbered(std::string_view stem, int part, std::string_view extension) {
  return part <= 1 ? fmt::format("{}{}", stem, extension) : fmt::format("{}-{:03}{}", stem, part, extension);
}

/// The reverse: the part, when `name` is just what numbered() makes of it.
std::optional<int> part_of(std::string_view name, std::string_view stem, std::string_view extension) {
  if (!name.starts_with(stem) || !name.ends_with(extension)) return {};
  if (name.size() < stem.size() + extension.size()) return {};
  std::string_view digits = name.substr(stem.size(), name.size() - stem.size() - extension.size());
  int part = 1;
  if (!digits.empty()) {
    if (digits.size() < 2 || digits.size() > 5 || digits.front() != '-') return {};
    digits.remove_prefix(1);
    if (!std::all_of(digits.begin(), digits.end(), is_digit)) return {};
    part = 0;
    for (const char digit : digits) part = part * 10 + (digit - '0');
    if (part < 2) return {};
  }
  if (name != numbered(stem, part, extension)) return {};
  return part;
}

constexpr std::string_view live_stem = "live", live_extension = ".mkv", final_stem = "recording";

}  // namespace

bool is_working_file(std::string_view name) {
  return name == lock_file || name == reserve_file || name == upload_file || name.ends_with(".tmp") ||
         name.ends_with(".part");
}

std::string live_name(int part) {
  return numbered(live_stem, part, live_extension);
}
std::string final_name(int part, const Format& format) {
  return numbered(final_stem, part, format.extension);
}
std::string partial_name(int part, const Format& format) {
  return final_name(part, format) + ".part";
}

std::optional<int> part_of_live(std::string_view name) {
  return part_of(name, live_stem, live_extension);
}
std::optional<FinalName> part_of_final(std::string_view name) {
  for (const Format& format : all_formats())
    if (const auto part = part_of(name, final_stem, format.extension))
      return FinalName{*part, std::string(format.extension)};
  return {};
}

WallTime wall_now() {
  return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

std::optional<WallTime> start_of(std::string_view folder) {
  if (!valid_folder_name(folder)) return {};
  const auto digits = [&](std::size_t from, std::size_t count) {
    return std::string(folder.substr(from, count));
  };
  return parse_timestamp(fmt::format("{}-{}-{}T{}:{}:{}.{}Z", digits(0, 4), digits(4, 2), digits(6, 2),
                                     digits(9, 2), digits(11, 2), digits(13, 2), digits(16, 3)));
}

bool valid_room_name(std::string_view room) {
  return !room.empty() && room.size() <= 64 && std::all_of(room.begin(), room.end(), is_name_char);
}

std::string folder_name(WallTime start) {
  return format_time(start, "{:%Y%m%dT%H%M%S}", "Z");
}
bool valid_folder_name(std::string_view name) {
  return matches(name, folder_pattern);
}
std::string timestamp(WallTime time) {
  return format_time(time, "{:%Y-%m-%dT%H:%M:%S}", "Z");
}

std::optional<WallTime> parse_timestamp(std::string_view text) {
  if (!matches(text, "dddd-dd-ddTdd:dd:dd.dddZ")) return {};
  const auto number = [&](std::size_t at, std::size_t count) {
    int value = 0;
    for (std::size_t i = at; i < at + count; ++i) value = value * 10 + (text[i] - '0');
    return value;
  };
  const std::chrono::year_month_day day{std::chrono::year(number(0, 4)),
                                        std::chrono::month(static_cast<unsigned>(number(5, 2))),
                                        std::chrono::day(static_cast<unsigned>(number(8, 2)))};
  if (!day.ok() || number(11, 2) > 23 || number(14, 2) > 59 || number(17, 2) > 60) return {};
  return WallTime(std::chrono::sys_days(day)) + std::chrono::hours(number(11, 2)) +
         std::chrono::minutes(number(14, 2)) + std::chrono::seconds(number(17, 2)) +
         std::chrono::milliseconds(number(20, 3));
}

std::string new_id(std::string_view folder) {
  std::string id(folder);
  std::erase(id, '.');
  return id + "-" + random_token(token_bytes);
}

std::optional<std::string> folder_of(std::string_view id) {
  const std::size_t prefix = id_prefix_pattern.size();
  if (id.size() != prefix + token_bytes * 4 / 3) return {};
  if (!matches(id.substr(0, prefix), id_prefix_pattern)) return {};
  if (!std::all_of(id.begin() + static_cast<std::ptrdiff_t>(prefix), id.end(), is_name_char)) return {};
  std::string folder(id.substr(0, prefix - 1));
  folder.insert(15, ".");
  return folder;
}

}  // namespace tessera::recording
