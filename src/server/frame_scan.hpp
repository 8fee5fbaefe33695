#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace tessera::server {

/// Reads the headers of a client's WebSocket frames as the bytes go by (RFC 6455 section 5.2), and keeps
/// nothing of what they carry. Pure: how the bytes are cut makes no difference.
class FrameScan {
 public:
  struct Seen {
    std::size_t frames = 0;  ///< whose headers ended here
    std::size_t pings = 0;
    std::size_t closes = 0;
    std::size_t messages = 0;      ///< whose last frame began here
    std::uint64_t ping_bytes = 0;  ///< payload of the pings, which the pongs carry back
    /// Bytes of the largest message that these frames belong to, as far as its frames have announced them.
    std::uint64_t largest_message = 0;
  };
  Seen feed(std::span<const std::uint8_t> bytes);

 private:
  [[nodiscard]] std::size_t header_size() const;  ///< of what header_ holds; at least 2
  [[nodiscard]] std::uint64_t payload() const;
  void on_header(Seen& seen);

  std::array<std::uint8_t, 14> header_{};
  std::size_t have_ = 0;            ///< bytes of header_
  std::uint64_t payload_left_ = 0;  ///< of the frame under way
  std::uint64_t message_ = 0;       ///< payload of the message under way
};

}  // namespace tessera::server
