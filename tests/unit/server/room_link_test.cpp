#include "server/room_link.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <optional>

namespace tessera::server {
namespace {

using namespace std::chrono_literals;

// The link at one end of a socketpair, the test at the other.
class RoomLinkTest : public testing::Test {
 protected:
  RoomLinkTest() {
    int ends[2];
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    other_ = ends[1];
    link_ = std::make_unique<RoomLink>(
        loop_, ends[0],
        RoomLink::Handlers{[this](const messages::Event& event) { events_.push_back(event); },
                           [this](const std::string& why) { closed_ = why; }});
  }
  ~RoomLinkTest() override {
    link_.reset();  // it answers what still waits, into the members below
    if (other_ >= 0) close(other_);
  }

  void say(std::string_view text) {
    EXPECT_EQ(write(other_, text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  std::string hear() {
    char chunk[4096];
    const ssize_t got = read(other_, chunk, sizeof chunk);
    return {chunk, static_cast<std::size_t>(std::max<ssize_t>(got, 0))};
  }
  RoomLink::OnReply remember() {
    return [this](const messages::Reply& reply) { replies_.push_back(reply); };
  }

  Loop loop_;
  int other_ = -1;
  std::unique_ptr<RoomLink> link_;
  std::vector<messages::Event> events_;
  std::vector<messages::Reply> replies_;
  std::optional<std::string> closed_;
};

TEST_F(RoomLinkTest, ARequestGetsItsOwnReply) {
  link_->request("join", Json::object({{"name", "Ann"}}), remember());
  link_->request("describe", Json::object(), remember());
  const std::string heard = hear();
  EXPECT_NE(heard.find(R"("method":"join")"), std::string::npos) << heard;
  say("{\"id\":2,\"result\":{\"second\":true}}\n{\"id\":1,\"result\":{\"first\":true}}\n");
  ASSERT_TRUE(loop_.run_until([&] { return replies_.size() == 2; }, 2s));
  EXPECT_TRUE(replies_[0].result["second"].as_bool());
  EXPECT_TRUE(replies_[1].result["first"].as_bool());
}

TEST_F(RoomLinkTest, MessagesInPiecesArrive) {
  for (const char c : std::string("{\"event\":\"speakers\",\"data\":{\"speakers\":[]}}\n")) {
    say(std::string_view(&c, 1));
    loop_.run_until([] { return false; }, 1ms);
  }
  ASSERT_TRUE(loop_.run_until([&] { return events_.size() == 1; }, 2s));
  EXPECT_EQ(events_[0].name, "speakers");
}

TEST_F(RoomLinkTest, ARefusalKeepsItsCodeAndStatus) {
  link_->request("join", Json::object(), remember());
  say("{\"id\":1,\"error\":{\"code\":\"room-full\",\"detail\":\"no\",\"status\":503}}\n");
  ASSERT_TRUE(loop_.run_until([&] { return replies_.size() == 1; }, 2s));
  EXPECT_FALSE(replies_[0].ok);
  EXPECT_EQ(replies_[0].code, "room-full");
  EXPECT_EQ(replies_[0].status, 503);
}

TEST_F(RoomLinkTest, SilenceEndsAtTheDeadlineAndALateReplyIsIgnored) {
  link_->request("hang", Json::object(), remember(), 30ms);
  ASSERT_TRUE(loop_.run_until([&] { return replies_.size() == 1; }, 2s));
  EXPECT_EQ(replies_[0].code, "room-timeout");
  EXPECT_EQ(replies_[0].status, 504);
  say("{\"id\":1,\"result\":{}}\n{\"event\":\"after\",\"data\":{}}\n");
  ASSERT_TRUE(loop_.run_until([&] { return events_.size() == 1; }, 2s));
  EXPECT_EQ(replies_.size(), 1u);
  EXPECT_TRUE(link_->is_open());
}

TEST_F(RoomLinkTest, TheEndOfTheRoomAnswersWhatWaits) {
  link_->request("join", Json::object(), remember());
  close(std::exchange(other_, -1));
  ASSERT_TRUE(loop_.run_until([&] { return closed_.has_value(); }, 2s));
  ASSERT_EQ(replies_.size(), 1u);
  EXPECT_EQ(replies_[0].code, "room-gone");
  link_->request("too-late", Json::object(), remember());
  ASSERT_TRUE(loop_.run_until([&] { return replies_.size() == 2; }, 2s));
  EXPECT_EQ(replies_[1].code, "room-gone");
}

TEST_F(RoomLinkTest, WhatTheRoomSaidLastIsHeardBeforeItsEnd) {
  say("{\"event\":\"recording\",\"data\":{\"state\":\"finishing\"}}\n");
  close(std::exchange(other_, -1));
  ASSERT_TRUE(loop_.run_until([&] { return closed_.has_value(); }, 2s));
  ASSERT_EQ(events_.size(), 1u);
}

TEST_F(RoomLinkTest, GarbageEndsTheLink) {
  say("this is not JSON\n{\"event\":\"never\",\"data\":{}}\n");
  ASSERT_TRUE(loop_.run_until([&] { return closed_.has_value(); }, 2s));
  EXPECT_TRUE(events_.empty());
}

TEST_F(RoomLinkTest, ARoomThatDoesNotReadIsGivenUp) {
  const Json big = Json::object({{"text", std::string(1024 * 1024, 'x')}});
  for (int i = 0; i < 12; ++i) link_->request("chat", big, remember());
  ASSERT_TRUE(loop_.run_until([&] { return closed_.has_value(); }, 5s));
  EXPECT_EQ(replies_.size(), 12u) << "everyone is told";
}

TEST_F(RoomLinkTest, ALongMessageGoesThroughInParts) {
  const std::string text(3 * 1024 * 1024, 'x');
  link_->request("chat", Json::object({{"text", text}}), remember());
  std::string heard;
  ASSERT_TRUE(loop_.run_until(
      [&] {
        char chunk[65536];
        for (ssize_t got; (got = recv(other_, chunk, sizeof chunk, MSG_DONTWAIT)) > 0;)
          heard.append(chunk, static_cast<std::size_t>(got));
        return heard.ends_with('\n');
      },
      5s));
  EXPECT_GT(heard.size(), text.size());
}

// What a process whose memory a sender has taken over could do to the front.
TEST_F(RoomLinkTest, ARoomThatNeverStopsTalkingDoesNotKeepTheLoop) {
  const std::string line = "{\"event\":\"speakers\",\"data\":{}}\n";
  std::string many;
  while (many.size() < 16'000) many += line;
  // There is always more to be read.
  const auto feed = loop_.watch(other_, G_IO_OUT, [&](GIOCondition) {
    while (send(other_, many.data(), many.size(), MSG_DONTWAIT | MSG_NOSIGNAL) > 0) {
    }
  });
  std::size_t at_other_work = 0;
  loop_.run_until([&] { return !events_.empty(); }, 5s);
  loop_.post([&] { at_other_work = events_.size(); });
  ASSERT_TRUE(loop_.run_until([&] { return at_other_work > 0; }, 5s));
  EXPECT_LE(at_other_work, 2 * 16 * 1024 / line.size());
  const auto begun = RateLimit::Clock::now();
  loop_.run_until([&] { return closed_.has_value(); }, 500ms);
  const std::chrono::duration<double> passed = RateLimit::Clock::now() - begun;
  EXPECT_FALSE(closed_) << "it is read more slowly, no more";
  const double allowed = RoomLink::lines.burst + RoomLink::lines.per_second * (passed.count() + 1) + 1000;
  EXPECT_LT(static_cast<double>(events_.size()), allowed);
}

TEST_F(RoomLinkTest, ARoomThatHasSaidTooMuchIsHeardAgain) {
  std::string many;
  for (int i = 0; i < 3100; ++i) many += "{\"event\":\"e\",\"data\":{}}\n";
  many += "{\"event\":\"last\",\"data\":{}}\n";
  std::string_view rest = many;
  const auto feed = loop_.watch(other_, G_IO_OUT, [&](GIOCondition) {
    const ssize_t put = send(other_, rest.data(), rest.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (put > 0) rest.remove_prefix(static_cast<std::size_t>(put));
  });
  EXPECT_TRUE(loop_.run_until([&] { return !events_.empty() && events_.back().name == "last"; }, 10s));
  EXPECT_EQ(events_.size(), 3101u);
}

TEST_F(RoomLinkTest, AMessageOfTooManyValuesEndsTheLink) {
  std::string line = "{\"event\":\"layout\",\"data\":{\"placements\":[0";
  for (int i = 0; i < 500'000; ++i) line += ",0";
  line += "]}}\n";
  std::string_view rest = line;
  const auto feed = loop_.watch(other_, G_IO_OUT, [&](GIOCondition) {
    const ssize_t put = send(other_, rest.data(), rest.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (put > 0) rest.remove_prefix(static_cast<std::size_t>(put));
  });
  ASSERT_TRUE(loop_.run_until([&] { return closed_.has_value(); }, 30s));
  EXPECT_NE(closed_->find("too many values"), std::string::npos) << *closed_;
  EXPECT_TRUE(events_.empty());
}

TEST_F(RoomLinkTest, ACallbackMayDestroyTheLink) {
  link_->request("join", Json::object(), [this](const messages::Reply&) { link_.reset(); });
  say("{\"id\":1,\"result\":{}}\n{\"event\":\"never\",\"data\":{}}\n");
  ASSERT_TRUE(loop_.run_until([&] { return !link_; }, 2s));
  EXPECT_TRUE(events_.empty());
}

}  // namespace
}  // namespace tessera::server
