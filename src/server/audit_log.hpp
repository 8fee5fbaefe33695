#pragma once
#include <functional>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "server/auth.hpp"

namespace tessera::server {

/// Who acts: the bearer of a token, and where from.
struct Actor {
  std::string subject;  ///< `sub` of the token; "" in open mode
  Role role = Role::viewer;
  std::string address;  ///< the client's IP address
};

/// What somebody does to a room, to other people, or to recordings.
struct Deed {
  std::string action;             ///< a stable word: "kick", "delete-recording" …
  std::string room;               ///< "" when it is about no one room
  std::string target{};           ///< the id of a participant or of a recording; "" for the room
  Json details = Json::object();  ///< what else it says, such as the role that was granted. Of a bounded size
};

/// A line of JSON in ASCII for each deed: {time, action, subject, role, address, room, target, detail?,
/// outcome}. Whatever a token or a client says stays inside its string. Owned by the Front; on the control
/// thread.
class AuditLog {
 public:
  using Write = std::function<void(std::string_view line)>;
  /// Without `write`: to standard error, under the name `audit`.
  explicit AuditLog(Write write = {});

  /// `outcome`: "done", or the code of the refusal.
  void note(const Actor& actor, const Deed& deed, std::string_view outcome) const;

 private:
  Write write_;
};

/// The line for one deed, without its end. Pure.
std::string audit_line(std::string_view time, const Actor& actor, const Deed& deed, std::string_view outcome);

}  // namespace tessera::server
