#pragma once
#include "server/front_deps.hpp"
#include "server/router.hpp"

namespace tessera::server {

/// REST /api/v1/rooms/{room}/kept-out: who stays out of a room, and letting them in again. Owned by the
/// front, on the control thread.
class RestKeptOut {
 public:
  RestKeptOut(const FrontDeps& deps, Router& router);

 private:
  const FrontDeps deps_;
};

}  // namespace tessera::server
