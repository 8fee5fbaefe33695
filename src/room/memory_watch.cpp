#include "room/memory_watch.hpp"

#include <unistd.h>

#include <charconv>
#include <fstream>
#include <string>

namespace tessera::room {

MemoryWatch::Finding MemoryWatch::look(std::uint64_t resident) {
  if (limit_ == 0 || over_) return Finding::fine;
  if (resident > limit_) {
    over_ = true;
    return Finding::over;
  }
  const std::uint64_t high = limit_ / 5 * 4, low = limit_ / 10 * 7;
  if (resident < low) warned_ = false;
  if (resident < high || warned_) return Finding::fine;
  warned_ = true;
  return Finding::warning;
}

std::uint64_t resident_pages(std::string_view statm) {
  const auto space = statm.find(' ');
  if (space == std::string_view::npos) return 0;
  std::uint64_t pages = 0;
  const auto read = std::from_chars(statm.data() + space + 1, statm.data() + statm.size(), pages);
  return read.ec == std::errc{} ? pages : 0;
}

std::uint64_t resident_memory() {
  std::ifstream file("/proc/self/statm");
  std::string line;
  std::getline(file, line);
  return resident_pages(line) * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace tessera::room
