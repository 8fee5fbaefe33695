#pragma once
#include <chrono>
#include <memory>

#include "base/loop.hpp"
#include "base/worker.hpp"
#include "config/server_config.hpp"
#include "recording/retention.hpp"
#include "recording/store.hpp"
#include "server/metrics.hpp"

namespace tessera::server {

/// The rules as the configuration has them.
recording::RetentionRules retention_rules(const config::RecordingConfig& config);

/// Deletes recordings by the rules of retention, every so often and whenever one was finished or uploaded.
/// The disk is looked at on a thread of its own. Owned by RoomRecordings, on the control thread.
class RetentionSweep {
 public:
  RetentionSweep(Loop& loop, const recording::Store& store, const config::RecordingConfig& config,
                 Metrics& metrics);

  /// Looks soon; calls in quick succession become one.
  void soon();

 private:
  void sweep();

  Loop& loop_;
  const recording::Store& store_;
  const recording::RetentionRules rules_;
  Metrics& metrics_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  bool running_ = false, again_ = false;
  SourceGuard soon_, periodic_;
  Worker worker_{"retention"};  ///< last: joined first, while what it reads is still there
};

}  // namespace tessera::server
