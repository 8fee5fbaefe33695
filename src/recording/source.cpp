#include "recording/source.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <vector>

#include "recording/digest.hpp"

namespace tessera::recording {
namespace {

constexpr std::size_t chunk_bytes = 1 << 20;

}  // namespace

Result<Source> Source::of_file(const std::string& path) {
  Source source;
  source.name_ = path;
  source.file_ = Descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  struct stat info {};
  if (!source.file_ || ::fstat(source.file_.get(), &info) != 0)
    return error("cannot-read", "cannot read {}: {}", path, std::strerror(errno));
  if (!S_ISREG(info.st_mode)) return error("cannot-read", "{} is not a regular file", path);
  source.size_ = static_cast<std::uint64_t>(info.st_size);
  return source;
}

Source Source::of_text(std::string text) {
  Source source;
  source.size_ = text.size();
  source.text_ = std::move(text);
  return source;
}

Result<std::size_t> Source::read(std::uint64_t offset, std::span<std::uint8_t> into) const {
  if (!file_) {
    if (offset >= text_.size()) return std::size_t{0};
    const std::size_t count = std::min<std::size_t>(into.size(), text_.size() - offset);
    std::memcpy(into.data(), text_.data() + offset, count);
    return count;
  }
  std::size_t filled = 0;
  while (filled < into.size()) {
    const ssize_t got =
        ::pread(file_.get(), into.data() + filled, into.size() - filled, static_cast<off_t>(offset + filled));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return error("cannot-read", "cannot read {}: {}", name_, std::strerror(errno));
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  return filled;
}

Result<Source::Sums> Source::sums(std::uint64_t offset, std::uint64_t length, Digest* also) const {
  Digest sha(Digest::Kind::sha256), md5(Digest::Kind::md5);
  std::vector<std::uint8_t> chunk(chunk_bytes);
  for (std::uint64_t done = 0; done < length;) {
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(chunk.size(), length - done));
    const auto got = read(offset + done, std::span(chunk).first(wanted));
    if (!got) return got.error();
    if (*got < wanted) return error("cannot-read", "{} has become shorter", name_);
    sha.add(std::span(chunk).first(*got));
    md5.add(std::span(chunk).first(*got));
    if (also) also->add(std::span(chunk).first(*got));
    done += *got;
  }
  return Sums{sha.finish(), md5.finish()};
}

}  // namespace tessera::recording
