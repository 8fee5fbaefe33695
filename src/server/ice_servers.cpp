#include "server/ice_servers.hpp"

#include <fmt/format.h>
#include <glib.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace tessera::server {
namespace {

std::string base64(const unsigned char* bytes, std::size_t size) {
  std::string text(4 * ((size + 2) / 3) + 1, '\0');
  const int length =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes, static_cast<int>(size));
  text.resize(static_cast<std::size_t>(length));
  return text;
}

TurnCredentials credentials_for(const config::TurnConfig& turn, std::string_view participant,
                                std::chrono::system_clock::time_point now) {
  if (turn.secret.empty()) return {turn.username, turn.password};
  return turn_credentials(turn.secret, participant, now + std::chrono::seconds(turn.ttl_seconds));
}

// Inside a quoted-string of a header: no quote, backslash or control character gets through.
std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20) continue;
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + "\"";
}

Json string_array(const std::vector<std::string>& items) {
  Json array = Json::array();
  for (const auto& item : items) array.push(item);
  return array;
}

std::string escaped(const std::string& text) {
  char* raw = g_uri_escape_string(text.c_str(), nullptr, FALSE);
  std::string result = raw;
  g_free(raw);
  return result;
}

}  // namespace

TurnCredentials turn_credentials(const std::string& secret, std::string_view participant,
                                 std::chrono::system_clock::time_point expires) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(expires.time_since_epoch()).count();
  TurnCredentials made{fmt::format("{}:{}", seconds, participant), ""};
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  HMAC(EVP_sha1(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(made.username.data()), made.username.size(), digest, &size);
  made.password = base64(digest, size);
  return made;
}

Json ice_servers(const config::IceConfig& ice, std::string_view participant,
                 std::chrono::system_clock::time_point now) {
  Json servers = Json::array();
  if (!ice.stun_servers.empty()) servers.push(Json::object({{"urls", string_array(ice.stun_servers)}}));
  if (!ice.turn.urls.empty()) {
    const auto [username, password] = credentials_for(ice.turn, participant, now);
    servers.push(Json::object(
        {{"urls", string_array(ice.turn.urls)}, {"username", username}, {"credential", password}}));
  }
  return servers;
}

std::vector<std::string> ice_server_links(const config::IceConfig& ice, std::string_view participant,
                                          std::chrono::system_clock::time_point now) {
  std::vector<std::string> links;
  for (const auto& url : ice.stun_servers) links.push_back(fmt::format("<{}>; rel=\"ice-server\"", url));
  if (ice.turn.urls.empty()) return links;
  const auto [username, password] = credentials_for(ice.turn, participant, now);
  for (const auto& url : ice.turn.urls)
    links.push_back(
        fmt::format("<{}>; rel=\"ice-server\"; username={}; credential={}; credential-type=\"password\"", url,
                    quoted(username), quoted(password)));
  return links;
}

Json own_turn_servers(const config::TurnConfig& turn, std::string_view participant,
                      std::chrono::system_clock::time_point now) {
  Json servers = Json::array();
  if (!turn.for_server) return servers;
  const auto [username, password] = credentials_for(turn, participant, now);
  for (const auto& url : turn.urls) {
    const auto scheme = url.find(':');
    servers.push(fmt::format("{}://{}:{}@{}", url.substr(0, scheme), escaped(username), escaped(password),
                             url.substr(scheme + 1)));
  }
  return servers;
}

}  // namespace tessera::server
