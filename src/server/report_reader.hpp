#pragma once
#include "base/json.hpp"
#include "base/loop.hpp"
#include "messages/line_buffer.hpp"

namespace tessera::server {

/// What a child process that works on a recording reports: JSON lines, the last of which with a "state" is
/// its verdict. On the control thread.
class ReportReader {
 public:
  /// Takes `fd` over, and reads it whenever there is something.
  ReportReader(Loop& loop, int fd, std::size_t max_line);
  ~ReportReader();
  ReportReader(const ReportReader&) = delete;
  ReportReader& operator=(const ReportReader&) = delete;

  [[nodiscard]] int fd() const { return fd_; }
  /// Reads what is left, then gives the last line with a state (null: there was none). For after the child's
  /// end.
  Json verdict();

 private:
  void read();

  int fd_;
  messages::LineBuffer lines_;
  Json last_;
  SourceGuard readable_;
};

}  // namespace tessera::server
