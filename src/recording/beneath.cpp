#include "recording/beneath.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>
#include <vector>

namespace tessera::recording {
namespace {

constexpr int folder_flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
constexpr int max_depth = 8;

bool is_plain_name(std::string_view name) {
  return !name.empty() && name != "." && name != ".." && name.size() <= 255 &&
         name.find('\0') == std::string_view::npos;
}

Error cannot_delete(const std::string& name) {
  return error("cannot-write", "cannot delete {}: {}", name, std::strerror(errno));
}

/// The names in an open folder.
Result<std::vector<std::string>> names_in(int folder) {
  // fdopendir takes the descriptor over.
  const std::unique_ptr<DIR, int (*)(DIR*)> open(::fdopendir(::openat(folder, ".", folder_flags)),
                                                 &::closedir);
  if (!open) return error("cannot-write", "cannot look into a folder: {}", std::strerror(errno));
  std::vector<std::string> names;
  while (const dirent* item = ::readdir(open.get()))
    if (is_plain_name(item->d_name)) names.emplace_back(item->d_name);
  return names;
}

using Names = std::vector<std::string>;
Result<void> empty_folder(int folder, const std::string& shown, const Names& keep, int depth);

/// Deletes one name, whatever it is. Not following a link is unlink's nature; a folder is gone into by
/// descriptor, so that exchanging it for a link meanwhile leads nowhere.
Result<void> remove_name(int folder, const std::string& name, const std::string& shown, int depth) {
  if (::unlinkat(folder, name.c_str(), 0) == 0 || errno == ENOENT) return {};
  if (errno != EISDIR && errno != EPERM) return cannot_delete(shown);
  const Descriptor inner(::openat(folder, name.c_str(), folder_flags | O_NOFOLLOW));
  if (!inner) return cannot_delete(shown);
  if (auto emptied = empty_folder(inner.get(), shown, {}, depth + 1); !emptied) return emptied;
  if (::unlinkat(folder, name.c_str(), AT_REMOVEDIR) != 0) return cannot_delete(shown);
  return {};
}

Result<void> empty_folder(int folder, const std::string& shown, const Names& keep, int depth) {
  if (depth > max_depth) return error("cannot-write", "{} is nested too deeply to be a recording's", shown);
  const auto names = names_in(folder);
  if (!names) return names.error();
  for (const std::string& name : *names)
    if (std::find(keep.begin(), keep.end(), name) == keep.end())
      if (auto removed = remove_name(folder, name, shown + "/" + name, depth); !removed) return removed;
  return {};
}

}  // namespace

Result<Descriptor> open_beneath(const std::string& directory, std::string_view relative) {
  const auto refuse = [&] {
    return error("cannot-read", "{} in {} cannot be read: {}", relative.substr(0, 200), directory,
                 std::strerror(errno));
  };
  Descriptor folder(::open(directory.c_str(), folder_flags));
  if (!folder) return refuse();
  while (true) {
    const auto slash = relative.find('/');
    const std::string name(relative.substr(0, slash));
    if (!is_plain_name(name)) return error("cannot-read", "not the name of a file of a recording");
    if (slash == std::string_view::npos) {
      Descriptor file(::openat(folder.get(), name.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
      struct stat about {};
      if (!file || ::fstat(file.get(), &about) != 0) return refuse();
      if (!S_ISREG(about.st_mode)) return error("cannot-read", "{} is not a regular file", name);
      return file;
    }
    folder = Descriptor(::openat(folder.get(), name.c_str(), folder_flags | O_NOFOLLOW));
    if (!folder) return refuse();
    relative.remove_prefix(slash + 1);
  }
}

Result<void> remove_folder(const std::string& directory, const Names& last) {
  const Descriptor folder(::open(directory.c_str(), folder_flags | O_NOFOLLOW));
  if (!folder) return cannot_delete(directory);
  if (auto emptied = empty_folder(folder.get(), directory, last, 0); !emptied) return emptied;
  for (const std::string& name : last)
    if (auto removed = remove_name(folder.get(), name, directory + "/" + name, 0); !removed) return removed;
  if (::rmdir(directory.c_str()) != 0) return cannot_delete(directory);
  return {};
}

Result<std::vector<std::string>> files_beneath(const std::string& directory) {
  namespace fs = std::filesystem;
  std::vector<std::string> names;
  std::error_code failure;
  auto item = fs::recursive_directory_iterator(directory, failure);
  for (; !failure && item != fs::recursive_directory_iterator(); item.increment(failure))
    if (regular_file_size(item->path().string()))
      names.push_back(item->path().lexically_relative(directory).generic_string());
  if (failure) return error("cannot-read", "cannot list what is in {}: {}", directory, failure.message());
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace tessera::recording
