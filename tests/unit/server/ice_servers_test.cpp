#include "server/ice_servers.hpp"

#include <gtest/gtest.h>

namespace tessera::server {
namespace {

using Time = std::chrono::system_clock::time_point;
const Time noon{std::chrono::seconds(1700000000)};

config::IceConfig with_turn() {
  config::IceConfig ice;
  ice.stun_servers = {"stun:stun.example.org:3478"};
  ice.turn.urls = {"turn:turn.example.org:3478?transport=udp", "turns:turn.example.org:5349"};
  ice.turn.secret = "north";
  ice.turn.ttl_seconds = 600;
  return ice;
}

// printf '1700000600:p1' | openssl dgst -sha1 -hmac north -binary | base64
TEST(IceServersTest, CredentialsAreWhatCoturnComputes) {
  const auto made = turn_credentials("north", "p1", noon + std::chrono::seconds(600));
  EXPECT_EQ(made.username, "1700000600:p1");
  EXPECT_EQ(made.password, "gtYcMIwsZwPry2k029gvl2J7YF0=");
}

TEST(IceServersTest, ClientsAreToldOfStunAndTurn) {
  const Json servers = ice_servers(with_turn(), "p1", noon);
  ASSERT_EQ(servers.items().size(), 2u);
  EXPECT_EQ(servers.items()[0]["urls"].items()[0].as_string(), "stun:stun.example.org:3478");
  EXPECT_FALSE(servers.items()[0].has("credential"));
  EXPECT_EQ(servers.items()[1]["urls"].items().size(), 2u);
  EXPECT_EQ(servers.items()[1]["username"].as_string(), "1700000600:p1");
  EXPECT_FALSE(servers.dump().find("north") != std::string::npos) << "the secret stays here";
}

TEST(IceServersTest, FixedCredentialsAreGivenAsTheyAre) {
  auto ice = with_turn();
  ice.turn.secret.clear();
  ice.turn.username = "u";
  ice.turn.password = "p";
  const Json servers = ice_servers(ice, "p1", noon);
  EXPECT_EQ(servers.items()[1]["username"].as_string(), "u");
  EXPECT_EQ(servers.items()[1]["credential"].as_string(), "p");
}

TEST(IceServersTest, LinksAreOnePerUrl) {
  const auto links = ice_server_links(with_turn(), "p\"1", noon);
  ASSERT_EQ(links.size(), 3u);
  EXPECT_EQ(links[0], "<stun:stun.example.org:3478>; rel=\"ice-server\"");
  EXPECT_TRUE(
      links[1].starts_with("<turn:turn.example.org:3478?transport=udp>; rel=\"ice-server\"; "
                           "username=\"1700000600:p\\\"1\"; credential=\""))
      << links[1];
  EXPECT_TRUE(links[2].ends_with("credential-type=\"password\"")) << links[2];
}

TEST(IceServersTest, TheServerRelaysOnlyWhenTold) {
  auto turn = with_turn().turn;
  EXPECT_TRUE(own_turn_servers(turn, "p1", noon).items().empty());
  turn.for_server = true;
  const Json list = own_turn_servers(turn, "p1", noon);
  const auto& servers = list.items();
  ASSERT_EQ(servers.size(), 2u);
  EXPECT_EQ(servers[0].as_string(),
            "turn://1700000600%3Ap1:gtYcMIwsZwPry2k029gvl2J7YF0%3D@turn.example.org:3478?transport=udp");
  EXPECT_TRUE(servers[1].as_string().starts_with("turns://1700000600%3Ap1:"));
}

TEST(IceServersTest, NothingConfiguredMeansNone) {
  EXPECT_TRUE(ice_servers({}, "p1", noon).items().empty());
  EXPECT_TRUE(ice_server_links({}, "p1", noon).empty());
}

}  // namespace
}  // namespace tessera::server
