#include "recording/printable.hpp"

#include <glib.h>

namespace tessera::recording {

std::string printable(std::string_view text, std::size_t limit) {
  std::string result;
  const char* at = text.data();
  const char* const end = at + text.size();
  std::size_t count = 0;
  for (; at < end && count < limit; ++count) {
    const gunichar c = g_utf8_get_char_validated(at, end - at);
    const bool valid = c != static_cast<gunichar>(-1) && c != static_cast<gunichar>(-2);
    const char* next = valid ? g_utf8_next_char(at) : at + 1;
    if (valid && g_unichar_isprint(c))
      result.append(at, next);
    else
      result += '?';
    at = next;
  }
  if (at < end) result += "…";
  return result;
}

}  // namespace tessera::recording
