#pragma once
#include <cstdint>
#include <string_view>

namespace tessera::room {

/// Decides by a process's resident memory when a room must end, before the machine has none left for the
/// others. Pure. (Not RLIMIT_AS: many threads and sanitizers reserve far more address space than they use.)
class MemoryWatch {
 public:
  enum class Finding { fine, warning, over };

  /// In bytes; 0: never over.
  explicit MemoryWatch(std::uint64_t limit) : limit_(limit) {}

  /// Each finding is given once: a warning again only after it was fine in between.
  Finding look(std::uint64_t resident);

 private:
  const std::uint64_t limit_;
  bool warned_ = false, over_ = false;
};

/// This process's resident memory in bytes; 0 when it cannot be told.
std::uint64_t resident_memory();

/// Of the text of /proc/<pid>/statm: the resident pages. 0 when it is something else.
std::uint64_t resident_pages(std::string_view statm);

}  // namespace tessera::room
