#pragma once
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace tessera::recording {

/// The folders of rooms that are open: they stay, though the last recording in them is deleted, because a
/// room's process may write in that very folder and in no other (src/sandbox). Any thread.
class HeldRooms : public std::enable_shared_from_this<HeldRooms> {
 public:
  /// Makes `folder`, and keeps it until the last of what this returned for it is gone; then it is deleted if
  /// it is empty. A folder that cannot be made now (a disk that is out) is kept all the same once somebody
  /// makes it.
  std::shared_ptr<void> hold(const std::string& folder);
  /// Deletes `folder` if it is empty and nobody holds it.
  void remove_if_free(const std::string& folder);

 private:
  void release(const std::string& folder);

  std::mutex mutex_;
  std::map<std::string, int> holders_;  ///< by folder
};

}  // namespace tessera::recording
