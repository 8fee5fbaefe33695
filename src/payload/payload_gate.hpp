#pragma once
#include <cstdint>
#include <optional>
#include <span>

#include "payload/fault.hpp"

namespace tessera::payload {

/// `samples`: sound whose bytes are samples (G.711, G.722); any are good.
enum class Format { h264, vp8, vp9, opus, samples };

/// Decides for each packet of one stream whether a depayloader may see it. A refused packet leaves a hole in
/// the sequence numbers; a depayloader sees that hole as a loss, and drops what it has of the frame.
/// Pure; one a stream, on the stream's thread.
class PayloadGate {
 public:
  explicit PayloadGate(Format format) : format_(format) {}

  /// In the order in which the depayloader gets them; `none` lets the packet through.
  Fault check(std::uint16_t sequence, std::span<const std::uint8_t> payload);
  /// A packet was refused before its payload could be read.
  void missed() { inside_fragment_ = false; }

 private:
  Fault look_at(std::span<const std::uint8_t> payload);

  const Format format_;
  std::optional<std::uint16_t> passed_;  ///< the last that was let through
  bool inside_fragment_ = false;         ///< H.264: the depayloader waits for the rest of a unit
};

}  // namespace tessera::payload
