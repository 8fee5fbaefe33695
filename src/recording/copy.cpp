#include "recording/copy.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <vector>

#include "base/interruption.hpp"
#include "recording/files.hpp"

namespace tessera::recording {
namespace {

constexpr std::size_t chunk_bytes = 1 << 20;
constexpr double copy_share = 0.6;  // the rest is reading back

Result<void> write_all(int file, std::span<const std::uint8_t> bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return cannot_write(path);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

/// Goes on behind what an earlier attempt left: whether that was right shows when it is read back.
Result<void> copy(const Source& source, const std::string& path,
                  const std::function<void(double)>& progress) {
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0640));
  struct stat info {};
  if (!file || ::fstat(file.get(), &info) != 0) return cannot_write(path);
  auto done = static_cast<std::uint64_t>(info.st_size);
  if (done > source.size()) {
    if (::ftruncate(file.get(), 0) != 0) return cannot_write(path);
    done = 0;
  }
  std::vector<std::uint8_t> chunk(chunk_bytes);
  while (done < source.size()) {
    if (interrupted()) return error("interrupted", "interrupted");
    const auto got = source.read(done, chunk);
    if (!got) return got.error();
    if (*got == 0) return error("cannot-read", "the file became shorter while it was copied to {}", path);
    if (auto written = write_all(file.get(), std::span(chunk).first(*got), path); !written) return written;
    done += *got;
    if (progress) progress(copy_share * static_cast<double>(done) / static_cast<double>(source.size()));
  }
  if (::fsync(file.get()) != 0) return cannot_write(path);
  // What is read back should come from the disk, not from memory, as far as the kernel lets us choose.
  ::posix_fadvise(file.get(), 0, 0, POSIX_FADV_DONTNEED);
  return {};
}

}  // namespace

Result<void> copy_verified(const Source& from, const std::string& to, const std::string& sha256,
                           const std::function<void(double)>& progress) {
  if (regular_file_size(to) == std::optional(from.size()))
    if (const auto sum = sha256_of(to); sum && *sum == sha256) return {};
  const std::string partial = to + ".part";
  if (auto copied = copy(from, partial, progress); !copied) return copied;
  const auto sum = sha256_of(partial, [&](double done) {
    if (progress) progress(copy_share + (1 - copy_share) * done);
  });
  if (!sum) return sum.error();
  if (*sum != sha256) {
    ::unlink(partial.c_str());
    return error("verify-failed", "{} is not what was written to it", partial);
  }
  if (::rename(partial.c_str(), to.c_str()) != 0) return cannot_write(to);
  const auto slash = to.rfind('/');
  return sync_path(slash == std::string::npos ? "." : to.substr(0, slash + 1));
}

}  // namespace tessera::recording
