#include "recording/line_reader.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace tessera::recording {
namespace {

constexpr std::size_t block = 64 * 1024;

}  // namespace

Result<std::optional<std::string_view>> LineReader::next() {
  std::size_t searched = begin_;
  for (;;) {
    const auto end = buffer_.find('\n', searched);
    if (end != std::string::npos) {
      const std::string_view line = std::string_view(buffer_).substr(begin_, end - begin_);
      begin_ = end + 1;
      searched = begin_;
      if (!std::exchange(skipping_, false)) return std::optional<std::string_view>(line);
      continue;
    }
    buffer_.erase(0, begin_);
    begin_ = 0;
    if (buffer_.size() > max_line) {
      skipping_ = true;
      buffer_.clear();
    }
    searched = buffer_.size();
    buffer_.resize(searched + block);
    ssize_t got = 0;
    do {
      got = pread(fd_, buffer_.data() + searched, block, static_cast<off_t>(offset_));
    } while (got < 0 && errno == EINTR);
    buffer_.resize(searched + static_cast<std::size_t>(got > 0 ? got : 0));
    if (got < 0) return error("cannot-read", "cannot read a file of lines: {}", std::strerror(errno));
    if (got == 0) return std::optional<std::string_view>();
    offset_ += static_cast<std::uint64_t>(got);
  }
}

}  // namespace tessera::recording
