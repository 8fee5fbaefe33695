// The room's end of the socket, the front played by the test.
#include "room/channel.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

namespace tessera::room {
namespace {

using namespace std::chrono_literals;

class ChannelTest : public testing::Test {
 protected:
  ChannelTest() {
    int ends[2];
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    front_ = ends[1];
    channel_ = std::make_unique<Channel>(
        loop_, ends[0], [this](const messages::Request& request) { on_request_(request); },
        [this] { closed_ = true; });
  }
  ~ChannelTest() override {
    channel_.reset();
    close(front_);
  }
  void say(std::string_view text) {
    EXPECT_EQ(write(front_, text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  std::string hear() {
    std::string heard;
    loop_.run_until(
        [&] {
          char chunk[4096];
          const ssize_t got = recv(front_, chunk, sizeof chunk, MSG_DONTWAIT);
          if (got > 0) heard.append(chunk, static_cast<std::size_t>(got));
          return heard.ends_with('\n');
        },
        5s);
    return heard;
  }

  Loop loop_;
  int front_ = -1;
  std::function<void(const messages::Request&)> on_request_ = [](const messages::Request&) {};
  std::unique_ptr<Channel> channel_;
  bool closed_ = false;
};

TEST_F(ChannelTest, AFrontThatNeverStopsTalkingDoesNotKeepTheLoop) {
  constexpr int many = 10000;
  int requests = 0, requests_at_other_work = -1;
  on_request_ = [&](const messages::Request& request) {
    if (++requests == 1) loop_.post([&] { requests_at_other_work = requests; });
    if (requests < many) say(messages::encode(request));  // there is always one more to be read
  };
  say(messages::encode(messages::Request{1, "chat", Json::object()}));
  ASSERT_TRUE(loop_.run_until([&] { return requests_at_other_work >= 0; }, 10s));
  EXPECT_LT(requests_at_other_work, 100);
  ASSERT_TRUE(loop_.run_until([&] { return requests == many; }, 10s)) << "and all are read in the end";
}

TEST_F(ChannelTest, AFrontThatDoesNotReadForAWhileEndsNothing) {
  const std::string text(1000, 'x');
  for (int i = 0; i < 100'000; ++i) {
    channel_->send(messages::Event{"levels", "", Json::object({{"levels", Json::object({{"p1", -i}})}})});
    channel_->send(messages::Event{"chat", "", Json::object({{"text", text}})});
  }
  channel_->send(messages::Reply{7, Json::object()});
  loop_.run_until([&] { return closed_; }, 10ms);
  EXPECT_FALSE(closed_);
  std::string heard;
  ASSERT_TRUE(loop_.run_until(
      [&] {
        char chunk[65536];
        for (ssize_t got; (got = recv(front_, chunk, sizeof chunk, MSG_DONTWAIT)) > 0;)
          heard.append(chunk, static_cast<std::size_t>(got));
        return heard.find("messages-lost") != std::string::npos &&
               heard.find("\"id\":7") != std::string::npos;
      },
      10s));
  EXPECT_LT(heard.size(), 3'000'000u) << "of 100 MB";
  EXPECT_NE(heard.find("-99999"), std::string::npos) << "the latest levels";
}

TEST_F(ChannelTest, ARequestThatCannotBeReadIsAnsweredWhenItsIdCan) {
  int requests = 0;
  on_request_ = [&](const messages::Request&) { ++requests; };
  say("{\"id\":5,\"method\":\"chat\",\"params\":{\"text\":\"\x1f\"}}\n");
  const auto answer = messages::decode_from_room(hear());
  ASSERT_TRUE(answer) << answer.error().message;
  const auto& reply = std::get<messages::Reply>(*answer);
  EXPECT_EQ(reply.id, 5);
  EXPECT_FALSE(reply.ok);
  EXPECT_EQ(reply.code, "bad-message");
  EXPECT_EQ(requests, 0);
  say("nonsense\n{\"id\":6,\"method\":\"chat\"}\n");
  ASSERT_TRUE(loop_.run_until([&] { return requests == 1; }, 5s));
  EXPECT_FALSE(closed_);
}

}  // namespace
}  // namespace tessera::room
