#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "config/paths.hpp"
#include "config/server_config.hpp"
#include "directory.hpp"

namespace tessera::config {
namespace {

using ::testing::HasSubstr;
using Variables = std::map<std::string, std::string>;

ServerConfig::Environment from(Variables variables) {
  return [variables = std::move(variables)](const char* name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  };
}

// In a directory of its own, so that a tessera.json that happens to lie about is not read.
class LoadConfig : public ::testing::Test {
 protected:
  test::Directory directory_;
  test::WorkingDirectory here_{directory_.text()};
};

TEST_F(LoadConfig, WithoutAFileIsTheDefaults) {
  const auto config = ServerConfig::load(std::nullopt, from({}));
  ASSERT_TRUE(config.ok()) << config.error().message;
  EXPECT_EQ(config->listen, ListenConfig{});
  EXPECT_EQ(config->room, RoomConfig{});
}

TEST_F(LoadConfig, ReadsTesseraJsonOfTheWorkingDirectory) {
  directory_.write("tessera.json", R"({"listen": {"port": 81}})");
  EXPECT_EQ(ServerConfig::load(std::nullopt, from({}))->listen.port, 81);
}

TEST_F(LoadConfig, AFileThatIsNamedGoesBeforeAndMustExist) {
  directory_.write("tessera.json", R"({"listen": {"port": 81}})");
  directory_.write("other.json", R"({"listen": {"port": 82}})");
  directory_.write("third.json", R"({"listen": {"port": 83}})");
  EXPECT_EQ(ServerConfig::load("other.json", from({{"TESSERA_CONFIG", "third.json"}}))->listen.port, 82);
  EXPECT_EQ(ServerConfig::load(std::nullopt, from({{"TESSERA_CONFIG", "third.json"}}))->listen.port, 83);
  const auto missing = ServerConfig::load("missing.json", from({}));
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().code, "cannot-read");
  EXPECT_THAT(missing.error().message, HasSubstr("missing.json"));
}

TEST_F(LoadConfig, FaultsNameTheFile) {
  directory_.write("tessera.json", "{\"listen\": ");
  const auto broken = ServerConfig::load(std::nullopt, from({}));
  ASSERT_FALSE(broken.ok());
  EXPECT_EQ(broken.error().code, "bad-json");
  EXPECT_THAT(broken.error().message, HasSubstr("tessera.json: "));
  directory_.write("tessera.json", R"({"listen": {"port": true}})");
  EXPECT_THAT(ServerConfig::load(std::nullopt, from({})).error().message,
              HasSubstr("tessera.json: $.listen.port: "));
}

TEST_F(LoadConfig, TheEnvironmentGoesOverTheFile) {
  directory_.write("tessera.json",
                   R"({"listen": {"address": "127.0.0.2", "port": 81}, "log": {"level": "warn"}})");
  const auto config = ServerConfig::load(std::nullopt, from({{"TESSERA_LISTEN", "[::1]:9"},
                                                             {"TESSERA_TLS_CERTIFICATE", "c"},
                                                             {"TESSERA_TLS_KEY", "k"},
                                                             {"TESSERA_TRUSTED_PROXIES", "10.0.0.0/8, ::1"},
                                                             {"TESSERA_ALLOWED_ORIGINS", "https://a.example"},
                                                             {"TESSERA_AUTH_KEY", "s"},
                                                             {"TESSERA_AUTH_PUBLIC_KEY_FILE", "p"},
                                                             {"TESSERA_ICE_ADDRESS", "10.0.0.1, 10.0.0.2,"},
                                                             {"TESSERA_ICE_PORTS", "40000-40100"},
                                                             {"TESSERA_STUN", "stun:a:1,stun:b:2"},
                                                             {"TESSERA_TURN", "turn:c:3"},
                                                             {"TESSERA_TURN_SECRET", "ts"},
                                                             {"TESSERA_TURN_USERNAME", "tu"},
                                                             {"TESSERA_TURN_PASSWORD", "tp"},
                                                             {"TESSERA_LAYOUT", "speaker"},
                                                             {"TESSERA_VIDEO_CODECS", "vp8,h264"},
                                                             {"TESSERA_RECORDINGS", "/r"},
                                                             {"TESSERA_LAYOUTS", "/l"},
                                                             {"TESSERA_PIPELINES", "/p"},
                                                             {"TESSERA_LOG_LEVEL", "debug"},
                                                             {"TESSERA_MAX_ROOMS", "7"},
                                                             {"TESSERA_SPARE_ROOMS", "0"}}));
  ASSERT_TRUE(config.ok()) << config.error().message;
  EXPECT_EQ(config->listen, (ListenConfig{"::1", 9}));
  EXPECT_EQ(config->tls, (TlsConfig{"c", "k"}));
  EXPECT_EQ(config->http.trusted_proxies, (std::vector<std::string>{"10.0.0.0/8", "::1"}));
  EXPECT_EQ(config->http.allowed_origins, (std::vector<std::string>{"https://a.example"}));
  EXPECT_EQ(config->auth, (AuthConfig{"s", "p"}));
  EXPECT_EQ(config->ice.addresses, (std::vector<std::string>{"10.0.0.1", "10.0.0.2"}));
  EXPECT_EQ(config->ice.min_port, 40000);
  EXPECT_EQ(config->ice.max_port, 40100);
  EXPECT_EQ(config->ice.stun_servers, (std::vector<std::string>{"stun:a:1", "stun:b:2"}));
  EXPECT_EQ(config->ice.turn, (TurnConfig{{"turn:c:3"}, "ts", "tu", "tp", 86400}));
  EXPECT_EQ(config->room.layout, "speaker");
  EXPECT_EQ(config->video.codecs, (std::vector<std::string>{"vp8", "h264"}));
  EXPECT_EQ(config->recording.directory, "/r");
  EXPECT_EQ(config->paths, (PathsConfig{"/l", "/p"}));
  EXPECT_EQ(config->log.level, "debug");
  EXPECT_EQ(config->limits.max_rooms, 7);
  EXPECT_EQ(config->limits.spare_rooms, 0);
}

TEST_F(LoadConfig, AnEmptyVariableIsAnUnsetOne) {
  directory_.write("tessera.json", R"({"auth": {"key": "from the file"}})");
  EXPECT_EQ(ServerConfig::load(std::nullopt, from({{"TESSERA_AUTH_KEY", ""}}))->auth.key, "from the file");
}

TEST_F(LoadConfig, FaultsInTheEnvironmentNameTheVariable) {
  const auto config = ServerConfig::load(std::nullopt, from({{"TESSERA_LISTEN", "8080"},
                                                             {"TESSERA_ICE_PORTS", "high"},
                                                             {"TESSERA_MAX_ROOMS", "-1"},
                                                             {"TESSERA_SPARE_ROOMS", "2 "}}));
  ASSERT_FALSE(config.ok());
  EXPECT_EQ(config.error().code, "bad-config");
  for (const auto* name : {"TESSERA_LISTEN", "TESSERA_ICE_PORTS", "TESSERA_MAX_ROOMS", "TESSERA_SPARE_ROOMS"})
    EXPECT_THAT(config.error().message, HasSubstr(std::string("environment: ") + name));
}

TEST_F(LoadConfig, ReadsTheRealEnvironment) {
  setenv("TESSERA_LOG_LEVEL", "error", 1);
  const auto config = ServerConfig::load();
  unsetenv("TESSERA_LOG_LEVEL");
  ASSERT_TRUE(config.ok());
  EXPECT_EQ(config->log.level, "error");
}

// ---- default directories

TEST_F(LoadConfig, DefaultDirectoriesAreThoseOfTheWorkingDirectory) {
  test::Directory tree;
  tree.write("layouts/x", ""), tree.write("pipelines/x", "");
  directory_.write("layouts/x", ""), directory_.write("pipelines/x", "");
  ServerConfig config;
  resolve_default_directories(config, tree / "build/release");
  EXPECT_EQ(config, ServerConfig{});
}

TEST_F(LoadConfig, ElseThoseOfTheTreeThatTheBinaryWasBuiltIn) {
  test::Directory tree;
  for (const auto* name : {"layouts/x", "pipelines/x", "recordings/x", "build/release/tessera"})
    tree.write(name, "");
  ServerConfig config;
  resolve_default_directories(config, tree / "build/release");
  EXPECT_EQ(config.paths, (PathsConfig{tree / "layouts", tree / "pipelines"}));
  EXPECT_EQ(config.recording.directory, tree / "recordings");
}

TEST_F(LoadConfig, ElseTheInstalledOnesButRecordingsStayHere) {
  test::Directory root;
  for (const auto* name : {"usr/bin/tessera", "usr/share/tessera/layouts/x", "usr/share/tessera/pipelines/x",
                           "usr/share/tessera/recordings/x"})
    root.write(name, "");
  ServerConfig config;
  resolve_default_directories(config, root / "usr/bin");
  EXPECT_EQ(config.paths,
            (PathsConfig{root / "usr/share/tessera/layouts", root / "usr/share/tessera/pipelines"}));
  EXPECT_EQ(config.recording.directory, "recordings");
}

TEST_F(LoadConfig, DirectoriesThatWereSetAreNotTouched) {
  test::Directory tree;
  for (const auto* name : {"layouts/x", "pipelines/x", "build/release/tessera"}) tree.write(name, "");
  ServerConfig config;
  config.paths = {"/mine", "elsewhere"};
  resolve_default_directories(config, tree / "build/release");
  EXPECT_EQ(config.paths, (PathsConfig{"/mine", "elsewhere"}));
}

TEST_F(LoadConfig, WhatIsFoundNowhereKeepsItsNameForTheMessage) {
  ServerConfig config;
  resolve_default_directories(config, directory_ / "build/release");
  resolve_default_directories(config, "");
  EXPECT_EQ(config, ServerConfig{});
}

// Forgetting a new key here would hand it to every room process.
TEST_F(LoadConfig, EveryVariableThatSoundsSecretIsListedAsOne) {
  std::vector<std::string> asked;
  const auto note = [&](const char* name) -> std::optional<std::string> {
    asked.emplace_back(name);
    return std::nullopt;
  };
  ASSERT_TRUE(ServerConfig::load(std::nullopt, note).ok());
  const auto& secrets = secret_variables();
  for (const auto& name : asked) {
    const bool path = name == "TESSERA_TLS_KEY";  // names a file
    const bool sounds_secret = name.ends_with("KEY") || name.ends_with("SECRET") ||
                               name.ends_with("PASSWORD") || name.ends_with("TOKEN");
    EXPECT_EQ(sounds_secret && !path, std::count(secrets.begin(), secrets.end(), name) == 1) << name;
  }
  for (const auto& name : secrets) EXPECT_EQ(std::count(asked.begin(), asked.end(), name), 1) << name;
}

}  // namespace
}  // namespace tessera::config
