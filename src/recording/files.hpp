#pragma once
// Files that must survive a power cut: written whole or not at all, and known to be on the disk.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.hpp"

namespace tessera::recording {

/// What a write that failed with this errno is called: "disk-full" (a quota that is used up, too) or
/// "cannot-write".
std::string write_error_code(int code);
/// "cannot write <path>: …", of errno.
Error cannot_write(const std::string& path);
/// "disk-full", for whoever records when it happens: what to do about it.
Error recordings_disk_full();

/// Owns a file descriptor.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Descriptor();
  [[nodiscard]] int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

/// Writes a temporary neighbour, syncs it, renames it over `path` and syncs the folder. "cannot-write".
Result<void> write_atomically(const std::string& path, std::string_view text);
/// The text of a regular file (a symbolic link is not followed). "cannot-read".
Result<std::string> read_small_file(const std::string& path, std::size_t limit = 4 << 20);

/// Waits until a file's or a folder's content is on the disk. "cannot-write".
Result<void> sync_path(const std::string& path);
/// The same of a file, of which the kernel then forgets what it can: reading it back says what the disk has.
Result<void> sync_to_read_back(const std::string& path);
/// Size of a regular file that is not a symbolic link.
std::optional<std::uint64_t> regular_file_size(const std::string& path);
/// A directory that is not a symbolic link.
bool is_real_directory(const std::string& path);
/// Makes a folder where there is none, and says whether this process may write in it: "not-a-directory",
/// "cannot-write".
Result<void> ensure_folder(const std::string& path);
/// Bytes that an unprivileged process may still write on the file system of `path`. "cannot-read".
Result<std::uint64_t> free_bytes(const std::string& path);
/// Lower-case hexadecimal SHA-256. `progress` gets fractions of the file. "cannot-read", "interrupted".
Result<std::string> sha256_of(const std::string& path, const std::function<void(double)>& progress = {});

/// Held by whoever works on a recording's folder: the recorder, then the finisher. A lock of the open file
/// description (fcntl F_OFD_SETLK): it dies with its process, so no crash can leave a recording locked, and
/// it can be asked about without being taken.
class FolderLock {
 public:
  /// Null when somebody else holds it. "cannot-write" when there is no such folder, or it can not be written.
  static Result<std::optional<FolderLock>> try_take(const std::string& directory);
  /// Whether another process (or another holder in this one) has it. Leaves no trace.
  static bool is_held(const std::string& directory);

 private:
  explicit FolderLock(Descriptor file) : file_(std::move(file)) {}
  Descriptor file_;
};

}  // namespace tessera::recording
