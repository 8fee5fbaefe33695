#include "server/client_address.hpp"

#include <algorithm>
#include <optional>

namespace tessera::server {
namespace {

constexpr std::string_view blanks = " \t";

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

// Cuts the last item off a list separated by commas.
std::string_view take_last(std::string_view& list) {
  const auto comma = list.rfind(',');
  const std::string_view item = comma == std::string_view::npos ? list : list.substr(comma + 1);
  list = comma == std::string_view::npos ? std::string_view{} : list.substr(0, comma);
  return trimmed(item);
}

// "192.0.2.1", "192.0.2.1:4711", "2001:db8::1", "[2001:db8::1]", "[2001:db8::1]:4711".
std::optional<IpAddress> node_address(std::string_view node) {
  if (node.starts_with('[')) {
    const auto end = node.find(']');
    return end == std::string_view::npos ? std::nullopt : IpAddress::parse(node.substr(1, end - 1));
  }
  const auto colon = node.find(':');
  const bool with_port =
      colon != std::string_view::npos && node.find(':', colon + 1) == std::string_view::npos;
  return IpAddress::parse(with_port ? node.substr(0, colon) : node);
}

// The `for` parameter of one element of Forwarded: `for="[2001:db8::1]:4711";proto=https`. Quoted commas and
// semicolons do not occur in what is an address.
std::string_view for_parameter(std::string_view element) {
  while (!element.empty()) {
    const auto semicolon = element.find(';');
    const std::string_view pair = trimmed(element.substr(0, semicolon));
    element = semicolon == std::string_view::npos ? std::string_view{} : element.substr(semicolon + 1);
    const auto equals = pair.find('=');
    if (equals == std::string_view::npos || !equal_ignoring_case(pair.substr(0, equals), "for")) continue;
    std::string_view value = pair.substr(equals + 1);
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
      value = value.substr(1, value.size() - 2);
    return value;
  }
  return {};
}

}  // namespace

TrustedProxies::TrustedProxies(const std::vector<std::string>& networks) {
  for (const auto& text : networks)
    if (auto network = IpNetwork::parse(text)) networks_.push_back(*network);
}

bool TrustedProxies::contains(const IpAddress& address) const {
  return std::any_of(networks_.begin(), networks_.end(),
                     [&](const IpNetwork& network) { return network.contains(address); });
}

bool TrustedProxies::contains(std::string_view address) const {
  const auto parsed = IpAddress::parse(address);
  return parsed && contains(*parsed);
}

std::string client_address(std::string_view peer, std::string_view x_forwarded_for,
                           std::string_view forwarded, const TrustedProxies& proxies) {
  auto found = IpAddress::parse(peer);
  if (!found) return std::string(peer);
  const bool standard = trimmed(x_forwarded_for).empty();
  std::string_view rest = standard ? forwarded : x_forwarded_for;
  while (!rest.empty() && proxies.contains(*found)) {
    const std::string_view item = take_last(rest);
    const auto before = node_address(standard ? for_parameter(item) : item);
    if (!before) break;
    found = before;
  }
  return found->text();
}

std::string address_group(std::string_view address) {
  const auto parsed = IpAddress::parse(address);
  if (!parsed) return std::string(address);
  return parsed->is_v4() ? parsed->text() : parsed->masked(64).text() + "/64";
}

}  // namespace tessera::server
