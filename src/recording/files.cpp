#include "recording/files.hpp"

#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>

#include "base/interruption.hpp"
#include "recording/names.hpp"

namespace tessera::recording {
namespace {

std::string folder_part(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash + 1);
}

struct flock whole_file(short type) {
  struct flock lock {};  // l_start and l_len 0: all of it; l_pid must be 0 for these locks
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  return lock;
}

}  // namespace

std::string write_error_code(int code) {
  return code == ENOSPC || code == EDQUOT ? "disk-full" : "cannot-write";
}

Error cannot_write(const std::string& path) {
  const int code = errno;
  return error(write_error_code(code), "cannot write {}: {}", path, std::strerror(code));
}

Error recordings_disk_full() {
  return error(
      "disk-full",
      "the disk of the recordings is full; make room, and the server finishes what was written (or run "
      "tessera recording recover)");
}

Descriptor::~Descriptor() {
  if (fd_ >= 0) ::close(fd_);
}

Result<void> write_atomically(const std::string& path, std::string_view text) {
  const std::string temporary = path + ".tmp";
  const auto given_up = [&](const std::string& what) {
    Error failure = cannot_write(what);
    ::unlink(temporary.c_str());  // on a full disk even this little counts
    return failure;
  };
  {
    const Descriptor file(
        ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0640));
    if (!file) return cannot_write(temporary);
    while (!text.empty()) {
      const ssize_t written = ::write(file.get(), text.data(), text.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return given_up(temporary);
      text.remove_prefix(static_cast<std::size_t>(written));
    }
    if (::fsync(file.get()) != 0) return given_up(temporary);
  }
  if (::rename(temporary.c_str(), path.c_str()) != 0) return given_up(path);
  return sync_path(folder_part(path));
}

Result<std::string> read_small_file(const std::string& path, std::size_t limit) {
  // O_NONBLOCK: a FIFO planted in the folder must not hang whoever lists it.
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  struct stat info {};
  if (!file || ::fstat(file.get(), &info) != 0)
    return error("cannot-read", "cannot read {}: {}", path, std::strerror(errno));
  if (!S_ISREG(info.st_mode)) return error("cannot-read", "{} is not a regular file", path);
  if (static_cast<std::size_t>(info.st_size) > limit)
    return error("cannot-read", "{} has {} bytes, more than {}", path, info.st_size, limit);
  std::string text(static_cast<std::size_t>(info.st_size), '\0');
  std::size_t filled = 0;
  while (filled < text.size()) {
    const ssize_t got = ::read(file.get(), text.data() + filled, text.size() - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return error("cannot-read", "cannot read {}: {}", path, std::strerror(errno));
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  text.resize(filled);
  return text;
}

Result<void> sync_path(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file || ::fsync(file.get()) != 0) return cannot_write(path);
  return {};
}

Result<void> sync_to_read_back(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file || ::fsync(file.get()) != 0) return cannot_write(path);
  ::posix_fadvise(file.get(), 0, 0, POSIX_FADV_DONTNEED);
  return {};
}

std::optional<std::uint64_t> regular_file_size(const std::string& path) {
  struct stat info {};
  if (::lstat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return {};
  return static_cast<std::uint64_t>(info.st_size);
}

bool is_real_directory(const std::string& path) {
  struct stat info {};
  return ::lstat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

Result<void> ensure_folder(const std::string& path) {
  std::error_code failure;
  const auto kind = std::filesystem::status(path, failure).type();
  if (kind != std::filesystem::file_type::not_found && kind != std::filesystem::file_type::directory &&
      kind != std::filesystem::file_type::none)
    return error("not-a-directory", "{} is not a folder", path);
  std::filesystem::create_directories(path, failure);
  if (failure)
    return error(failure == std::errc::not_a_directory ? "not-a-directory" : "cannot-write",
                 "cannot make {}: {}", path, failure.message());
  if (::access(path.c_str(), R_OK | W_OK | X_OK) != 0)
    return error("cannot-write", "cannot write in {}: {}", path, std::strerror(errno));
  return {};
}

Result<std::uint64_t> free_bytes(const std::string& path) {
  struct statvfs info {};
  if (::statvfs(path.c_str(), &info) != 0)
    return error("cannot-read", "cannot ask for the free space of {}: {}", path, std::strerror(errno));
  return static_cast<std::uint64_t>(info.f_bavail) * info.f_frsize;
}

Result<std::string> sha256_of(const std::string& path, const std::function<void(double)>& progress) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rbe"), &std::fclose);
  const auto size = regular_file_size(path);
  if (!file || !size) return error("cannot-read", "cannot read {}: {}", path, std::strerror(errno));
  const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> digest(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  EVP_DigestInit_ex(digest.get(), EVP_sha256(), nullptr);
  std::string chunk(1 << 20, '\0');
  std::uint64_t done = 0;
  while (const std::size_t got = std::fread(chunk.data(), 1, chunk.size(), file.get())) {
    EVP_DigestUpdate(digest.get(), chunk.data(), got);
    done += got;
    if (interrupted()) return error("interrupted", "interrupted");
    if (progress && *size > 0) progress(static_cast<double>(done) / static_cast<double>(*size));
  }
  if (std::ferror(file.get())) return error("cannot-read", "cannot read {}: {}", path, std::strerror(errno));
  std::array<unsigned char, EVP_MAX_MD_SIZE> sum{};
  unsigned length = 0;
  EVP_DigestFinal_ex(digest.get(), sum.data(), &length);
  std::string text;
  for (unsigned i = 0; i < length; ++i) text += fmt::format("{:02x}", sum[i]);
  return text;
}

Result<std::optional<FolderLock>> FolderLock::try_take(const std::string& directory) {
  const std::string path = directory + "/" + lock_file;
  Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0640));
  if (!file) return cannot_write(path);
  struct flock whole = whole_file(F_WRLCK);
  if (::fcntl(file.get(), F_OFD_SETLK, &whole) != 0) {
    if (errno == EAGAIN || errno == EACCES) return std::optional<FolderLock>();
    return cannot_write(path);
  }
  // Deleted between opening and locking, with the folder it stood in: it keeps nobody else out.
  struct stat held {
  }, there{};
  if (::fstat(file.get(), &held) != 0 || ::lstat(path.c_str(), &there) != 0 || held.st_ino != there.st_ino ||
      held.st_dev != there.st_dev)
    return std::optional<FolderLock>();
  return std::optional<FolderLock>(FolderLock(std::move(file)));
}

bool FolderLock::is_held(const std::string& directory) {
  const std::string path = directory + "/" + lock_file;
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!file) return false;
  struct flock whole = whole_file(F_RDLCK);
  return ::fcntl(file.get(), F_OFD_GETLK, &whole) == 0 && whole.l_type != F_UNLCK;
}

}  // namespace tessera::recording
