#include "server/audit_log.hpp"

#include <fmt/format.h>
#include <glib.h>

#include "base/audit_line.hpp"
#include "base/text.hpp"
#include "server/live_room.hpp"

namespace tessera::server {
namespace {

constexpr std::size_t longest_text = 256;

// Other scripts, and what terminals act on (C1 controls, marks of direction), as escapes: a line looks like
// what it says.
std::string in_ascii(const std::string& json) {
  std::string line;
  const char* at = json.c_str();
  const char* const end = at + json.size();
  while (at < end) {
    const gunichar c = g_utf8_get_char_validated(at, end - at);
    if (c == static_cast<gunichar>(-1) || c == static_cast<gunichar>(-2)) {
      line += "\\ufffd";
      ++at;
      continue;
    }
    if (c >= 0x20 && c < 0x7f)
      line += static_cast<char>(c);
    else if (c < 0x10000)
      line += fmt::format("\\u{:04x}", c);
    else
      line +=
          fmt::format("\\u{:04x}\\u{:04x}", 0xd800 + ((c - 0x10000) >> 10), 0xdc00 + ((c - 0x10000) & 0x3ff));
    at = g_utf8_next_char(at);
  }
  return line;
}

}  // namespace

AuditLog::AuditLog(Write write) : write_(write ? std::move(write) : Write(write_audit_line)) {}

void AuditLog::note(const Actor& actor, const Deed& deed, std::string_view outcome) const {
  write_(audit_line(utc_now(), actor, deed, outcome));
}

std::string audit_line(std::string_view time, const Actor& actor, const Deed& deed,
                       std::string_view outcome) {
  Json line = Json::object({{"time", time},
                            {"action", deed.action},
                            {"subject", shortened(actor.subject, longest_text)},
                            {"role", name_of(actor.role)},
                            {"address", actor.address},
                            {"room", shortened(deed.room, longest_text)},
                            {"target", shortened(deed.target, longest_text)}});
  if (!deed.details.members().empty()) line.set("detail", deed.details);
  line.set("outcome", outcome);
  return in_ascii(line.dump());
}

}  // namespace tessera::server
