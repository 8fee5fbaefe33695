#pragma once
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "base/json.hpp"
#include "base/loop.hpp"
#include "recording/files.hpp"

namespace tessera::server {

/// Recordings whose room's process died, kept for a while: when the room opens again they go on in it.
/// Meanwhile the folder's lock is held here, so that nobody (another server, `tessera recording recover`)
/// finishes them under our hands. Owned by RoomRecordings, on the control thread.
class InterruptedRecordings {
 public:
  struct Entry {
    std::string id, room, directory;
    Json options = Json::object();
    bool paused = false;
  };
  /// Called for one that nobody took in time.
  using OnExpired = std::function<void(const Entry&)>;

  InterruptedRecordings(Loop& loop, std::chrono::seconds keep, OnExpired on_expired)
      : loop_(loop), keep_(keep), on_expired_(std::move(on_expired)) {}

  /// False when none are kept: then there is nothing to wait for.
  [[nodiscard]] bool enabled() const { return keep_.count() > 0; }
  void add(Entry entry);
  /// The one of a room, which is the caller's from now on; its lock is free.
  std::optional<Entry> take_for(const std::string& room);
  std::optional<Entry> take(const std::string& id);
  [[nodiscard]] bool has(const std::string& id) const { return kept_.contains(id); }
  /// Gives all of them up, at once.
  void expire_all();

 private:
  struct Kept {
    Entry entry;
    std::optional<recording::FolderLock> lock;
    SourceGuard locking, deadline;
  };
  void try_lock(Kept& kept);

  Loop& loop_;
  const std::chrono::seconds keep_;
  OnExpired on_expired_;
  std::map<std::string, Kept> kept_;  ///< by id
};

}  // namespace tessera::server
