#pragma once
// REST for a room's sound: announcements, and mute for everybody.

#include "server/front_deps.hpp"
#include "server/router.hpp"

namespace tessera::server {

/// Owned by the front, on the control thread.
class RestSound {
 public:
  RestSound(const FrontDeps& deps, Router& router);

 private:
  const FrontDeps deps_;
};

}  // namespace tessera::server
