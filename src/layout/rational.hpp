#pragma once
// Exact fractions for layouts: three columns of "1/3" meet without a seam, which decimals would not promise.

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.hpp"

namespace tessera::layout {

/// A reduced fraction with a positive denominator. What `parse` gives is at most a million over a million, so
/// the sum of two, and comparing such a sum with a third, cannot overflow. Nothing here adds more than two.
class Rational {
 public:
  constexpr Rational() = default;
  /// `denominator` must not be zero.
  Rational(std::int64_t numerator, std::int64_t denominator);

  /// "1/5", "0.25", "1". Nothing when it is none of these, negative, or has more than six digits a part.
  static std::optional<Rational> parse(std::string_view text);
  /// The same from a JSON string or number; the number by its shortest decimal form, so 0.1 is exactly 1/10.
  static std::optional<Rational> from_json(const Json& json);

  [[nodiscard]] std::int64_t numerator() const { return numerator_; }
  [[nodiscard]] std::int64_t denominator() const { return denominator_; }
  [[nodiscard]] std::string text() const;

  /// Of `size` pixels, rounded down to an even number.
  [[nodiscard]] int even_pixels(int size) const;

  Rational operator+(const Rational& other) const;
  std::strong_ordering operator<=>(const Rational& other) const;
  bool operator==(const Rational& other) const = default;

 private:
  std::int64_t numerator_ = 0;
  std::int64_t denominator_ = 1;
};

}  // namespace tessera::layout
