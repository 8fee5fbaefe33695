#include "server/person.hpp"

#include <glib.h>

#include <memory>

namespace tessera::server {
namespace {

std::string folded(const std::string& name) {
  const std::unique_ptr<char, decltype(&g_free)> valid(
      g_utf8_make_valid(name.data(), static_cast<gssize>(name.size())), g_free);
  const std::unique_ptr<char, decltype(&g_free)> normal(
      g_utf8_normalize(g_strstrip(valid.get()), -1, G_NORMALIZE_ALL_COMPOSE), g_free);
  const std::unique_ptr<char, decltype(&g_free)> lower(g_utf8_casefold(normal.get(), -1), g_free);
  return lower.get();
}

}  // namespace

Recognition recognise(const Person& known, const Person& comer) {
  if (!known.resume.empty() && known.resume == comer.resume) return Recognition::sure;
  if (known.subject != comer.subject) return Recognition::no;
  if (known.has_personal_subject()) return Recognition::sure;
  if (known.address.empty() || known.address != comer.address) return Recognition::no;
  return folded(known.name) == folded(comer.name) ? Recognition::likely : Recognition::no;
}

}  // namespace tessera::server
