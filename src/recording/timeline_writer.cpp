#include "recording/timeline_writer.hpp"

#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>

#include "base/log.hpp"
#include "recording/timeline.hpp"

namespace tessera::recording {
namespace {

constexpr auto sync_period = std::chrono::seconds(1);
/// What may wait in memory for a disk that refuses: an hour of a busy meeting.
constexpr std::size_t most_waiting = std::size_t{4} << 20;

Error write_error(const std::string& what) {
  const int code = errno;
  return error(write_error_code(code), "cannot {}: {}", what, std::strerror(code));
}

/// A crash may have cut the last line; what follows must not be glued to it.
bool ends_inside_a_line(int file) {
  const off_t size = ::lseek(file, 0, SEEK_END);
  char last = '\n';
  return size > 0 && ::pread(file, &last, 1, size - 1) == 1 && last != '\n';
}

}  // namespace

Result<std::unique_ptr<TimelineWriter>> TimelineWriter::open(const std::string& directory,
                                                             OnFailure on_failure) {
  const std::string path = directory + "/" + timeline_file;
  Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0640));
  if (!file) return write_error("write " + path);
  const bool torn = ends_inside_a_line(file.get());
  std::unique_ptr<TimelineWriter> writer(new TimelineWriter(std::move(file), std::move(on_failure)));
  if (torn) writer->append("\n");
  return writer;
}

TimelineWriter::TimelineWriter(Descriptor file, OnFailure on_failure)
    : file_(std::move(file)), on_failure_(std::move(on_failure)), thread_([this] { serve(); }) {}

TimelineWriter::~TimelineWriter() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void TimelineWriter::append(std::string lines) {
  if (lines.empty()) return;
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() + lines.size() > most_waiting) return;  // whole lines go, none is cut
    waiting_ += lines;
  }
  changed_.notify_one();
}

void TimelineWriter::serve() {
  pthread_setname_np(pthread_self(), "timeline");
  std::string lines;  // taken, not yet on the disk
  auto synced = std::chrono::steady_clock::now() - sync_period;
  bool dirty = false;
  std::unique_lock lock(mutex_);
  for (;;) {
    const auto something = [&] { return stopping_ || !waiting_.empty(); };
    if (dirty || !lines.empty())
      changed_.wait_until(lock, synced + sync_period, something);
    else
      changed_.wait(lock, something);
    const bool last = stopping_;
    lines += std::exchange(waiting_, {});
    lock.unlock();
    if (!lines.empty()) dirty = write_out(lines) || dirty;
    const auto now = std::chrono::steady_clock::now();
    if (last || now >= synced + sync_period) {
      if (dirty && ::fdatasync(file_.get()) != 0)
        log::warn("cannot sync the timeline: {}", std::strerror(errno));
      dirty = false;
      synced = now;
    }
    lock.lock();
    if (last && waiting_.empty()) return;
  }
}

/// True when something was written. What the disk refuses stays in `lines`, to be tried again; a line is
/// never left half written and then begun anew.
bool TimelineWriter::write_out(std::string& lines) {
  std::size_t done = 0;
  while (done < lines.size()) {
    const ssize_t written = ::write(file_.get(), lines.data() + done, lines.size() - done);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      if (!std::exchange(failed_, true) && on_failure_) on_failure_(write_error("write the timeline"));
      break;
    }
    done += static_cast<std::size_t>(written);
  }
  lines.erase(0, done);
  if (lines.size() > most_waiting) lines = "\n";  // what was begun is left as a torn line
  return done > 0;
}

}  // namespace tessera::recording
