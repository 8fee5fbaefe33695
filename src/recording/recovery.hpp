#pragma once
// At start-up: finish what the last run could not.

#include <functional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "recording/store.hpp"

namespace tessera::recording {

struct RecoveryProgress {
  std::string id;
  double fraction = 0;
};

/// Finishes every unfinished recording of the store, oldest first, marking it recovered when its live file
/// had not been closed. One that can not be finished is marked failed and does not stop the others. Returns
/// their final manifests. Recordings in progress are left alone. Blocking.
std::vector<Json> recover(const Store& store,
                          const std::function<void(const RecoveryProgress&)>& progress = {});

}  // namespace tessera::recording
