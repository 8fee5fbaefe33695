#pragma once
// A session description (RFC 8866) as far as WebRTC needs it: text in, a plain model out. The reader is meant
// for hostile input: it bounds everything, never throws, and says which line is wrong and why.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace tessera::webrtc {

/// "a=<name>:<value>", or "a=<name>" with an empty value.
struct SdpAttribute {
  std::string name;
  std::string value;
};

/// What session and media level have in common.
struct SdpAttributes {
  std::vector<SdpAttribute> list;  ///< in the order of the text

  [[nodiscard]] bool has(std::string_view name) const { return find(name) != nullptr; }
  /// The first of that name: a repeated attribute that should be single does not override.
  [[nodiscard]] const std::string* find(std::string_view name) const;
  [[nodiscard]] std::vector<std::string_view> all(std::string_view name) const;
};

/// One "m=" line and what follows it.
struct SdpMedia {
  int line = 0;  ///< line number of the m-line, from 1
  std::string kind;
  int port = 0;
  std::string protocol;
  std::vector<std::string> formats;
  SdpAttributes attributes;

  [[nodiscard]] bool refused() const { return port == 0 && !attributes.has("bundle-only"); }
};

struct Sdp {
  SdpAttributes session;
  std::vector<SdpMedia> media;
  /// What was left out because it could not be read, for the log: at most `sdp_max_ignored`.
  std::vector<std::string> ignored{};

  /// The media's own attribute, or the session's when it has none.
  [[nodiscard]] const std::string* find(const SdpMedia& section, std::string_view name) const;
};

inline constexpr std::size_t sdp_max_bytes = 64 * 1024;
inline constexpr std::size_t sdp_max_line = 4 * 1024;
inline constexpr std::size_t sdp_max_media = 32;
inline constexpr std::size_t sdp_max_formats = 128;
inline constexpr std::size_t sdp_max_ignored = 8;

/// "bad-sdp" with the line's number and the reason. Blanks at the end of a line do not count: texts that were
/// edited by hand or put together by programs have them.
Result<Sdp> parse_sdp(std::string_view text);

// Small reading helpers shared by the files that look into attribute values.
std::vector<std::string_view> split(std::string_view text, char separator);  ///< empty pieces are left out
std::optional<long> to_number(std::string_view digits, long min, long max);  ///< decimal digits only
bool equals_ignoring_case(std::string_view a, std::string_view b);
bool is_token(std::string_view text);  ///< RFC 8866 token, 1 to 64 characters

}  // namespace tessera::webrtc
