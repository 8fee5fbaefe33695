#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>

namespace tessera::server {

/// Decides about the bytes that a MeteredStream reads.
class InputTap {
 public:
  enum class Fate {
    pass,  ///< the reader gets them
    drop,  ///< the reader is told that nothing has come
    end    ///< the reader is told that the other side has hung up
  };
  virtual ~InputTap() = default;
  /// A turn of the loop begins in which the stream may be read.
  virtual void next_turn() = 0;
  /// How long nothing is read from now on, whatever has come; asked once a turn.
  [[nodiscard]] virtual std::chrono::milliseconds pause() = 0;
  /// Bytes that may still be read in this turn; at 0 the rest waits for the next.
  [[nodiscard]] virtual std::size_t may_read() const = 0;
  virtual Fate on_read(std::span<const std::uint8_t> bytes) = 0;
  /// Whether everything else that is ready goes first.
  [[nodiscard]] virtual bool waits_for_others() const = 0;
};

}  // namespace tessera::server
