#pragma once
#include <cstdint>
#include <span>

#include "gst/ptr.hpp"

namespace tessera::gst {

/// A buffer's bytes while this lives; none when it cannot be mapped, or is null.
class MappedBuffer {
 public:
  explicit MappedBuffer(GstBuffer* buffer) : buffer_(buffer) {
    if (buffer_ && !gst_buffer_map(buffer_, &map_, GST_MAP_READ)) buffer_ = nullptr;
  }
  ~MappedBuffer() {
    if (buffer_) gst_buffer_unmap(buffer_, &map_);
  }
  MappedBuffer(const MappedBuffer&) = delete;
  MappedBuffer& operator=(const MappedBuffer&) = delete;
  [[nodiscard]] std::span<const std::uint8_t> bytes() const {
    return buffer_ ? std::span<const std::uint8_t>(map_.data, map_.size) : std::span<const std::uint8_t>();
  }

 private:
  GstBuffer* buffer_;
  GstMapInfo map_{};
};

}  // namespace tessera::gst
