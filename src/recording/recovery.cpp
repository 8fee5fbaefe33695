#include "recording/recovery.hpp"

#include "base/log.hpp"
#include "recording/finisher.hpp"
#include "recording/manifest.hpp"

namespace tessera::recording {

std::vector<Json> recover(const Store& store, const std::function<void(const RecoveryProgress&)>& progress) {
  std::vector<Json> manifests;
  for (const Entry& entry : store.unfinished()) {
    log::info("finishing what a crash left of recording {} of room {}", entry.id, entry.room);
    const auto report = [&](double fraction) {
      if (progress) progress({.id = entry.id, .fraction = fraction});
    };
    auto manifest =
        finish({.directory = entry.directory, .recovered = false, .progress = report, .go_on = {}});
    if (manifest) {
      manifests.push_back(std::move(*manifest));
      continue;
    }
    if (manifest.error().code == "conflict") continue;  // somebody took it meanwhile
    log::warn("recording {} of room {}: {}", entry.id, entry.room, manifest.error().message);
    auto failed = load_manifest(entry.directory);
    Json last = failed ? std::move(*failed) : entry.manifest;
    set_state(last, "failed");
    set_error(last, manifest.error());
    manifests.push_back(std::move(last));
  }
  return manifests;
}

}  // namespace tessera::recording
