#pragma once
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace tessera::messages {

/// Cuts a byte stream into lines. A line longer than the limit means that the other side is broken: nothing
/// is delivered after that.
class LineBuffer {
 public:
  explicit LineBuffer(std::size_t max_line) : max_line_(max_line) {}

  /// Calls `visit` for every complete line, without its end; empty lines are skipped. `visit` returns false
  /// to stop (the rest of `bytes` is dropped). Returns false when a line exceeds the limit, now or before.
  bool feed(std::string_view bytes, const std::function<bool(std::string_view)>& visit);

  [[nodiscard]] std::size_t pending() const { return partial_.size(); }

 private:
  std::size_t max_line_;
  std::string partial_;
  bool broken_ = false;
};

}  // namespace tessera::messages
