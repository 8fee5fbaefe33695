#include "server/spool.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

namespace tessera::server {
namespace {

// A file that nobody else can open and that is gone when it is closed.
recording::Descriptor nameless_file(const std::string& directory) {
  recording::Descriptor file(open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (file || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL)) return file;
  // File systems without O_TMPFILE.
  std::string name = directory + "/.spool-XXXXXX";
  recording::Descriptor named(mkostemp(name.data(), O_CLOEXEC));
  if (named) unlink(name.c_str());
  return named;
}

}  // namespace

Result<void> Spool::append(std::string_view text) {
  text_ += text;
  return text_.size() > in_memory_ ? write_out() : Result<void>();
}

Result<void> Spool::write_out() {
  if (!file_) file_ = nameless_file(directory_);
  if (!file_) return recording::cannot_write(directory_);
  std::string_view rest = text_;
  while (!rest.empty()) {
    const ssize_t wrote = write(file_.get(), rest.data(), rest.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return recording::cannot_write(directory_);
    written_ += static_cast<std::uint64_t>(wrote);
    rest.remove_prefix(static_cast<std::size_t>(wrote));
  }
  text_.clear();
  return {};
}

void Spool::become_body(HttpResponse& response) && {
  if (!file_) {
    response.body = std::move(text_);
    return;
  }
  // What came after the last block is text that follows no bytes.
  FileBody body{std::make_shared<const recording::Descriptor>(std::move(file_)), {}};
  body.pieces.push_back({"", 0, written_});
  if (!text_.empty()) body.pieces.push_back({std::move(text_), 0, 0});
  response.file = std::move(body);
}

}  // namespace tessera::server
