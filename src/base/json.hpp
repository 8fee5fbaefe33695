#pragma once
// A JSON value: a plain C++ value that can be copied, compared and built in place.

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/json_scan.hpp"
#include "base/result.hpp"

namespace tessera {

class Json {
 public:
  using Array = std::vector<Json>;
  using Member = std::pair<std::string, Json>;
  using Object = std::vector<Member>;  ///< in the order of the text; keys are unique (the last one wins)

  Json() = default;  ///< null
  Json(std::nullptr_t) {}
  Json(bool value) : value_(value) {}
  Json(int value) : value_(std::int64_t{value}) {}
  Json(unsigned value) : value_(std::int64_t{value}) {}
  Json(long value) : value_(std::int64_t{value}) {}
  Json(unsigned long value) : value_(static_cast<std::int64_t>(value)) {}
  Json(long long value) : value_(static_cast<std::int64_t>(value)) {}
  Json(unsigned long long value) : value_(static_cast<std::int64_t>(value)) {}
  Json(double value) : value_(value) {}
  Json(const char* value) : value_(std::string(value)) {}
  Json(std::string_view value) : value_(std::string(value)) {}
  Json(std::string value) : value_(std::move(value)) {}
  Json(Array value) : value_(std::move(value)) {}

  static Json object(std::initializer_list<Member> members = {});
  /// The members as they are; the caller knows that keys are unique (`set` would look for each).
  static Json from_members(Object members);
  static Json array(std::initializer_list<Json> items = {}) { return Json(Array(items)); }

  /// Parses one JSON text (RFC 8259, UTF-8). Errors: "bad-json" with line and column; a text that holds more
  /// than `limits` allow is refused before parsing.
  static Result<Json> parse(std::string_view text, const JsonLimits& limits = {});

  /// One line without spaces, or indented. NaN and infinities become null.
  [[nodiscard]] std::string dump(bool pretty = false) const;

  [[nodiscard]] bool is_null() const { return value_.index() == 0; }
  [[nodiscard]] bool is_bool() const { return value_.index() == 1; }
  [[nodiscard]] bool is_integer() const { return value_.index() == 2; }
  [[nodiscard]] bool is_number() const { return value_.index() == 2 || value_.index() == 3; }
  [[nodiscard]] bool is_string() const { return value_.index() == 4; }
  [[nodiscard]] bool is_array() const { return value_.index() == 5; }
  [[nodiscard]] bool is_object() const { return value_.index() == 6; }
  /// "null", "a boolean", "an integer", "a number", "a string", "an array", "an object": for messages.
  [[nodiscard]] std::string_view type_name() const;

  // Lenient reading: the value when it has that type, else the fallback.
  [[nodiscard]] bool as_bool(bool fallback = false) const;
  [[nodiscard]] std::int64_t as_int(std::int64_t fallback = 0) const;
  [[nodiscard]] double as_double(double fallback = 0) const;
  [[nodiscard]] std::string as_string(std::string_view fallback = "") const;
  [[nodiscard]] const Array& items() const;     ///< empty when not an array
  [[nodiscard]] const Object& members() const;  ///< empty when not an object

  /// The member, or null. Never throws, so chains like `json["a"]["b"].as_int()` are safe on any input.
  const Json& operator[](std::string_view key) const;
  [[nodiscard]] bool has(std::string_view key) const { return find(key) != nullptr; }
  [[nodiscard]] const Json* find(std::string_view key) const;

  /// Sets a member; a null value becomes an object first.
  Json& set(std::string_view key, Json value);
  /// Appends an item; a null value becomes an array first.
  Json& push(Json item);

  bool operator==(const Json& other) const = default;

 private:
  std::variant<std::nullptr_t, bool, std::int64_t, double, std::string, Array, Object> value_{nullptr};
};

}  // namespace tessera
