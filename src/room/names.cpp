#include "room/names.hpp"

#include <glib.h>

namespace tessera::room {
namespace {

constexpr int max_characters = 64;

bool is_override(gunichar c) {
  return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
}

}  // namespace

std::string clean_name(const std::string& name, const std::string& fallback) {
  gchar* valid = g_utf8_make_valid(name.data(), static_cast<gssize>(name.size()));
  std::string result;
  int count = 0;
  bool space = false;
  for (const gchar* at = valid; *at && count < max_characters; at = g_utf8_next_char(at)) {
    const gunichar c = g_utf8_get_char(at);
    if (g_unichar_isspace(c)) {
      space = !result.empty();
      continue;
    }
    if (g_unichar_iscntrl(c) || is_override(c)) continue;
    if (space) {
      result += ' ';
      ++count;
      space = false;
    }
    char bytes[6];
    result.append(bytes, static_cast<std::size_t>(g_unichar_to_utf8(c, bytes)));
    ++count;
  }
  g_free(valid);
  return result.empty() ? fallback : result;
}

}  // namespace tessera::room
