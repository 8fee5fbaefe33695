#include "sandbox/cgroup.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

namespace tessera::sandbox {
namespace {

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> pieces;
  while (!text.empty()) {
    const auto end = text.find(at);
    if (end != 0) pieces.push_back(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
  }
  return pieces;
}

std::string read(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

Result<void> write(const std::string& path, const std::string& text) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  const bool whole = fd >= 0 && ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  const int failure = errno;
  if (fd >= 0) ::close(fd);
  if (whole) return {};
  return error("sandbox", "{}: {}", path, std::strerror(failure));
}

bool holds_word(std::string_view text, std::string_view word) {
  std::string spaced(text);
  std::replace(spaced.begin(), spaced.end(), '\n', ' ');
  const auto words = split(spaced, ' ');
  return std::find(words.begin(), words.end(), word) != words.end();
}

// systemd marks what it has delegated. For other users it is enough that somebody let them write there; root
// may write everywhere.
bool is_delegated(const std::string& folder) {
  char mark[4] = {};
  for (const char* name : {"user.delegate", "trusted.delegate"})
    if (::getxattr(folder.c_str(), name, mark, sizeof mark) > 0 && mark[0] == '1') return true;
  if (::geteuid() == 0) return false;
  for (const char* file : {"/cgroup.procs", "/cgroup.subtree_control"})
    if (::access((folder + file).c_str(), W_OK) != 0) return false;
  return ::access(folder.c_str(), W_OK) == 0;
}

Result<std::string> own_folder() {
  auto folder = cgroup_folder(read("/proc/self/cgroup"), read("/proc/self/mountinfo"));
  if (!folder) return error("sandbox", "cgroup v2 is not mounted");
  if (!is_delegated(*folder))
    return error("sandbox", "{} is not delegated to this process (systemd: Delegate=memory pids)", *folder);
  return std::move(*folder);
}

Result<void> can_divide(const std::string& folder, pid_t self) {
  const std::string controllers = read(folder + "/cgroup.controllers");
  for (const char* needed : {"memory", "pids"})
    if (!holds_word(controllers, needed))
      return error("sandbox", "{} has no {} controller (systemd: Delegate=memory pids)", folder, needed);
  // A group that is divided must hold no process itself, and others are not ours to move.
  const std::string members = read(folder + "/cgroup.procs");
  for (const auto member : split(members, '\n'))
    if (member != std::to_string(self))
      return error("sandbox", "process {} is in {}, too: start the server without a shell around it", member,
                   folder);
  return {};
}

}  // namespace

std::optional<std::string> cgroup_folder(std::string_view cgroup, std::string_view mountinfo) {
  std::optional<std::string> path;
  for (const auto line : split(cgroup, '\n'))
    if (line.starts_with("0::/")) path = line.substr(3);
  if (!path) return {};
  for (const auto line : split(mountinfo, '\n')) {
    const auto dash = line.find(" - cgroup2 ");
    if (dash == std::string_view::npos) continue;
    const auto fields = split(line.substr(0, dash), ' ');
    if (fields.size() < 5) continue;
    const std::string root(fields[3]), mounted(fields[4]);
    if (root == "/") return *path == "/" ? mounted : mounted + *path;
    if (*path == root) return mounted;
    if (path->starts_with(root + "/")) return mounted + path->substr(root.size());
  }
  return {};
}

Result<void> CgroupTree::check_own() {
  auto folder = own_folder();
  if (!folder) return std::move(folder).error();
  return can_divide(*folder, ::getpid());
}

Result<std::shared_ptr<CgroupTree>> CgroupTree::take_own() {
  auto folder = own_folder();
  if (!folder) return std::move(folder).error();
  return take(*folder, ::getpid());
}

Result<std::shared_ptr<CgroupTree>> CgroupTree::take(const std::string& folder, pid_t self) {
  if (auto possible = can_divide(folder, self); !possible) return possible.error();
  const std::string front = folder + "/front", number = std::to_string(self);
  if (::mkdir(front.c_str(), 0755) != 0 && errno != EEXIST)
    return error("sandbox", "cannot make {}: {}", front, std::strerror(errno));
  Result<void> divided = write(front + "/cgroup.procs", number);
  if (divided) divided = write(folder + "/cgroup.subtree_control", "+memory +pids");
  if (!divided) {
    (void)write(folder + "/cgroup.procs", number);
    ::rmdir(front.c_str());
    return divided.error();
  }
  std::shared_ptr<CgroupTree> tree(new CgroupTree(folder));
  if (DIR* entries = ::opendir(folder.c_str())) {  // of a server before this one
    while (const dirent* entry = ::readdir(entries))
      if (std::string_view(entry->d_name).starts_with("room-"))
        tree->left_.push_back(folder + "/" + entry->d_name);
    ::closedir(entries);
  }
  tree->tidy();
  return tree;
}

Result<std::unique_ptr<RoomGroup>> CgroupTree::make_room(const GroupLimits& limits) {
  tidy();
  std::string folder;
  do {
    folder = folder_ + "/room-" + std::to_string(++made_);
  } while (std::find(left_.begin(), left_.end(), folder) != left_.end());
  if (::mkdir(folder.c_str(), 0755) != 0)
    return error("sandbox", "cannot make {}: {}", folder, std::strerror(errno));
  std::unique_ptr<RoomGroup> group(new RoomGroup(shared_from_this(), folder));
  if (limits.memory_bytes > 0)
    if (auto set = write(folder + "/memory.max", std::to_string(limits.memory_bytes)); !set)
      return set.error();
  if (limits.threads > 0)
    if (auto set = write(folder + "/pids.max", std::to_string(limits.threads)); !set) return set.error();
  return group;
}

void CgroupTree::tidy() {
  std::erase_if(left_,
                [](const std::string& folder) { return ::rmdir(folder.c_str()) == 0 || errno == ENOENT; });
}

RoomGroup::~RoomGroup() {
  tree_->left_.push_back(folder_);
  tree_->tidy();
}

Result<void> RoomGroup::join(pid_t pid) {
  return write(folder_ + "/cgroup.procs", std::to_string(pid));
}

bool RoomGroup::ran_out_of_memory() const {
  const std::string events = read(folder_ + "/memory.events");
  for (const auto line : split(events, '\n'))
    if (line.starts_with("oom_kill ")) return line != "oom_kill 0";
  return false;
}

}  // namespace tessera::sandbox
