#include "server/keep_out.hpp"

#include <gtest/gtest.h>

namespace tessera::server {
namespace {

using namespace std::chrono_literals;

class KeepOutTest : public testing::Test {
 protected:
  KeepOut::Entry kick(Person who, const std::string& room = "hall") {
    return out_.add(room, std::move(who), KeepOut::Reason::kicked, {}, now_);
  }
  bool is_out(const Person& who, const std::string& room = "hall") {
    return out_.find(room, who, now_).has_value();
  }

  KeepOut out_;
  KeepOut::Clock::time_point now_{1h};
  const Person ann_{"ann", false, "10.0.0.1", "Ann", "r-ann"};
};

TEST_F(KeepOutTest, APersonalSubjectIsKnownFromAnywhereUnderAnyName) {
  kick(ann_);
  EXPECT_TRUE(is_out({"ann", false, "10.9.9.9", "Somebody", ""}));
  EXPECT_FALSE(is_out({"ann", false, "10.0.0.1", "Ann", ""}, "attic")) << "only that room";
}

TEST_F(KeepOutTest, AClassBehindOneAddressIsNotPunishedForOne) {
  kick(ann_);
  EXPECT_FALSE(is_out({"bob", false, "10.0.0.1", "Bob", ""}));
  EXPECT_FALSE(is_out({"bob", false, "10.0.0.1", "Ann", ""})) << "a token of her own, the same name";
  EXPECT_FALSE(is_out({"", false, "10.0.0.1", "Ann", ""})) << "another link";
}

TEST_F(KeepOutTest, WithALinkOfManyNameAndAddressDecideTogether) {
  kick({"class", true, "10.0.0.1", "Ann", ""});
  EXPECT_TRUE(is_out({"class", true, "10.0.0.1", " aNN ", ""})) << "letter case and spaces do not count";
  EXPECT_FALSE(is_out({"class", true, "10.0.0.1", "Bob", ""}));
  EXPECT_FALSE(is_out({"class", true, "10.0.0.2", "Ann", ""}));
}

TEST_F(KeepOutTest, TheResumeTokenOfTheSeatIsEnough) {
  kick({"", false, "10.0.0.1", "Ann", "r-ann"});
  EXPECT_TRUE(is_out({"", false, "10.0.0.2", "Bob", "r-ann"}));
  EXPECT_FALSE(is_out({"", false, "10.0.0.2", "Bob", ""})) << "no token is no token in common";
}

TEST_F(KeepOutTest, AnUnknownAddressIsNobodys) {
  kick({"", false, "", "Ann", ""});
  EXPECT_FALSE(is_out({"", false, "", "Ann", ""}));
}

TEST_F(KeepOutTest, TheNamelessStayOutForAWhileOnly) {
  const auto entry = kick({"", false, "10.0.0.1", "", ""});
  ASSERT_TRUE(entry.until);
  EXPECT_TRUE(is_out({"", false, "10.0.0.1", "", ""}));
  EXPECT_FALSE(is_out({"", false, "10.0.0.1", "Bob", ""}));
  now_ += KeepOut::for_nameless;
  EXPECT_FALSE(is_out({"", false, "10.0.0.1", "", ""}));
}

TEST_F(KeepOutTest, PacketsCountByAddressWhateverTheName) {
  out_.add("", {"", false, "10.0.0.1", "Ann", ""}, KeepOut::Reason::packets, 10min, now_);
  EXPECT_TRUE(is_out({"", false, "10.0.0.1", "Bob", ""}, "attic")) << "every room";
  EXPECT_FALSE(is_out({"bob", false, "10.0.0.1", "Bob", ""})) << "a token of their own";
  now_ += 10min;
  EXPECT_FALSE(is_out({"", false, "10.0.0.1", "Bob", ""}));
}

TEST_F(KeepOutTest, AKickHoldsForTheRoomsLifeOrUntilReadmitted) {
  const auto entry = kick(ann_);
  now_ += 24h;
  EXPECT_TRUE(is_out(ann_));
  EXPECT_FALSE(out_.readmit("attic", entry.id));
  EXPECT_FALSE(out_.readmit("hall", "k99"));
  EXPECT_TRUE(out_.readmit("hall", entry.id));
  EXPECT_FALSE(is_out(ann_));
  kick(ann_);
  kick({"bob", false, "", "Bob", ""}, "attic");
  out_.add("", ann_, KeepOut::Reason::packets, 10min, now_);
  out_.forget_room("hall");
  EXPECT_EQ(out_.list("hall", false, now_).size(), 0U);
  EXPECT_EQ(out_.list("hall", true, now_).size(), 1U) << "packets concern the server";
  EXPECT_EQ(out_.list("attic", false, now_).size(), 1U);
}

TEST_F(KeepOutTest, OnePersonIsOneEntry) {
  const auto first = kick(ann_), second = kick({"ann", false, "10.0.0.7", "Ann", "r-2"});
  EXPECT_EQ(first.id, second.id);
  EXPECT_EQ(out_.list("hall", false, now_).size(), 1U);
}

TEST_F(KeepOutTest, ItIsBoundedAndForgetsTheOldest) {
  for (std::size_t i = 0; i <= KeepOut::most_per_room; ++i) kick({fmt::format("s{}", i), false, "", "", ""});
  EXPECT_EQ(out_.list("hall", false, now_).size(), KeepOut::most_per_room);
  EXPECT_FALSE(is_out({"s0", false, "", "", ""}));
  EXPECT_TRUE(is_out({"s1", false, "", "", ""}));
  for (std::size_t i = 0; i <= KeepOut::most; ++i) kick(ann_, fmt::format("room{}", i));
  EXPECT_FALSE(is_out(ann_, "room0"));
  EXPECT_TRUE(is_out(ann_, fmt::format("room{}", KeepOut::most)));
}

TEST_F(KeepOutTest, OnlyAPersonalSubjectStopsRest) {
  kick(ann_);
  kick({"class", true, "10.0.0.1", "Bob", ""});
  EXPECT_TRUE(out_.find_subject("hall", "ann", now_));
  EXPECT_FALSE(out_.find_subject("hall", "class", now_));
  EXPECT_FALSE(out_.find_subject("hall", "", now_));
}

TEST_F(KeepOutTest, TheRefusalSaysWhoCanHelpOrWhenItEnds) {
  const auto kicked = refusal(kick(ann_), now_);
  EXPECT_EQ(kicked.status, 403);
  EXPECT_EQ(kicked.code, "kept-out");
  EXPECT_EQ(kicked.detail,
            "an operator removed you from this room; ask an operator of the room to let you in again");
  const auto packets = out_.add("", ann_, KeepOut::Reason::packets, 10min, now_);
  EXPECT_EQ(
      refusal(packets, now_ + 1s).detail,
      "packets from you ended a room more than once; come back in 10 minutes, or ask an administrator of "
      "the server to let you in");
}

}  // namespace
}  // namespace tessera::server
