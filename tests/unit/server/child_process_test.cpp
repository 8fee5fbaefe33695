#include "server/child_process.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>

#include "base/loop.hpp"
#include "config/server_config.hpp"
#include "server/spawned_room.hpp"

namespace tessera::server {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

class ChildProcessTest : public testing::Test {
 protected:
  void TearDown() override {
    for (const auto name : config::secret_variables()) unsetenv(std::string(name).c_str());
    unsetenv("TESSERA_LOG_LEVEL");
  }
  // What `env` prints as a child of ours that may have these secrets.
  std::string environment_of_child(std::vector<std::string> secrets) {
    int ends[2];
    EXPECT_EQ(pipe(ends), 0);
    std::optional<int> status;
    auto child = ChildProcess::spawn({.command = {"/usr/bin/env"},
                                      .pass_fd = ends[1],
                                      .pass_as = STDOUT_FILENO,
                                      .secrets = std::move(secrets)},
                                     [&](int ended) { status = ended; });
    close(ends[1]);
    std::string text;
    char chunk[4096];
    for (ssize_t got; (got = read(ends[0], chunk, sizeof chunk)) > 0;)
      text.append(chunk, static_cast<std::size_t>(got));
    close(ends[0]);
    EXPECT_TRUE(loop_.run_until([&] { return status.has_value(); }, 10s));
    return text;
  }

  Loop loop_;
};

TEST_F(ChildProcessTest, InheritsNoSecretButThoseItIsGiven) {
  for (const auto name : config::secret_variables())
    setenv(std::string(name).c_str(), ("value-of-" + std::string(name)).c_str(), 1);
  setenv("TESSERA_LOG_LEVEL", "warn", 1);
  const std::string bare = environment_of_child({});
  EXPECT_THAT(bare, HasSubstr("TESSERA_LOG_LEVEL=warn"));
  EXPECT_THAT(bare, HasSubstr("PATH="));
  EXPECT_THAT(bare, Not(HasSubstr("value-of-")));
  const std::string trusted = environment_of_child({"TESSERA_TURN_SECRET"});
  EXPECT_THAT(trusted, HasSubstr("TESSERA_TURN_SECRET=value-of-TESSERA_TURN_SECRET"));
  EXPECT_THAT(trusted, Not(HasSubstr("TESSERA_AUTH_KEY")));
}

TEST_F(ChildProcessTest, AProgramThatIsNotThereIsSaidSo) {
  for (const std::vector<std::string>& command : {std::vector<std::string>{"/no/such/program", "room"}, {}}) {
    const auto child = ChildProcess::spawn({.command = command}, [](int) {});
    ASSERT_FALSE(child);
    EXPECT_EQ(child.error().code, "cannot-spawn");
  }
}

TEST_F(ChildProcessTest, ARoomThatCannotBeSpawnedIsAnErrorNotACrash) {
  const auto room = SpawnedRoom::start(loop_, {"/no/such/program"});
  ASSERT_FALSE(room);
  EXPECT_EQ(room.error().code, "cannot-spawn");
  EXPECT_THAT(room.error().message, HasSubstr("/no/such/program"));
}

}  // namespace
}  // namespace tessera::server
