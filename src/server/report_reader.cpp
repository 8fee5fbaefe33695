#include "server/report_reader.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace tessera::server {

ReportReader::ReportReader(Loop& loop, int fd, std::size_t max_line) : fd_(fd), lines_(max_line) {
  ::fcntl(fd_, F_SETFL, O_NONBLOCK);
  readable_ = loop.watch(fd_, GIOCondition(G_IO_IN | G_IO_HUP), [this](GIOCondition) { read(); });
}

ReportReader::~ReportReader() {
  readable_.reset();
  ::close(fd_);
}

Json ReportReader::verdict() {
  read();
  return std::move(last_);
}

void ReportReader::read() {
  char chunk[16384];
  for (;;) {
    const ssize_t got = ::read(fd_, chunk, sizeof chunk);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) return readable_.reset();
    const bool sound =
        lines_.feed(std::string_view(chunk, static_cast<std::size_t>(got)), [this](std::string_view line) {
          auto json = Json::parse(line);
          if (json && (*json)["state"].is_string()) last_ = std::move(*json);
          return true;
        });
    if (!sound) return readable_.reset();
  }
}

}  // namespace tessera::server
