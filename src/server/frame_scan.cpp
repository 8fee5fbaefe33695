#include "server/frame_scan.hpp"

#include <algorithm>
#include <limits>

namespace tessera::server {
namespace {

constexpr unsigned fin = 0x80, control = 0x08, close_frame = 0x8, ping_frame = 0x9, continuation = 0x0;
constexpr std::size_t mask_size = 4;

}  // namespace

FrameScan::Seen FrameScan::feed(std::span<const std::uint8_t> bytes) {
  Seen seen;
  while (!bytes.empty()) {
    if (payload_left_ > 0) {
      const auto skipped = static_cast<std::size_t>(std::min<std::uint64_t>(payload_left_, bytes.size()));
      payload_left_ -= skipped;
      bytes = bytes.subspan(skipped);
      continue;
    }
    header_[have_++] = bytes.front();
    bytes = bytes.subspan(1);
    if (have_ >= 2 && have_ == header_size()) on_header(seen);
  }
  return seen;
}

std::size_t FrameScan::header_size() const {
  const unsigned length = header_[1] & 0x7F;
  const std::size_t extended = length == 127 ? 8 : length == 126 ? 2 : 0;
  return 2 + extended + ((header_[1] & 0x80) ? mask_size : 0);
}

std::uint64_t FrameScan::payload() const {
  const unsigned length = header_[1] & 0x7F;
  if (length < 126) return length;
  const std::size_t end = length == 127 ? 10 : 4;
  std::uint64_t value = 0;
  for (std::size_t i = 2; i < end; ++i) value = value << 8 | header_[i];
  return value;
}

void FrameScan::on_header(Seen& seen) {
  const unsigned opcode = header_[0] & 0x0F;
  payload_left_ = payload();
  have_ = 0;
  ++seen.frames;
  if (opcode & control) {
    if (opcode == close_frame) ++seen.closes;
    if (opcode == ping_frame) {
      ++seen.pings;
      seen.ping_bytes += payload_left_;
    }
    return;
  }
  if (opcode != continuation) message_ = 0;
  const std::uint64_t room = std::numeric_limits<std::uint64_t>::max() - message_;
  message_ += std::min(room, payload_left_);
  seen.largest_message = std::max(seen.largest_message, message_);
  if (header_[0] & fin) ++seen.messages;
}

}  // namespace tessera::server
