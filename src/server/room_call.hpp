#pragma once
#include <string>

#include "base/json.hpp"

namespace tessera::server {

/// A checked message as the room process takes it: method and params (without `participant`).
struct RoomCall {
  std::string method;
  Json params = Json::object();
};

}  // namespace tessera::server
