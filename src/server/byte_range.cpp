#include "server/byte_range.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace tessera::server {
namespace {

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// Digits only; a number too large for 64 bits is larger than any file.
std::optional<std::uint64_t> number(std::string_view text) {
  if (text.empty() || text.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
  std::uint64_t value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure == std::errc::result_out_of_range) return UINT64_MAX;
  return value;
}

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return (x | 0x20) == (y | 0x20); });
}

}  // namespace

ByteRange parse_byte_range(std::string_view header, std::uint64_t size) {
  const ByteRange whole{ByteRange::Outcome::whole, 0, size};
  const ByteRange unsatisfiable{ByteRange::Outcome::unsatisfiable, 0, 0};
  const auto equals = header.find('=');
  if (equals == std::string_view::npos || !equals_ignoring_case(trimmed(header.substr(0, equals)), "bytes"))
    return whole;
  const std::string_view spec = trimmed(header.substr(equals + 1));
  const auto dash = spec.find('-');
  if (dash == std::string_view::npos || spec.find(',') != std::string_view::npos) return whole;
  const std::string_view left = trimmed(spec.substr(0, dash)), right = trimmed(spec.substr(dash + 1));

  if (left.empty()) {  // the last N bytes
    const auto suffix = number(right);
    if (!suffix) return whole;
    if (*suffix == 0 || size == 0) return unsatisfiable;
    const std::uint64_t length = std::min(*suffix, size);
    return {ByteRange::Outcome::part, size - length, length};
  }
  const auto first = number(left);
  const auto last = right.empty() ? std::optional<std::uint64_t>(UINT64_MAX) : number(right);
  if (!first || !last || *last < *first) return whole;
  if (*first >= size) return unsatisfiable;
  const std::uint64_t end = std::min(*last, size - 1);
  return {ByteRange::Outcome::part, *first, end - *first + 1};
}

std::string content_range(const ByteRange& range, std::uint64_t size) {
  if (range.outcome == ByteRange::Outcome::unsatisfiable) return fmt::format("bytes */{}", size);
  return fmt::format("bytes {}-{}/{}", range.first, range.first + range.length - 1, size);
}

}  // namespace tessera::server
