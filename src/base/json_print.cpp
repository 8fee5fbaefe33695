#include "base/json_print.hpp"

#include <fmt/format.h>
#include <glib.h>

#include <cmath>
#include <iterator>
#include <memory>

namespace tessera {
namespace {

struct FreeText {
  void operator()(char* text) const { g_free(text); }
};

class Printer {
 public:
  explicit Printer(bool pretty) : pretty_(pretty) {}

  void value(const Json& json) {
    if (json.is_object())
      object(json.members());
    else if (json.is_array())
      array(json.items());
    else if (json.is_string())
      string(json.as_string());
    else if (json.is_bool())
      text_ += json.as_bool() ? "true" : "false";
    else if (json.is_integer())
      fmt::format_to(std::back_inserter(text_), "{}", json.as_int());
    else if (json.is_number() && std::isfinite(json.as_double()))
      real(json.as_double());
    else
      text_ += "null";
  }

  std::string take() { return std::move(text_); }

 private:
  void object(const Json::Object& members) {
    text_ += '{';
    ++depth_;
    const char* before = "";
    for (const auto& [key, member] : members) {
      text_ += before;
      before = ",";
      new_line();
      string(key);
      text_ += pretty_ ? " : " : ":";
      value(member);
    }
    --depth_;
    if (!members.empty()) new_line();
    text_ += '}';
  }

  void array(const Json::Array& items) {
    text_ += '[';
    ++depth_;
    const char* before = "";
    for (const Json& item : items) {
      text_ += before;
      before = ",";
      new_line();
      value(item);
    }
    --depth_;
    if (!items.empty()) new_line();
    text_ += ']';
  }

  void new_line() {
    if (!pretty_) return;
    text_ += '\n';
    text_.append(2 * depth_, ' ');
  }

  void real(double number) {
    const std::string digits = fmt::format("{}", number);
    text_ += digits;
    if (digits.find_first_of(".e") == std::string::npos) text_ += ".0";
  }

  void string(std::string_view content) {
    const auto length = static_cast<gssize>(content.size());
    std::unique_ptr<char, FreeText> valid;
    if (!g_utf8_validate(content.data(), length, nullptr)) {  // a NUL is none to it either
      valid.reset(g_utf8_make_valid(content.data(), length));
      content = valid.get();
    }
    text_ += '"';
    for (const char c : content) character(c);
    text_ += '"';
  }

  void character(char c) {
    switch (c) {
      case '"':
      case '\\':
        text_ += '\\';
        text_ += c;
        break;
      case '\b':
        text_ += "\\b";
        break;
      case '\f':
        text_ += "\\f";
        break;
      case '\n':
        text_ += "\\n";
        break;
      case '\r':
        text_ += "\\r";
        break;
      case '\t':
        text_ += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
          fmt::format_to(std::back_inserter(text_), "\\u{:04x}", static_cast<unsigned>(c));
        else
          text_ += c;
    }
  }

  const bool pretty_;
  std::size_t depth_ = 0;
  std::string text_;
};

}  // namespace

std::string print_json(const Json& value, bool pretty) {
  Printer printer(pretty);
  printer.value(value);
  return printer.take();
}

}  // namespace tessera
