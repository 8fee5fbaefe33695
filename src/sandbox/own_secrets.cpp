#include "sandbox/own_secrets.hpp"

#include <string.h>  // NOLINT(modernize-deprecated-headers): explicit_bzero
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <string>

namespace tessera::sandbox {
namespace {

bool is_one_of(std::string_view entry, const std::vector<std::string_view>& names) {
  for (const auto name : names)
    if (entry.size() > name.size() && entry.starts_with(name) && entry[name.size()] == '=') return true;
  return false;
}

}  // namespace

void wipe_environment(const std::vector<std::string_view>& names) {
  // All of them: a name may be there twice, and unsetenv() forgets where the strings were.
  for (char** entry = environ; entry && *entry; ++entry)
    if (const std::string_view text(*entry); is_one_of(text, names)) {
      const auto equals = text.find('=');
      ::explicit_bzero(*entry + equals + 1, text.size() - equals - 1);
    }
  for (const auto name : names) ::unsetenv(std::string(name).c_str());
}

Result<void> hide_memory() {
  if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0) return {};
  return error("sandbox", "PR_SET_DUMPABLE: {}", ::strerror(errno));
}

}  // namespace tessera::sandbox
