#include "server/content_disposition.hpp"

#include <fmt/format.h>
#include <glib.h>

#include <memory>

namespace tessera::server {
namespace {

constexpr std::size_t max_characters =
    150;  // a file system takes 255 bytes, of which these are at most 600/4

struct FreeText {
  void operator()(char* text) const { g_free(text); }
};

bool is_attribute_character(unsigned char c) {  // RFC 8187 attr-char
  return g_ascii_isalnum(c) ||
         std::string_view("!#$&+-.^_`|~").find(static_cast<char>(c)) != std::string_view::npos;
}

/// Without what has a meaning to some file system, nor characters that cannot be seen or turn text around.
std::string harmless(std::string_view name) {
  const std::unique_ptr<char, FreeText> valid(
      g_utf8_make_valid(name.data(), static_cast<gssize>(name.size())));
  std::string text;
  std::size_t count = 0;
  for (const char* at = valid.get(); *at && count < max_characters; at = g_utf8_next_char(at), ++count) {
    const gunichar c = g_utf8_get_char(at);
    const GUnicodeType type = g_unichar_type(c);
    const bool unseen = type == G_UNICODE_CONTROL || type == G_UNICODE_FORMAT ||
                        type == G_UNICODE_LINE_SEPARATOR || type == G_UNICODE_PARAGRAPH_SEPARATOR;
    const bool special =
        c < 0x80 && std::string_view("/\\:*?\"<>|").find(static_cast<char>(c)) != std::string_view::npos;
    if (unseen || special || (count == 0 && c == '.'))
      text += '_';
    else
      text.append(at, static_cast<const char*>(g_utf8_next_char(at)));
  }
  return text;
}

}  // namespace

std::string content_disposition(std::string_view name, bool attachment) {
  const std::string wanted = harmless(name);
  std::string ascii, extended;
  for (const char* at = wanted.c_str(); *at; at = g_utf8_next_char(at)) {
    const bool plain = g_utf8_get_char(at) < 0x80;
    ascii += plain ? *at : '_';
    for (const char* byte = at; byte != g_utf8_next_char(at); ++byte) {
      const auto c = static_cast<unsigned char>(*byte);
      if (is_attribute_character(c))
        extended += *byte;
      else
        extended += fmt::format("%{:02X}", c);
    }
  }
  std::string header = fmt::format("{}; filename=\"{}\"", attachment ? "attachment" : "inline", ascii);
  if (ascii != wanted) header += "; filename*=UTF-8''" + extended;
  return header;
}

}  // namespace tessera::server
