// The headers by which proxies name their clients. What is read from them is an address, whatever they hold;
// a stranger's do not count. The first byte of an input says which header the rest is.
#include "base/ip_address.hpp"
#include "fuzz.hpp"
#include "server/client_address.hpp"

using namespace tessera::fuzz;
using namespace tessera::server;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  static const TrustedProxies proxies({"127.0.0.1", "10.0.0.0/8", "2001:db8::/32"});
  Input input(bytes, size);
  const bool standard = input.byte() == 'f';
  const std::string_view text = input.text();
  const std::string client = client_address("127.0.0.1", standard ? "" : text, standard ? text : "", proxies);
  const auto address = tessera::IpAddress::parse(client);
  expect(address.has_value(), "a client is an address: {}", client);
  expect(address->text() == client, "an address reads as it was written: {}", client);
  expect(address_group(client).size() >= 2, "a limit counts by something");
  expect(client_address("198.51.100.9", text, text, proxies) == "198.51.100.9", "a stranger is who they are");
  if (const auto network = tessera::IpNetwork::parse(text))
    if (const auto base = tessera::IpAddress::parse(text.substr(0, text.find('/'))))
      expect(network->contains(*base), "a network holds the address that it is named by: {}", text);
  return 0;
}
