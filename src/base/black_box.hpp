#pragma once
// Whose bytes a process was reading when it died. Memory that a process shares with the one that started it:
// a handler of deadly signals writes the dying thread's mark into it, and the other reads it afterwards.

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace tessera {

struct BlackBoxPage;

/// What is known of a death.
struct BlackBoxEntry {
  int signal = 0;
  std::string owner;  ///< whose bytes the thread that died was reading; empty: nobody's
  std::string place;  ///< where: "depayloader", "opus" …
};

/// The reading end: of the process that starts another.
class BlackBox {
 public:
  /// Error "no-black-box".
  static Result<std::unique_ptr<BlackBox>> create();
  ~BlackBox();
  BlackBox(const BlackBox&) = delete;
  BlackBox& operator=(const BlackBox&) = delete;

  /// For the child, which carries it under any number.
  [[nodiscard]] int fd() const { return fd_; }
  /// What the child's handler wrote; nothing when it ended in another way. The child may have written
  /// anything here: owner and place are cut to printable characters.
  [[nodiscard]] std::optional<BlackBoxEntry> read() const;

 private:
  BlackBox(int fd, BlackBoxPage* page) : fd_(fd), page_(page) {}
  int fd_;
  BlackBoxPage* page_;
};

/// Carries the black box behind `fd` from now on: SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP and SIGABRT are
/// noted in it and then take their course. Once a process, before its threads start. Closes `fd`.
Result<void> carry_black_box(int fd);

/// While this lives the thread reads bytes of `owner`. Costs two stores; the strings must live as long.
class ReadingBytesOf {
 public:
  ReadingBytesOf(const char* owner, const char* place);
  ~ReadingBytesOf();
  ReadingBytesOf(const ReadingBytesOf&) = delete;
  ReadingBytesOf& operator=(const ReadingBytesOf&) = delete;

 private:
  const char *before_owner_, *before_place_;
};

}  // namespace tessera
