#pragma once
#include <map>
#include <string>

#include "server/auth.hpp"
#include "server/rate_limit.hpp"

namespace tessera::server {

/// How many recordings an operator deletes: some, as a part of the work, but not a whole archive. Pure: the
/// caller brings the time. Owned by RestRecordings, on the control thread.
class DeletionAllowance {
 public:
  using Clock = RateLimit::Clock;
  static constexpr std::size_t most_bearers = 10'000;

  explicit DeletionAllowance(int per_hour) : per_hour_(per_hour) {}

  /// Whether `bearer` may delete one more now, and then it counts. Admins, and who has the right
  /// "delete-recordings", always may. Bearers are told apart by the subject and the room of their token.
  bool take(const Identity& bearer, Clock::time_point now);

 private:
  int per_hour_;
  std::map<std::string, RateLimit> bearers_;
};

}  // namespace tessera::server
