#include "room/participant_changes.hpp"

#include "room/roles.hpp"

namespace tessera::room {
namespace {

Result<std::optional<bool>> flag(const Json& changes, std::string_view key) {
  const Json& value = changes[key];
  if (value.is_null()) return std::optional<bool>();
  if (!value.is_bool()) return error("bad-request", "{} is true or false", key);
  return std::optional<bool>(value.as_bool());
}

}  // namespace

Result<ParticipantChanges> ParticipantChanges::read(const Json& changes, bool music) {
  ParticipantChanges wanted;
  for (const auto& [key, into] :
       {std::pair{"muted", &wanted.muted}, std::pair{"held", &wanted.held},
        std::pair{"pinned", &wanted.pinned}, std::pair{"noiseSuppression", &wanted.noise_suppression},
        std::pair{"autoGain", &wanted.auto_gain}}) {
    auto read = flag(changes, key);
    if (!read) return std::move(read).error();
    *into = *read;
  }
  for (const auto& [key, on] :
       {std::pair{"noiseSuppression", wanted.noise_suppression}, std::pair{"autoGain", wanted.auto_gain}})
    if (music && on.value_or(false))
      return error("conflict", "{} is for speech; this room is for music", key);
  if (const Json& gain = changes["gain"]; !gain.is_null()) {
    if (!gain.is_number() || gain.as_double() < 0 || gain.as_double() > 4)
      return error("bad-request", "gain is a number from 0 to 4");
    wanted.gain = gain.as_double();
  }
  if (const Json& name = changes["name"]; !name.is_null()) {
    if (!name.is_string()) return error("bad-request", "name is a text");
    wanted.name = name.as_string();
  }
  if (const Json& role = changes["role"]; !role.is_null()) {
    if (!rank_of(role.as_string())) return error("bad-request", "role is viewer, speaker, operator or admin");
    wanted.role = role.as_string();
  }
  return wanted;
}

}  // namespace tessera::room
