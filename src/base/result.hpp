#pragma once
// Result<T>: a value or an Error. C++20 on GCC 12 has no std::expected; this is the part of it we use.

#include <fmt/format.h>

#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace tessera {

/// What went wrong. `code` is a stable word that clients and tests may match (see docs/api.md);
/// `message` is for people: what was attempted, on what, and what to do about it.
struct Error {
  std::string code;
  std::string message;
};

/// Builds an Error with a formatted message: `return error("bad-sdp", "line {}: ...", n);`
template <typename... Args>
[[nodiscard]] Error error(std::string code, fmt::format_string<Args...> format, Args&&... args) {
  return Error{std::move(code), fmt::format(format, std::forward<Args>(args)...)};
}

template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error failure) : state_(std::in_place_index<1>, std::move(failure)) {}

  [[nodiscard]] bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  /// The value. Throws std::bad_variant_access (a broken invariant) when there is none.
  T& value() & { return std::get<0>(state_); }
  const T& value() const& { return std::get<0>(state_); }
  T&& value() && { return std::get<0>(std::move(state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  const Error& error() const& { return std::get<1>(state_); }
  Error&& error() && { return std::get<1>(std::move(state_)); }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error failure) : failure_(std::move(failure)) {}

  [[nodiscard]] bool ok() const { return !failure_.has_value(); }
  explicit operator bool() const { return ok(); }
  const Error& error() const& { return *failure_; }
  Error&& error() && { return std::move(*failure_); }

 private:
  std::optional<Error> failure_;
};

}  // namespace tessera
