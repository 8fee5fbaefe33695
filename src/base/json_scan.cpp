#include "base/json_scan.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

namespace tessera {
namespace {

class Scan {
 public:
  Scan(std::string_view text, const JsonLimits& limits) : text_(text), limits_(limits) {}

  Result<void> run() {
    while (at_ < text_.size() && !reason_) token();
    if (!reason_) return {};
    const auto before = text_.substr(0, at_);
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    const auto newline = before.rfind('\n');
    const auto column = newline == std::string_view::npos ? at_ + 1 : at_ - newline;
    return error("bad-json", "line {}:{}: {}", line, column, reason_);
  }

 private:
  [[nodiscard]] char here() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  [[nodiscard]] bool digit() const { return here() >= '0' && here() <= '9'; }
  void refuse(const char* reason) { reason_ = reason; }

  void token() {
    const char c = here();
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
      ++at_;
      return;
    }
    if (complete_) return refuse("there is text after the value");
    value_or_mark(c);
    complete_ = depth_ == 0;
  }

  void value_or_mark(char c) {
    switch (c) {
      case ',':
        ++at_;
        break;
      case ':':
        if (!members_.empty() && ++members_.back() > limits_.max_members)
          return refuse("an object has too many members");
        if (last_string_ > limits_.max_key) return refuse("a member's name is too long");
        ++at_;
        break;
      case '{':
      case '[':
        if (++depth_ > limits_.max_depth) return refuse("nested too deep");
        members_.push_back(0);
        count_value();
        ++at_;
        break;
      case '}':
      case ']':
        if (--depth_ < 0) return refuse("closes what was not opened");
        members_.pop_back();
        ++at_;
        break;
      case '"':
        count_value();
        last_string_ = at_;
        string();
        last_string_ = at_ - last_string_ - 2;  // without its quotation marks
        break;
      default:
        count_value();
        if (c == '-' || digit())
          number();
        else
          word();
    }
  }

  void count_value() {
    if (++values_ > limits_.max_values) refuse("it holds too many values");
  }

  void string() {
    for (++at_; at_ < text_.size(); ++at_) {
      const char c = here();
      if (c == '"') {
        ++at_;
        return;
      }
      if (static_cast<unsigned char>(c) < 0x20)
        return refuse("a control character in a string must be escaped");
      if (c == '\\') escape();
      if (reason_) return;
    }
    refuse("the string has no end");
  }

  void escape() {
    ++at_;
    if (here() == 'u') {
      const auto unit = code_unit();
      if (!unit) return refuse("\\u needs four hexadecimal digits");
      if (*unit == 0) return refuse("a string must not hold a NUL character");
      // Half a pair is no character.
      if (is_low_surrogate(*unit)) return refuse("the second half of a surrogate pair stands alone");
      if (is_high_surrogate(*unit) && !low_surrogate_follows())
        return refuse("the first half of a surrogate pair stands alone");
    } else if (std::string_view("\"\\/bfnrt").find(here()) == std::string_view::npos || here() == '\0') {
      refuse("unknown escape in a string");
    }
  }

  // The four digits after the `u` at which the scan stands, which moves to the last of them.
  std::optional<unsigned> code_unit() {
    const std::string_view four = text_.substr(at_ + 1, 4);
    unsigned value = 0;
    const auto [end, failure] = std::from_chars(four.data(), four.data() + four.size(), value, 16);
    if (failure != std::errc{} || end != four.data() + 4) return std::nullopt;
    at_ += 4;
    return value;
  }

  static bool is_high_surrogate(unsigned unit) { return unit >= 0xD800 && unit <= 0xDBFF; }
  static bool is_low_surrogate(unsigned unit) { return unit >= 0xDC00 && unit <= 0xDFFF; }

  bool low_surrogate_follows() {
    if (text_.substr(at_ + 1, 2) != "\\u") return false;
    at_ += 2;
    const auto unit = code_unit();
    return unit && is_low_surrogate(*unit);
  }

  void digits() {
    if (!digit()) return refuse("a digit was expected");
    while (digit()) ++at_;
  }

  // -? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?      RFC 8259, section 6
  void number() {
    const std::size_t start = at_;
    bool whole = true;
    if (here() == '-') ++at_;
    const bool zero = here() == '0';
    const std::size_t first = at_;
    digits();
    if (zero && at_ > first + 1) return refuse("a number must not start with 0");
    if (!reason_ && here() == '.') {
      whole = false;
      ++at_;
      digits();
    }
    if (!reason_ && (here() == 'e' || here() == 'E')) {
      whole = false;
      ++at_;
      if (here() == '+' || here() == '-') ++at_;
      digits();
    }
    if (!reason_) check_range(text_.substr(start, at_ - start), whole);
  }

  void check_range(std::string_view number, bool whole) {
    std::errc failure{};
    if (std::int64_t integer = 0; whole)
      failure = std::from_chars(number.data(), number.data() + number.size(), integer).ec;
    else if (double real = 0; true)
      failure = std::from_chars(number.data(), number.data() + number.size(), real).ec;
    if (failure != std::errc{}) refuse("the number is out of range");
  }

  void word() {
    for (const std::string_view known : {"true", "false", "null"}) {
      if (!text_.substr(at_).starts_with(known)) continue;
      at_ += known.size();
      return;
    }
    refuse("not a JSON value");
  }

  std::string_view text_;
  JsonLimits limits_;
  std::size_t at_ = 0;
  std::size_t values_ = 0;
  std::size_t last_string_ = 0;  ///< bytes of it; before a colon it is a member's name
  int depth_ = 0;
  std::vector<std::size_t> members_;  ///< of each container that is open
  bool complete_ = false;             ///< the one value has ended
  const char* reason_ = nullptr;
};

}  // namespace

Result<void> scan_json(std::string_view text, const JsonLimits& limits) {
  return Scan(text, limits).run();
}

}  // namespace tessera
