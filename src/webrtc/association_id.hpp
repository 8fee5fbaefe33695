#pragma once
#include <cstdint>
#include <utility>

namespace tessera::webrtc {

/// A number for one SCTP association, in use by nobody else in this process while this object lives.
/// GStreamer keeps its associations in one table of the process and takes their numbers by chance: two
/// connections with the same one never end (1.22). Thread-safe.
class AssociationId {
 public:
  AssociationId();
  ~AssociationId();
  AssociationId(AssociationId&& other) noexcept : value_(std::exchange(other.value_, none)) {}
  AssociationId& operator=(AssociationId&& other) noexcept {
    std::swap(value_, other.value_);
    return *this;
  }
  AssociationId(const AssociationId&) = delete;
  AssociationId& operator=(const AssociationId&) = delete;

  /// 1 to 65535, or 0 when all are in use.
  [[nodiscard]] std::uint32_t value() const { return value_; }

 private:
  static constexpr std::uint32_t none = 0;
  std::uint32_t value_;
};

}  // namespace tessera::webrtc
