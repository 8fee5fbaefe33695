#include "webrtc/layers.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <string_view>

#include "webrtc/sdp.hpp"

namespace tessera::webrtc {
namespace {

// "h" is the half of "q;h;f" and the high of "h;m;l": where there is a full size, it is that.
constexpr std::array<std::string_view, 7> full_size = {"f", "full", "fhd", "high", "hi", "h", "hd"};

std::optional<long> number_at_the_end(std::string_view rid) {
  std::size_t digits = rid.size();
  while (digits > 0 && std::isdigit(static_cast<unsigned char>(rid[digits - 1]))) --digits;
  return to_number(rid.substr(digits), 0, 1'000'000'000L);
}

}  // namespace

std::string largest_layer(const std::vector<std::string>& rids) {
  for (const auto name : full_size)
    for (const auto& rid : rids)
      if (equals_ignoring_case(rid, name)) return rid;
  const auto numbered = [](const std::string& rid) { return number_at_the_end(rid).has_value(); };
  if (std::all_of(rids.begin(), rids.end(), numbered))
    return *std::max_element(rids.begin(), rids.end(), [](const auto& a, const auto& b) {
      return *number_at_the_end(a) < *number_at_the_end(b);
    });
  return rids.back();
}

}  // namespace tessera::webrtc
