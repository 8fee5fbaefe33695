#include "server/byte_range.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace tessera::server {
namespace {

using Outcome = ByteRanges::Outcome;

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

/// One range-spec. Null when it is none; a range of no length when it begins past the end.
std::optional<ByteRange> parse_one(std::string_view spec, std::uint64_t size) {
  const auto dash = spec.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const std::string_view left = trimmed(spec.substr(0, dash)), right = trimmed(spec.substr(dash + 1));
  if (left.empty()) {  // the last N bytes
    const auto suffix = number(right);
    if (!suffix) return std::nullopt;
    const std::uint64_t length = std::min(*suffix, size);
    return ByteRange{size - length, length};
  }
  const auto first = number(left);
  const auto last = right.empty() ? std::optional<std::uint64_t>(UINT64_MAX) : number(right);
  if (!first || !last || *last < *first) return std::nullopt;
  if (*first >= size) return ByteRange{};
  return ByteRange{*first, std::min(*last, size - 1) - *first + 1};
}

}  // namespace

ByteRanges parse_byte_ranges(std::string_view header, std::uint64_t size) {
  const auto equals = header.find('=');
  if (equals == std::string_view::npos || !equals_ignoring_case(trimmed(header.substr(0, equals)), "bytes"))
    return {};
  std::vector<ByteRange> parts;
  std::size_t asked = 0;
  std::uint64_t together = 0;
  std::string_view rest = header.substr(equals + 1);
  while (true) {
    const auto comma = rest.find(',');
    // A list may hold empty elements (section 5.6.1.2).
    if (const std::string_view spec = trimmed(rest.substr(0, comma)); !spec.empty()) {
      const auto range = parse_one(spec, size);
      if (!range || ++asked > max_byte_ranges) return {};
      if (range->length > 0) {
        parts.push_back(*range);
        if (range->length > size - together && parts.size() > 1) return {};
        together += range->length;
      }
    }
    if (comma == std::string_view::npos) break;
    rest.remove_prefix(comma + 1);
  }
  if (asked == 0) return {};
  if (parts.empty()) return {Outcome::unsatisfiable, {}};
  return {Outcome::parts, std::move(parts)};
}

std::string content_range(const ByteRange& range, std::uint64_t size) {
  return fmt::format("bytes {}-{}/{}", range.first, range.first + range.length - 1, size);
}

std::string unsatisfied_range(std::uint64_t size) {
  return fmt::format("bytes */{}", size);
}

}  // namespace tessera::server
