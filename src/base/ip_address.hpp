#pragma once
// IP addresses and networks as values. Pure.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tessera {

/// An IPv4 or IPv6 address. An IPv4 address mapped into IPv6 (::ffff:192.0.2.1) is that IPv4 address: a
/// socket that serves both families reports it so.
class IpAddress {
 public:
  /// "192.0.2.1", "2001:db8::1"; a zone ("fe80::1%eth0") is ignored. Nothing else: no port, no brackets.
  static std::optional<IpAddress> parse(std::string_view text);

  [[nodiscard]] bool is_v4() const { return v4_; }
  /// The shortest usual form (RFC 5952).
  [[nodiscard]] std::string text() const;
  /// The address with all but its first `bits` bits zero. At most 32 bits count for IPv4, 128 for IPv6.
  [[nodiscard]] IpAddress masked(unsigned bits) const;

  bool operator==(const IpAddress&) const = default;

 private:
  std::array<std::uint8_t, 16> bytes_{};  ///< the first four of an IPv4 address
  bool v4_ = false;
};

/// "192.0.2.0/24", "2001:db8::/32", or one address.
class IpNetwork {
 public:
  static std::optional<IpNetwork> parse(std::string_view text);
  [[nodiscard]] bool contains(const IpAddress& address) const;

 private:
  IpNetwork(const IpAddress& base, unsigned bits) : base_(base), bits_(bits) {}
  IpAddress base_;
  unsigned bits_;
};

}  // namespace tessera
