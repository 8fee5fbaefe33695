#include "base/random.hpp"

#include <sys/random.h>

#include <stdexcept>
#include <vector>

namespace tessera {

std::string random_token(std::size_t bytes) {
  std::vector<unsigned char> raw(bytes);
  std::size_t filled = 0;
  while (filled < bytes) {
    const ssize_t got = getrandom(raw.data() + filled, bytes - filled, 0);
    if (got <= 0) throw std::runtime_error("getrandom failed");
    filled += static_cast<std::size_t>(got);
  }
  constexpr char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string text;
  unsigned bits = 0;
  int count = 0;
  for (unsigned char byte : raw) {
    bits = (bits << 8) | byte;
    count += 8;
    while (count >= 6) {
      count -= 6;
      text += alphabet[(bits >> count) & 63];
    }
  }
  if (count > 0) text += alphabet[(bits << (6 - count)) & 63];
  return text;
}

}  // namespace tessera
