#include "layout/rational.hpp"

#include <charconv>
#include <numeric>

namespace tessera::layout {
namespace {

constexpr std::size_t max_digits = 6;
constexpr std::int64_t million = 1'000'000;

std::optional<std::int64_t> digits(std::string_view text) {
  if (text.empty() || text.size() > max_digits) return std::nullopt;
  if (text.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::optional<Rational> fraction(std::string_view above, std::string_view below) {
  const auto numerator = digits(above);
  const auto denominator = below == "1000000" ? std::optional(million) : digits(below);
  if (!numerator || !denominator || *denominator == 0) return std::nullopt;
  return Rational(*numerator, *denominator);
}

std::optional<Rational> decimal(std::string_view whole, std::string_view places) {
  const auto units = digits(whole);
  const auto part = digits(places);
  if (!units || !part) return std::nullopt;
  std::int64_t scale = 1;
  for (std::size_t i = 0; i < places.size(); ++i) scale *= 10;
  // Keeps the numerator within the promise of the class, too.
  if (*units > 1) return std::nullopt;
  return Rational(*units * scale + *part, scale);
}

}  // namespace

Rational::Rational(std::int64_t numerator, std::int64_t denominator) {
  const std::int64_t divisor = std::gcd(numerator, denominator);
  const std::int64_t sign = denominator < 0 ? -1 : 1;
  numerator_ = sign * numerator / divisor;
  denominator_ = sign * denominator / divisor;
}

std::optional<Rational> Rational::parse(std::string_view text) {
  if (const auto slash = text.find('/'); slash != std::string_view::npos)
    return fraction(text.substr(0, slash), text.substr(slash + 1));
  if (const auto point = text.find('.'); point != std::string_view::npos)
    return decimal(text.substr(0, point), text.substr(point + 1));
  return fraction(text, "1");
}

std::optional<Rational> Rational::from_json(const Json& json) {
  if (json.is_string()) return parse(json.as_string());
  if (json.is_integer()) return parse(fmt::format("{}", json.as_int()));
  if (!json.is_number()) return std::nullopt;
  const double value = json.as_double();
  if (!(value >= 0 && value <= 1)) return std::nullopt;
  // 0.3333333333333333 is somebody's 1/3; six places are a thousandth of a pixel.
  std::string text = fmt::format("{}", value);
  if (text.find('e') != std::string::npos || text.size() > 2 + max_digits)
    text = fmt::format("{:.6f}", value);
  return parse(text);
}

std::string Rational::text() const {
  return denominator_ == 1 ? fmt::format("{}", numerator_) : fmt::format("{}/{}", numerator_, denominator_);
}

int Rational::even_pixels(int size) const {
  return static_cast<int>(numerator_ * size / denominator_ / 2 * 2);
}

Rational Rational::operator+(const Rational& other) const {
  return {numerator_ * other.denominator_ + other.numerator_ * denominator_,
          denominator_ * other.denominator_};
}

std::strong_ordering Rational::operator<=>(const Rational& other) const {
  return numerator_ * other.denominator_ <=> other.numerator_ * denominator_;
}

}  // namespace tessera::layout
