#include "recording/held_rooms.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

namespace tessera::recording {

std::shared_ptr<void> HeldRooms::hold(const std::string& folder) {
  const std::lock_guard lock(mutex_);
  ++holders_[folder];
  std::error_code ignored;
  std::filesystem::create_directories(std::filesystem::path(folder).parent_path(), ignored);
  ::mkdir(folder.c_str(), 0750);
  return {this, [self = shared_from_this(), folder](HeldRooms*) { self->release(folder); }};
}

void HeldRooms::release(const std::string& folder) {
  const std::lock_guard lock(mutex_);
  const auto found = holders_.find(folder);
  if (--found->second > 0) return;
  holders_.erase(found);
  ::rmdir(folder.c_str());  // stays when recordings are in it
}

void HeldRooms::remove_if_free(const std::string& folder) {
  const std::lock_guard lock(mutex_);
  if (!holders_.contains(folder)) ::rmdir(folder.c_str());
}

}  // namespace tessera::recording
