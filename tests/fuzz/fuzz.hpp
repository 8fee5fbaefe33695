#pragma once
// What every fuzz target uses. A target is one function:
//   extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size)

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace tessera::fuzz {

/// Prints what does not hold and ends the process, so that libFuzzer keeps the input.
[[noreturn]] void fail(std::string_view what);

/// A property of the code under test: `what` completes "it does not hold that …".
template <typename... Args>
void expect(bool holds, fmt::format_string<Args...> what, Args&&... args) {
  if (!holds) fail(fmt::format(what, std::forward<Args>(args)...));
}

/// What went wrong, for the message of an expectation that there is a value.
template <typename Outcome>
std::string_view reason_of(const Outcome& outcome) {
  return outcome.ok() ? std::string_view{} : std::string_view(outcome.error().message);
}

inline std::string_view text_of(const std::uint8_t* bytes, std::size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

/// Cuts an input into a few choices and the rest. Gives zeros when there is nothing left.
class Input {
 public:
  Input(const std::uint8_t* bytes, std::size_t size) : rest_(bytes, size) {}

  std::uint8_t byte() {
    if (rest_.empty()) return 0;
    const std::uint8_t value = rest_.front();
    rest_ = rest_.subspan(1);
    return value;
  }
  /// Up to the next occurrence of `end`, which is left out; everything when there is none.
  std::string_view until(char end) {
    const std::string_view all = text();
    const std::string_view piece = all.substr(0, all.find(end));
    rest_ = rest_.subspan(piece.size() < all.size() ? piece.size() + 1 : piece.size());
    return piece;
  }
  [[nodiscard]] std::span<const std::uint8_t> bytes() const { return rest_; }
  [[nodiscard]] std::string_view text() const { return text_of(rest_.data(), rest_.size()); }

 private:
  std::span<const std::uint8_t> rest_;
};

/// Whether a text stays on one line of a protocol: no CR, no LF, no NUL.
inline bool is_one_line(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

}  // namespace tessera::fuzz
