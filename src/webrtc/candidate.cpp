#include "webrtc/candidate.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstring>

#include "webrtc/sdp.hpp"

namespace tessera::webrtc {
namespace {

Error fault(std::string_view reason) {
  return error("bad-request", "not an ICE candidate: {}", reason);
}

bool is_foundation(std::string_view text) {
  return !text.empty() && text.size() <= 32 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '+' || c == '/';
  });
}

bool is_unicast_address(const std::string& text) {
  in_addr v4{};
  if (inet_pton(AF_INET, text.c_str(), &v4) == 1) {
    const std::uint32_t value = ntohl(v4.s_addr);
    return value >= 0x01000000u && value < 0xe0000000u;  // neither 0.0.0.0/8 nor multicast and above
  }
  in6_addr v6{};
  if (inet_pton(AF_INET6, text.c_str(), &v6) != 1) return false;
  return !IN6_IS_ADDR_UNSPECIFIED(&v6) && !IN6_IS_ADDR_MULTICAST(&v6) && !IN6_IS_ADDR_V4MAPPED(&v6);
}

}  // namespace

Result<Candidate> parse_candidate(std::string_view line) {
  if (line.size() > 1024) return fault("longer than 1 kB");
  if (std::any_of(line.begin(), line.end(), [](char c) { return c < 0x20 || c == 0x7f; }))
    return fault("contains a character that is not printable ASCII");
  if (line.starts_with("a=")) line.remove_prefix(2);
  if (!line.starts_with("candidate:")) return fault("it does not start with \"candidate:\"");
  const auto pieces = split(line.substr(10), ' ');
  if (pieces.size() < 8) return fault("it has fewer than eight fields");

  Candidate candidate;
  if (!is_foundation(pieces[0])) return fault("the foundation is not 1 to 32 ICE characters");
  candidate.foundation = pieces[0];
  const auto component = to_number(pieces[1], 1, 256);
  if (!component) return fault("the component is not a number from 1 to 256");
  candidate.component = static_cast<int>(*component);
  if (!is_token(pieces[2])) return fault("the transport is not a token");
  candidate.transport = pieces[2];
  const auto priority = to_number(pieces[3], 0, 0xffffffffL);
  if (!priority) return fault("the priority is not a 32-bit number");
  candidate.priority = static_cast<std::uint32_t>(*priority);
  if (pieces[4].size() > 255) return fault("the address is too long");
  candidate.address = pieces[4];
  const auto port = to_number(pieces[5], 0, 65535);
  if (!port) return fault("the port is not a number from 0 to 65535");
  candidate.port = static_cast<int>(*port);
  if (pieces[6] != "typ") return fault("\"typ\" is missing");
  candidate.type = pieces[7];
  if (candidate.type != "host" && candidate.type != "srflx" && candidate.type != "prflx" &&
      candidate.type != "relay")
    return fault("its type is none of host, srflx, prflx and relay");

  for (std::size_t i = 8; i + 1 < pieces.size(); i += 2) {
    if (pieces[i] == "raddr") {
      candidate.related_address = pieces[i + 1];
    } else if (pieces[i] == "rport") {
      const auto related = to_number(pieces[i + 1], 0, 65535);
      if (!related) return fault("rport is not a number from 0 to 65535");
      candidate.related_port = static_cast<int>(*related);
    }
  }
  return candidate;
}

bool usable(const Candidate& candidate) {
  return equals_ignoring_case(candidate.transport, "udp") && candidate.component == 1 && candidate.port > 0 &&
         is_unicast_address(candidate.address);
}

Nearness nearness_of(const std::string& address) {
  const auto of_v4 = [](std::uint32_t value) {
    if (value >> 24 == 127) return Nearness::loopback;
    return value >> 16 == 0xa9fe ? Nearness::link_local : Nearness::ordinary;  // 169.254/16, RFC 3927
  };
  in_addr v4{};
  if (inet_pton(AF_INET, address.c_str(), &v4) == 1) return of_v4(ntohl(v4.s_addr));
  in6_addr v6{};
  if (inet_pton(AF_INET6, address.c_str(), &v6) != 1) return Nearness::ordinary;
  if (IN6_IS_ADDR_LOOPBACK(&v6)) return Nearness::loopback;
  if (IN6_IS_ADDR_LINKLOCAL(&v6)) return Nearness::link_local;
  if (!IN6_IS_ADDR_V4MAPPED(&v6)) return Nearness::ordinary;
  std::uint32_t mapped = 0;
  std::memcpy(&mapped, v6.s6_addr + 12, sizeof mapped);
  return of_v4(ntohl(mapped));
}

bool within(const Reach& reach, const Candidate& candidate) {
  switch (nearness_of(candidate.address)) {
    case Nearness::loopback:
      return reach.loopback;
    case Nearness::link_local:
      return reach.link_local;
    case Nearness::ordinary:
      break;
  }
  return true;
}

std::string to_line(const Candidate& candidate) {
  auto line = fmt::format("candidate:{} {} UDP {} {} {} typ {}", candidate.foundation, candidate.component,
                          candidate.priority, candidate.address, candidate.port, candidate.type);
  if (candidate.type == "host") return line;
  // A related address is for diagnosis only (browsers send 0.0.0.0); one that is no address is left out.
  in6_addr scratch{};
  const bool literal = inet_pton(AF_INET, candidate.related_address.c_str(), &scratch) == 1 ||
                       inet_pton(AF_INET6, candidate.related_address.c_str(), &scratch) == 1;
  return line + fmt::format(" raddr {} rport {}", literal ? candidate.related_address : "0.0.0.0",
                            literal ? candidate.related_port : 0);
}

}  // namespace tessera::webrtc
