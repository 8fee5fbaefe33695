#pragma once
// Bounds of memory and threads for each room, where the server was given a cgroup of its own to divide
// (cgroup v2; with systemd: Delegate=memory pids).

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace tessera::sandbox {

/// The folder of a process's cgroup, from its /proc/self/cgroup and /proc/self/mountinfo. Pure. Nothing where
/// cgroup v2 is not mounted.
std::optional<std::string> cgroup_folder(std::string_view cgroup, std::string_view mountinfo);

struct GroupLimits {
  std::uint64_t memory_bytes = 0;  ///< 0: no limit
  int threads = 0;                 ///< 0: no limit
};

class CgroupTree;

/// One room's group. Owned by whoever owns the process; the folder is deleted with it, or later by the tree
/// when the process is still on its way out.
class RoomGroup {
 public:
  ~RoomGroup();
  RoomGroup(const RoomGroup&) = delete;
  RoomGroup& operator=(const RoomGroup&) = delete;

  /// Puts a process, and what it starts from then on, under the limits.
  Result<void> join(pid_t pid);
  /// Whether the kernel killed something in it because the memory was used up.
  [[nodiscard]] bool ran_out_of_memory() const;

 private:
  friend class CgroupTree;
  RoomGroup(std::shared_ptr<CgroupTree> tree, std::string folder)
      : tree_(std::move(tree)), folder_(std::move(folder)) {}
  std::shared_ptr<CgroupTree> tree_;
  std::string folder_;
};

/// The server's group, divided: the server itself in "front", each room in "room-<number>". On the control
/// thread.
class CgroupTree : public std::enable_shared_from_this<CgroupTree> {
 public:
  /// Divides the group of this process. Error "sandbox" says why that is not possible; nothing has changed
  /// then.
  static Result<std::shared_ptr<CgroupTree>> take_own();
  /// The same in a given folder, for a given process: what tests use.
  static Result<std::shared_ptr<CgroupTree>> take(const std::string& folder, pid_t self);
  /// Whether take_own() would work, without doing it.
  static Result<void> check_own();

  Result<std::unique_ptr<RoomGroup>> make_room(const GroupLimits& limits);
  /// Deletes the folders of groups whose processes have ended.
  void tidy();

 private:
  friend class RoomGroup;
  explicit CgroupTree(std::string folder) : folder_(std::move(folder)) {}
  std::string folder_;
  int made_ = 0;
  std::vector<std::string> left_;  ///< folders that could not be deleted yet
};

}  // namespace tessera::sandbox
