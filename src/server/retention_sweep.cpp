#include "server/retention_sweep.hpp"

namespace tessera::server {
namespace {

constexpr std::chrono::milliseconds settle{200};
constexpr std::chrono::minutes deadline{5};

}  // namespace

recording::RetentionRules retention_rules(const config::RecordingConfig& config) {
  recording::RetentionRules rules;
  if (config.retention.days > 0) rules.age = std::chrono::days(config.retention.days);
  if (config.retention.total_mb > 0)
    rules.total_bytes = static_cast<std::uint64_t>(config.retention.total_mb) * 1'000'000;
  rules.only_uploaded = config.upload.enabled();
  return rules;
}

RetentionSweep::RetentionSweep(Loop& loop, const recording::Store& store,
                               const config::RecordingConfig& config, Metrics& metrics)
    : loop_(loop), store_(store), rules_(retention_rules(config)), metrics_(metrics) {
  periodic_ = loop_.every(std::chrono::seconds(config.retention.check_seconds), [this] { sweep(); });
  soon();
}

void RetentionSweep::soon() {
  if (!soon_) soon_ = loop_.after(settle, [this] { sweep(); });
}

void RetentionSweep::sweep() {
  soon_.reset();
  if (running_) {
    again_ = true;
    return;
  }
  running_ = true;
  worker_.run(
      "retention",
      [this, alive = std::weak_ptr(alive_)] {
        auto outcome = recording::apply_retention(store_, rules_, recording::wall_now());
        loop_.post([this, alive, outcome = std::move(outcome)] {
          if (!alive.lock()) return;
          running_ = false;
          metrics_.set_recordings_kept(outcome.kept, outcome.kept_bytes);
          for (const auto& removal : outcome.removed) metrics_.count_removed_recording(removal.reason);
          if (std::exchange(again_, false)) soon();
        });
      },
      deadline);
}

}  // namespace tessera::server
