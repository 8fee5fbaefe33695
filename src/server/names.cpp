#include "server/names.hpp"

#include <glib.h>

#include <algorithm>

namespace tessera::server {
namespace {

constexpr std::size_t max_room_name = 64;
constexpr std::size_t max_display_name = 64;
constexpr std::size_t max_id = 128;

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

}  // namespace

bool is_room_name(std::string_view name) {
  return !name.empty() && name.size() <= max_room_name && std::all_of(name.begin(), name.end(), is_word);
}

bool is_display_name(std::string_view name) {
  if (!g_utf8_validate(name.data(), static_cast<gssize>(name.size()), nullptr)) return false;
  std::size_t characters = 0;
  for (const char* at = name.data(); at < name.data() + name.size(); at = g_utf8_next_char(at), ++characters)
    if (g_unichar_iscntrl(g_utf8_get_char(at))) return false;
  return characters <= max_display_name;
}

bool is_id(std::string_view id) {
  return !id.empty() && id.size() <= max_id && id.front() != '.' &&
         std::all_of(id.begin(), id.end(), [](char c) { return is_word(c) || c == '.'; });
}

}  // namespace tessera::server
