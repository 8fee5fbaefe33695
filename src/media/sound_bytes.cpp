#include "media/sound_bytes.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "media/sound_reader.hpp"

namespace tessera::media {
namespace {

constexpr int buffer_bytes = 32 * 1024;

class FileBytes final : public SoundBytes {
 public:
  FileBytes(int fd, std::int64_t size) : fd_(fd), size_(size) {}
  ~FileBytes() override { ::close(fd_); }
  int read(std::uint8_t* out, int size) override {
    ssize_t count = 0;
    do count = ::read(fd_, out, static_cast<std::size_t>(size));
    while (count < 0 && errno == EINTR);
    if (count < 0) return AVERROR(errno);
    return count == 0 ? AVERROR_EOF : static_cast<int>(count);
  }
  std::int64_t seek(std::int64_t offset, int whence) override {
    if (whence == AVSEEK_SIZE) return size_;
    const off_t at = ::lseek(fd_, offset, whence & ~AVSEEK_FORCE);
    return at < 0 ? AVERROR(errno) : at;
  }

 private:
  int fd_;
  std::int64_t size_;
};

class MemoryBytes final : public SoundBytes {
 public:
  explicit MemoryBytes(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}
  int read(std::uint8_t* out, int size) override {
    const auto count = std::min(static_cast<std::int64_t>(size), length() - at_);
    if (count <= 0) return AVERROR_EOF;
    std::memcpy(out, bytes_.data() + at_, static_cast<std::size_t>(count));
    at_ += count;
    return static_cast<int>(count);
  }
  std::int64_t seek(std::int64_t offset, int whence) override {
    whence &= ~AVSEEK_FORCE;
    if (whence == AVSEEK_SIZE) return length();
    const std::int64_t from = whence == SEEK_CUR ? at_ : whence == SEEK_END ? length() : 0;
    if (from + offset < 0 || from + offset > length()) return AVERROR(EINVAL);
    return at_ = from + offset;
  }

 private:
  [[nodiscard]] std::int64_t length() const { return static_cast<std::int64_t>(bytes_.size()); }
  std::span<const std::uint8_t> bytes_;
  std::int64_t at_ = 0;
};

}  // namespace

Result<std::unique_ptr<SoundBytes>> SoundBytes::of_file(const std::string& folder, const std::string& name) {
  if (!is_sound_name(name))
    return error("unknown-sound",
                 "the name of a sound is that of a file right in the folder of announcements");
  // Neither a link (which could lead anywhere) nor a pipe (which could keep the reader waiting).
  const std::string path = folder + "/" + name;
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  struct stat about {};
  if (fd < 0 || ::fstat(fd, &about) != 0 || !S_ISREG(about.st_mode)) {
    if (fd >= 0) ::close(fd);
    return error("unknown-sound", "there is no sound \"{}\" in the folder of announcements", name);
  }
  return std::unique_ptr<SoundBytes>(std::make_unique<FileBytes>(fd, about.st_size));
}

std::unique_ptr<SoundBytes> SoundBytes::of_memory(std::span<const std::uint8_t> bytes) {
  return std::make_unique<MemoryBytes>(bytes);
}

SoundIo io_of(SoundBytes& bytes) {
  auto* buffer = static_cast<unsigned char*>(av_malloc(buffer_bytes));
  return SoundIo(avio_alloc_context(
      buffer, buffer_bytes, 0, &bytes,
      [](void* opaque, std::uint8_t* out, int size) {
        return static_cast<SoundBytes*>(opaque)->read(out, size);
      },
      nullptr,
      [](void* opaque, std::int64_t offset, int whence) {
        return static_cast<SoundBytes*>(opaque)->seek(offset, whence);
      }));
}

}  // namespace tessera::media
