#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "recording/files.hpp"
#include "server/http.hpp"

namespace tessera::server {

/// A text that is made piece by piece and may become long: its first megabyte is kept in memory, a longer one
/// in a file without a name. On one thread at a time.
class Spool {
 public:
  /// `directory`: where the file is made; it must be on a disk that has room.
  explicit Spool(std::string directory, std::size_t in_memory = 1024 * 1024)
      : directory_(std::move(directory)), in_memory_(in_memory) {}

  /// Errors: "disk-full", "cannot-write".
  Result<void> append(std::string_view text);
  /// Makes what was appended the body of a response.
  void become_body(HttpResponse& response) &&;

 private:
  Result<void> write_out();

  std::string directory_;
  std::size_t in_memory_;
  std::string text_;  ///< what is not in the file
  recording::Descriptor file_;
  std::uint64_t written_ = 0;
};

}  // namespace tessera::server
