#include "config/text_file.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace tessera::config {

Result<std::string> read_text_file(const std::string& path, std::size_t max_bytes) {
  std::error_code failure;
  // A FIFO or a device would block or never end.
  const auto status = std::filesystem::status(path, failure);
  if (!std::filesystem::exists(status)) return error("cannot-read", "{}: no such file", path);
  if (!std::filesystem::is_regular_file(status)) return error("cannot-read", "{}: not a regular file", path);

  std::ifstream stream(path, std::ios::binary);
  if (!stream) return error("cannot-read", "{}: {}", path, std::generic_category().message(errno));
  // One byte more than allowed: a file may grow between looking at its size and reading it.
  std::string text(max_bytes + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (stream.bad()) return error("cannot-read", "{}: reading failed", path);
  text.resize(static_cast<std::size_t>(stream.gcount()));
  if (text.size() > max_bytes)
    return error("cannot-read", "{}: larger than {} bytes, which no such file needs", path, max_bytes);
  return text;
}

}  // namespace tessera::config
