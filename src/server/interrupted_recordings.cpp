#include "server/interrupted_recordings.hpp"

#include <utility>

#include "base/log.hpp"

namespace tessera::server {
namespace {

/// The kernel takes the dead process apart, with the lock in its hand.
constexpr std::chrono::milliseconds lock_retry{100};

}  // namespace

void InterruptedRecordings::add(Entry entry) {
  const std::string id = entry.id;
  log::warn("recording {}: the process of room {} is gone; it goes on when the room opens within {} s", id,
            entry.room, keep_.count());
  Kept& kept = kept_[id];
  kept.entry = std::move(entry);
  kept.deadline = loop_.after(keep_, [this, id] {
    loop_.post([this, id] {
      if (auto expired = take(id)) on_expired_(*expired);
    });
  });
  try_lock(kept);
}

void InterruptedRecordings::try_lock(Kept& kept) {
  auto lock = recording::FolderLock::try_take(kept.entry.directory);
  if (!lock) return;  // the folder is gone: whoever wants to go on will be told
  if (lock->has_value()) {
    kept.lock = std::move(*lock);
    return;
  }
  kept.locking = loop_.after(lock_retry, [this, id = kept.entry.id] {
    loop_.post([this, id] {
      if (const auto found = kept_.find(id); found != kept_.end()) try_lock(found->second);
    });
  });
}

std::optional<InterruptedRecordings::Entry> InterruptedRecordings::take(const std::string& id) {
  const auto found = kept_.find(id);
  if (found == kept_.end()) return std::nullopt;
  Entry entry = std::move(found->second.entry);
  kept_.erase(found);
  return entry;
}

std::optional<InterruptedRecordings::Entry> InterruptedRecordings::take_for(const std::string& room) {
  for (const auto& [id, kept] : kept_)
    if (kept.entry.room == room) return take(std::string(id));
  return std::nullopt;
}

void InterruptedRecordings::expire_all() {
  for (const auto& [id, kept] : std::exchange(kept_, {})) on_expired_(kept.entry);
}

}  // namespace tessera::server
