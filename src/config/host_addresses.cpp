#include "config/host_addresses.hpp"

#include <arpa/inet.h>
#include <fmt/ranges.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>
#include <memory>
#include <vector>

#include "base/ip_address.hpp"

namespace tessera::config {
namespace {

// A socket tells more than the list of interfaces: all of 127.0.0.0/8 is this machine, and
// net.ipv4.ip_nonlocal_bind lets a stand-by machine have an address in advance.
bool can_bind(const std::string& address) {
  sockaddr_storage storage{};
  socklen_t size = sizeof(sockaddr_in);
  auto* v4 = reinterpret_cast<sockaddr_in*>(&storage);
  auto* v6 = reinterpret_cast<sockaddr_in6*>(&storage);
  if (inet_pton(AF_INET, address.c_str(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
  } else if (inet_pton(AF_INET6, address.c_str(), &v6->sin6_addr) == 1) {
    v6->sin6_family = AF_INET6;
    size = sizeof(sockaddr_in6);
  } else {
    return false;
  }
  const int fd = ::socket(storage.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return false;
  const bool bound = ::bind(fd, reinterpret_cast<const sockaddr*>(&storage), size) == 0;
  ::close(fd);
  return bound;
}

// A link-local IPv6 address cannot be bound without its interface, which the configuration does not name.
bool is_listed(const std::string& address) {
  const auto wanted = IpAddress::parse(address);
  ifaddrs* raw = nullptr;
  if (!wanted || ::getifaddrs(&raw) != 0) return false;
  const std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> list(raw, freeifaddrs);
  for (const ifaddrs* one = list.get(); one; one = one->ifa_next) {
    if (!one->ifa_addr) continue;
    char text[INET6_ADDRSTRLEN] = "";
    if (one->ifa_addr->sa_family == AF_INET)
      inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in*>(one->ifa_addr)->sin_addr, text, sizeof text);
    else if (one->ifa_addr->sa_family == AF_INET6)
      inet_ntop(AF_INET6, &reinterpret_cast<const sockaddr_in6*>(one->ifa_addr)->sin6_addr, text,
                sizeof text);
    if (IpAddress::parse(text) == wanted) return true;
  }
  return false;
}

}  // namespace

bool is_host_address(const std::string& address) {
  return can_bind(address) || is_listed(address);
}

Result<void> check_host_addresses(const IceConfig& ice) {
  std::vector<std::string> faults;
  for (const auto& address : ice.addresses)
    if (!is_host_address(address))
      faults.push_back(
          fmt::format("ice.addresses (TESSERA_ICE_ADDRESS, --ice-address): this machine has no address {}; a "
                      "public address that a NAT passes on to it belongs into ice.announcedAddresses",
                      address));
  if (faults.empty()) return {};
  return error("bad-config", "{}", fmt::join(faults, "\n"));
}

}  // namespace tessera::config
