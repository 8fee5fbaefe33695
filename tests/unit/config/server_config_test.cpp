#include "config/server_config.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

namespace tessera::config {
namespace {

using ::testing::HasSubstr;

ServerConfig read(const std::string& text) {
  const auto json = Json::parse(text);
  EXPECT_TRUE(json.ok()) << text;
  auto config = ServerConfig::from_json(*json, "tessera.json");
  EXPECT_TRUE(config.ok()) << (config.ok() ? "" : config.error().message);
  return config.ok() ? *config : ServerConfig{};
}

TEST(ServerConfig, AnEmptyFileIsTheDefaultsAndTheyAreValid) {
  EXPECT_EQ(read("{}"), ServerConfig{});
  const auto valid = ServerConfig{}.validate();
  EXPECT_TRUE(valid.ok()) << valid.error().message;
}

TEST(ServerConfig, ReadsEverySection) {
  const ServerConfig config = read(R"({
    "listen": {"address": "::1", "port": 9000},
    "tls": {"certificate": "c.pem", "key": "k.pem"},
    "http": {"trustedProxies": ["10.0.0.0/8"], "allowedOrigins": ["https://meet.example"], "maxConnections": 7,
             "maxConnectionsPerAddress": 6, "idleSeconds": 5, "stallSeconds": 4},
    "auth": {"key": "0123456789abcdef", "publicKeyFile": "p.pem", "issuer": "i", "audience": "a",
             "endSessionsAtExpiry": true, "keys": [{"kid": "one", "key": "k", "publicKeyFile": "f"}]},
    "ice": {"addresses": ["10.0.0.1"], "minPort": 40000, "maxPort": 40100, "stunServers": ["stun:s:3478"],
            "turn": {"urls": ["turn:t:3478?transport=udp"], "secret": "s", "username": "u", "password": "p", "ttlSeconds": 600}},
    "room": {"width": 1920, "height": 1080, "framerate": 25, "layout": "speaker", "maxParticipants": 12, "maxTiles": 9,
             "maxViewers": 6, "reservedForOperators": 3, "connectSeconds": 7,
             "idleSeconds": 1, "resumeSeconds": 2, "silenceSeconds": 3, "playoutDelayMs": 4, "jitterMs": 5},
    "video": {"codecs": ["vp8"]}, "audio": {"mode": "music", "bitrate": 32000, "musicBitrate": 96000, "complexity": 9, "inbandFec": false,
              "maxTalkers": 4, "noiseSuppression": true, "autoGain": true},
    "recording": {"directory": "/r", "reserveMb": 7}, "paths": {"layouts": "/l", "pipelines": "/p"},
    "log": {"level": "debug"}, "limits": {"maxBodyBytes": 2048, "maxRooms": 3, "spareRooms": 0,
             "pendingPerSubject": 8, "pendingPerAddress": 9, "pendingPerRoom": 10,
             "roomMemoryMb": 512, "endpointMegapixels": 60, "roomMegapixels": 0}})");
  EXPECT_EQ(config.listen.address, "::1");
  EXPECT_EQ(config.listen.port, 9000);
  EXPECT_EQ(config.tls.key, "k.pem");
  EXPECT_EQ(config.http, (HttpConfig{{"10.0.0.0/8"}, {"https://meet.example"}, 7, 6, 5, 4}));
  EXPECT_EQ(config.auth.public_key_file, "p.pem");
  EXPECT_EQ(config.ice.addresses, std::vector<std::string>{"10.0.0.1"});
  EXPECT_EQ(config.ice.max_port, 40100);
  EXPECT_EQ(config.ice.turn.ttl_seconds, 600);
  EXPECT_EQ(config.room.layout, "speaker");
  EXPECT_EQ(config.room.jitter_ms, 5);
  EXPECT_EQ(config.room.max_viewers, 6);
  EXPECT_EQ(config.room.reserved_for_operators, 3);
  EXPECT_EQ(config.room.connect_seconds, 7);
  EXPECT_EQ(config.limits.pending_per_subject, 8);
  EXPECT_EQ(config.limits.pending_per_address, 9);
  EXPECT_EQ(config.limits.pending_per_room, 10);
  EXPECT_EQ(config.room.playout_delay_ms, 4);
  EXPECT_EQ(config.video.codecs, std::vector<std::string>{"vp8"});
  EXPECT_EQ(config.audio, (AudioConfig{"music", 32'000, 96'000, 9, false, 4, true, true}));
  EXPECT_EQ(config.recording.reserve_mb, 7);
  EXPECT_EQ(config.paths.pipelines, "/p");
  EXPECT_EQ(config.log.level, "debug");
  EXPECT_EQ(config.limits.spare_rooms, 0);
  EXPECT_EQ(config.limits.room_memory_mb, 512);
  EXPECT_EQ(config.limits.endpoint_megapixels, 60);
  EXPECT_EQ(config.limits.room_megapixels, 0);

  // What the room process gets is what the front has.
  const auto again = Json::parse(config.to_json().dump());
  ASSERT_TRUE(again.ok());
  const auto copy = ServerConfig::from_json(*again);
  ASSERT_TRUE(copy.ok()) << copy.error().message;
  EXPECT_EQ(*copy, config);
}

TEST(ServerConfig, WritesEveryKeyInCamelCase) {
  const Json json = ServerConfig{}.to_json();
  EXPECT_EQ(json["room"]["maxParticipants"].as_int(), 100);
  EXPECT_EQ(json["ice"]["turn"]["ttlSeconds"].as_int(), 86400);
  EXPECT_EQ(json["video"]["codecs"].items().size(), 2u);
  EXPECT_EQ(json["limits"]["maxBodyBytes"].as_int(), 262144);
  EXPECT_EQ(json.dump().find('_'), std::string::npos);
}

TEST(ServerConfig, SandboxSettingsReachTheRooms) {
  const auto json = Json::parse(
      R"({"sandbox": {"mode": "required", "readable": ["/opt/codecs"], "writable": ["/dev/dri"], "roomThreads": 900},
          "ice": {"loopback": true, "linkLocal": true}, "limits": {"roomMemoryMb": 512}})");
  const auto config = ServerConfig::from_json(*json);
  ASSERT_TRUE(config.ok()) << config.error().message;
  EXPECT_TRUE(config->validate().ok());
  EXPECT_EQ(config->sandbox, (SandboxConfig{"required", {"/opt/codecs"}, {"/dev/dri"}, 900}));
  EXPECT_TRUE(config->ice.loopback && config->ice.link_local);
  EXPECT_EQ(config->limits.room_memory_mb, 512);
  const auto copy = ServerConfig::from_json(config->to_json());
  ASSERT_TRUE(copy.ok());
  EXPECT_EQ(*copy, *config);
}

TEST(ServerConfig, SandboxModeAndPathsAreChecked) {
  ServerConfig config;
  config.sandbox.mode = "perhaps";
  config.sandbox.readable = {"relative"};
  config.sandbox.writable = {"/"};
  const auto valid = config.validate();
  ASSERT_FALSE(valid.ok());
  for (const char* part :
       {"sandbox.mode: \"perhaps\"", "\"relative\" must be an absolute path", "\"/\" must be"})
    EXPECT_NE(valid.error().message.find(part), std::string::npos) << valid.error().message;
}

struct Fault {
  const char* json;
  const char* message;
};
class FaultyConfig : public ::testing::TestWithParam<Fault> {};

TEST_P(FaultyConfig, IsRefusedWithFilePathAndReason) {
  const auto json = Json::parse(GetParam().json);
  ASSERT_TRUE(json.ok());
  const auto config = ServerConfig::from_json(*json, "tessera.json");
  ASSERT_FALSE(config.ok()) << GetParam().json;
  EXPECT_EQ(config.error().code, "bad-config");
  EXPECT_THAT(config.error().message, HasSubstr(std::string("tessera.json: ") + GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    Table, FaultyConfig,
    ::testing::Values(
        Fault{"[]", "$: expected an object"},
        Fault{R"({"listen": "127.0.0.1:80"})", "$.listen: expected an object"},
        Fault{R"({"listen": {"port": "80"}})", "$.listen.port: expected an integer"},
        Fault{R"({"listen": {"port": 65536}})", "$.listen.port: expected an integer from 0 to 65535"},
        Fault{R"({"listen": {"prot": 80}})", "$.listen.prot: unknown key; did you mean \"port\"?"},
        Fault{R"({"lisen": {}})", "$.lisen: unknown key; did you mean \"listen\"?"},
        Fault{R"({"auth": {"key": 5}})", "$.auth.key: expected a string"},
        Fault{R"({"ice": {"addresses": "10.0.0.1"}})", "$.ice.addresses: expected an array"},
        Fault{R"({"ice": {"stunServers": [1]}})", "$.ice.stunServers: expected an array of strings"},
        Fault{R"({"ice": {"turn": {"ttlSeconds": 0}}})", "$.ice.turn.ttlSeconds: expected"},
        Fault{R"({"ice": {"turn": {"url": "turn:a"}}})",
              "$.ice.turn.url: unknown key; did you mean \"urls\"?"},
        Fault{R"({"room": {"width": 10}})", "$.room.width: expected an integer from 64"},
        Fault{R"({"room": {"framerate": 0}})", "$.room.framerate: expected"},
        Fault{R"({"room": {"framerate": 29.97}})", "$.room.framerate: expected an integer"},
        Fault{R"({"room": {"max_tiles": 4}})", "$.room.max_tiles: unknown key; did you mean \"maxTiles\"?"},
        Fault{R"({"audio": {"bitrate": 1}})", "$.audio.bitrate: expected"},
        Fault{R"({"audio": {"complexity": 11}})", "$.audio.complexity: expected"},
        Fault{R"({"audio": {"inbandFec": 1}})", "$.audio.inbandFec: expected"},
        Fault{R"({"log": {"level": true}})", "$.log.level: expected a string"}));

TEST(ServerConfig, ReportsEveryMistakeAtOnce) {
  const auto json = Json::parse(R"({"listen": {"port": -1}, "room": {"width": true}, "x": 1})");
  const auto config = ServerConfig::from_json(*json, "f");
  ASSERT_FALSE(config.ok());
  EXPECT_EQ(std::count(config.error().message.begin(), config.error().message.end(), '\n'), 2);
}

// ---- validate

const std::string long_secret = "a secret of more than thirty-two bytes";

struct Invalid {
  std::function<void(ServerConfig&)> change;
  const char* message;
};

TEST(ServerConfigValidate, SaysWhatIsWrongAndWhatToDo) {
  const std::vector<Invalid> cases = {
      {[](auto& c) { c.listen.address = "0.0.0.0"; }, "set auth.key (TESSERA_AUTH_KEY)"},
      {[](auto& c) { c.listen.address = "192.168.1.4"; }, "listen on 127.0.0.1"},
      {[](auto& c) { c.listen.address = "::"; }, "listen on 127.0.0.1"},
      {[](auto& c) { c.listen.address = "example.org"; }, "listen on 127.0.0.1"},
      {[](auto& c) { c.listen.address = ""; }, "listen.address"},
      {[](auto& c) { c.listen.port = 70000; }, "listen.port"},
      {[](auto& c) { c.audio.mode = "hifi"; }, "\"hifi\" is neither speech nor music"},
      {[](auto& c) {
         c.auth = {"secret", "file.pem"};
       },
       "keep one"},
      {[](auto& c) {
         c.auth.keys = {{"", long_secret, ""}};
       },
       "auth.keys[0].kid: must be"},
      {[](auto& c) {
         c.auth.keys = {{"a b", long_secret, ""}};
       },
       "auth.keys[0].kid: must be"},
      {[](auto& c) {
         c.auth.keys = {{"a", long_secret, ""}, {"a", "", "p.pem"}};
       },
       "auth.keys[1].kid: \"a\" is there twice"},
      {[](auto& c) {
         c.auth.keys = {{"a", "", ""}};
       },
       "auth.keys[0]: set key (HS256) or publicKeyFile (RS256), and not both"},
      {[](auto& c) {
         c.auth.keys = {{"a", long_secret, "p.pem"}};
       },
       "auth.keys[0]: set key (HS256) or publicKeyFile (RS256), and not both"},
      {[](auto& c) { c.auth.key = "-----BEGIN PUBLIC KEY-----\nMIIB-----END PUBLIC KEY-----"; },
       "a public key is no secret"},
      {[](auto& c) { c.auth.issuer = "https://issuer.example"; }, "there is no key to check tokens with"},
      {[](auto& c) { c.room.opened_by = "anybody"; }, "room.openedBy: \"anybody\" is not one of"},
      {[](auto& c) { c.tls.certificate = "c.pem"; }, "set both or neither"},
      {[](auto& c) { c.http.trusted_proxies = {"proxy.example"}; }, "neither an IP address nor a network"},
      {[](auto& c) { c.http.trusted_proxies = {"10.0.0.0/33"}; }, "neither an IP address nor a network"},
      {[](auto& c) { c.http.allowed_origins = {"meet.example"}; }, "\"meet.example\" is not an origin"},
      {[](auto& c) { c.http.allowed_origins = {"https://meet.example/"}; }, "without a path"},
      {[](auto& c) { c.http.allowed_origins = {"https://*.example"}; }, "is not an origin"},
      {[](auto& c) { c.http.allowed_origins = {"null"}; }, "is not an origin"},
      {[](auto& c) { c.ice.addresses = {"eth0"}; }, "\"eth0\" is not an IP address"},
      {[](auto& c) { c.ice.min_port = 50000, c.ice.max_port = 40000; }, "not a range"},
      {[](auto& c) { c.ice.max_port = 40000; }, "set both minPort and maxPort"},
      {[](auto& c) { c.ice.stun_servers = {"stun.example.org"}; }, "stun:HOST:PORT"},
      {[](auto& c) { c.ice.stun_servers = {"stun://a:1"}; }, "stun:HOST:PORT"},
      {[](auto& c) { c.ice.turn.urls = {"turn:a:1"}; }, "needs a secret"},
      {[](auto& c) {
         c.ice.turn = {{"a:1"}, "s", "", "", 60};
       },
       "turn:HOST:PORT"},
      {[](auto& c) { c.room.width = 1281; }, "must be even"},
      {[](auto& c) { c.room.height = 8; }, "out of bounds"},
      {[](auto& c) { c.room.framerate = 500; }, "framerate"},
      {[](auto& c) { c.room.layout = ""; }, "room.layout"},
      {[](auto& c) { c.video.codecs = {}; }, "video.codecs"},
      {[](auto& c) { c.video.codecs = {"av1"}; }, "\"av1\" cannot be sent"},
      {[](auto& c) {
         c.video.codecs = {"vp8", "vp8"};
       },
       "twice"},
      {[](auto& c) { c.recording.directory = ""; }, "recording.directory"},
      {[](auto& c) { c.room.reserved_for_operators = 100; }, "room.reservedForOperators"},
      {[](auto& c) { c.paths.layouts = ""; }, "paths.layouts"},
      {[](auto& c) { c.log.level = "loud"; }, "log.level"},
      {[](auto& c) { c.limits.room_memory_mb = 100; }, "give it 256 or more"},
      {[](auto& c) { c.limits.endpoint_megapixels = 1; }, "give it 10 or more"},
  };
  for (const auto& one : cases) {
    ServerConfig config;
    one.change(config);
    const auto valid = config.validate();
    ASSERT_FALSE(valid.ok()) << one.message;
    EXPECT_EQ(valid.error().code, "bad-config");
    EXPECT_THAT(valid.error().message, HasSubstr(one.message));
    EXPECT_EQ(valid.error().message.find('\n'), std::string::npos)
        << "one mistake, one line: " << valid.error().message;
  }
}

TEST(ServerConfigValidate, AddressesOfTheOutsideAreReadAndChecked) {
  ServerConfig config = read(R"({"http": {"publicUrl": "https://example.org/media"},
                                 "ice": {"announcedAddresses": ["203.0.113.7", "2001:db8::7"]}})");
  EXPECT_EQ(config.http.public_url, "https://example.org/media");
  EXPECT_EQ(config.ice.announced_addresses.size(), 2u);
  EXPECT_EQ(read(config.to_json().dump().c_str()), config);
  EXPECT_TRUE(config.validate().ok());
  for (const char* url : {"http://localhost:8080", "https://[::1]:8443/a/b", "https://example.org"}) {
    config.http.public_url = url;
    EXPECT_TRUE(config.validate().ok()) << url;
  }
  for (const char* url : {"example.org", "/media", "https://", "https:///media", "https://example.org/",
                          "https://example.org/?a", "https://example.org/#a", "https://me@example.org",
                          "ftp://example.org", "https://example.org/a b", "https://example.org/\r\nX: y"}) {
    config.http.public_url = url;
    ASSERT_FALSE(config.validate().ok()) << url;
    EXPECT_THAT(config.validate().error().message, HasSubstr("http.publicUrl"));
  }
  config.http.public_url.clear();
  config.ice.announced_addresses = {"media.example.org"};
  ASSERT_FALSE(config.validate().ok());
  EXPECT_THAT(config.validate().error().message,
              HasSubstr("ice.announcedAddresses: \"media.example.org\" is not an IP address"));
}

TEST(ServerConfigValidate, AKeyOpensOtherAddresses) {
  ServerConfig config;
  config.listen.address = "0.0.0.0";
  config.auth.key = long_secret;
  EXPECT_TRUE(config.validate().ok());
  config.auth = {"", "public.pem"};
  EXPECT_TRUE(config.validate().ok());
  config.auth = {};
  config.auth.keys = {{"one", long_secret, ""}, {"two", "", "public.pem"}};
  EXPECT_TRUE(config.validate().ok());
}

TEST(ServerConfigValidate, AShortSecretIsForLoopbackOnly) {
  ServerConfig config;
  config.auth.key = "0123456789012345678901234567890";  // 31 bytes
  EXPECT_TRUE(config.validate().ok());
  ASSERT_EQ(config.warnings().size(), 1u);
  EXPECT_THAT(config.warnings()[0], HasSubstr("auth.key: has 31 bytes"));
  config.listen.address = "192.0.2.1";
  EXPECT_THAT(config.validate().error().message, HasSubstr("at least 32"));
  config.auth.key += "1";
  EXPECT_TRUE(config.validate().ok());
  EXPECT_TRUE(config.warnings().empty());
  config.auth.keys = {{"old", "short", ""}};
  EXPECT_THAT(config.validate().error().message, HasSubstr("auth.keys[0].key: has 5 bytes"));
}

TEST(ServerConfigValidate, WarnsWhenTheAnnouncementOfARecordingIsSilentAboutTheChat) {
  ServerConfig config;
  EXPECT_TRUE(config.warnings().empty());
  config.recording.chat = true;
  ASSERT_EQ(config.warnings().size(), 1u);
  EXPECT_THAT(config.warnings()[0], HasSubstr("announcements.recording"));
  config.announcements.recording = "recorded-with-chat.opus";
  EXPECT_TRUE(config.warnings().empty());
}

TEST(ServerConfigValidate, NoSecretIsRepeatedInAMessage) {
  ServerConfig config;
  config.listen.address = "192.0.2.1";
  config.auth.key = "hunter2";
  EXPECT_EQ(config.validate().error().message.find("hunter2"), std::string::npos);
}

TEST(ServerConfigValidate, TurnTakesASecretOrAPassword) {
  ServerConfig config;
  config.ice.turn.urls = {"turn:127.0.0.1:3478?transport=udp", "turns:t.example:5349"};
  config.ice.turn.secret = "s";
  EXPECT_TRUE(config.validate().ok());
  config.ice.turn.secret = "";
  config.ice.turn.username = "u";
  EXPECT_FALSE(config.validate().ok());
  config.ice.turn.password = "p";
  EXPECT_TRUE(config.validate().ok());
}

// ---- addresses

TEST(ParseListen, ReadsAddressAndPort) {
  EXPECT_EQ(*parse_listen("127.0.0.1:8080"), (ListenConfig{"127.0.0.1", 8080}));
  EXPECT_EQ(*parse_listen("[::1]:8080"), (ListenConfig{"::1", 8080}));
  EXPECT_EQ(*parse_listen("[fe80::1]:0"), (ListenConfig{"fe80::1", 0}));
  EXPECT_EQ(*parse_listen("localhost:1"), (ListenConfig{"localhost", 1}));
  EXPECT_EQ(*parse_listen(":65535"), (ListenConfig{"0.0.0.0", 65535}));
}

TEST(ParseListen, RefusesTheRest) {
  for (const auto* text : {"",
                           ":",
                           "8080",
                           "127.0.0.1",
                           "127.0.0.1:",
                           "127.0.0.1:http",
                           "127.0.0.1:65536",
                           "127.0.0.1:-1",
                           "127.0.0.1: 80",
                           "127.0.0.1:80x",
                           "::1:8080",
                           "[::1]",
                           "[::1:80",
                           "::1]:80",
                           "[]:80",
                           "[:80",
                           "]:80",
                           "[127.0.0.1]:80",
                           "[x:y]:80",
                           "a b:80",
                           "http://a:80",
                           "a/b:80"}) {
    const auto listen = parse_listen(text);
    ASSERT_FALSE(listen.ok()) << text;
    EXPECT_EQ(listen.error().code, "bad-config");
  }
}

TEST(IsLoopback, KnowsThisMachine) {
  for (const auto* address : {"127.0.0.1", "127.1.2.3", "::1", "localhost"})
    EXPECT_TRUE(is_loopback(address)) << address;
  for (const auto* address :
       {"", "0.0.0.0", "::", "128.0.0.1", "10.0.0.1", "127.0.0.1.example.org", "127", "::2"})
    EXPECT_FALSE(is_loopback(address)) << address;
}

}  // namespace
}  // namespace tessera::config
