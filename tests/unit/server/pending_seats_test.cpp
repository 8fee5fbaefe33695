#include "server/pending_seats.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace tessera::server {
namespace {

using Places = std::vector<std::shared_ptr<PendingSeats::Place>>;

class PendingSeatsTest : public testing::Test {
 protected:
  /// How many of `wanted` offers are taken.
  int offer(int wanted, const PendingSeats::Asker& asker) {
    int taken = 0;
    for (int i = 0; i < wanted; ++i)
      if (auto place = pending_.take(asker)) {
        held_.push_back(*place);
        ++taken;
      }
    return taken;
  }

  PendingSeats pending_{{20, 50, 80}};
  Places held_;
};

TEST_F(PendingSeatsTest, ManyOffersOfOneViewerLeaveOthersTheirPlaces) {
  EXPECT_EQ(offer(100, {"hall", "subject mallory", "10.0.0.1"}), 20);
  EXPECT_EQ(offer(1, {"hall", "subject ann", "10.0.0.1"}), 1);
  EXPECT_EQ(offer(1, {"hall", "subject olga", "10.0.0.1", true}), 1);
  EXPECT_EQ(offer(1, {"hall", "subject mallory", "10.0.0.1"}), 0);
  EXPECT_EQ(pending_.take({"hall", "subject mallory", "10.0.0.1"}).error().code, "too-many-pending");
}

TEST_F(PendingSeatsTest, WhatIsConnectedDoesNotCount) {
  for (int i = 0; i < 300; ++i) {
    EXPECT_EQ(offer(1, {"hall", "subject webinar", "10.0.0.1"}), 1);
    held_.clear();
  }
  EXPECT_EQ(pending_.in_room("hall"), 0);
}

TEST_F(PendingSeatsTest, ALinkThatManyShareIsLimitedPerAddress) {
  for (int i = 0; i < 4; ++i)
    EXPECT_EQ(offer(20, {"hall", "subject webinar", "10.0.0." + std::to_string(i)}), 20);
}

TEST_F(PendingSeatsTest, AnAddressAndARoomHaveLimitsThatDoNotStopOperators) {
  EXPECT_EQ(offer(60, {"hall", "", "10.0.0.1"}), 50);
  EXPECT_EQ(offer(60, {"hall", "", "10.0.0.2"}), 30);
  EXPECT_EQ(offer(1, {"attic", "", "10.0.0.3"}), 1);
  EXPECT_EQ(offer(1, {"hall", "subject olga", "10.0.0.1", true}), 1);
}

TEST_F(PendingSeatsTest, AnUnknownAddressIsNotOneAddress) {
  EXPECT_EQ(offer(60, {"hall", "", ""}), 60);
}

TEST_F(PendingSeatsTest, APlaceMayOutliveTheCount) {
  auto pending = std::make_unique<PendingSeats>(PendingSeats::Limits{});
  const auto place = pending->take({"hall", "", ""}).value();
  pending.reset();
}

TEST(Credential, IsTheSubjectElseTheTokenAndNothingOnAnOpenServer) {
  Identity ann;
  ann.subject = "ann";
  EXPECT_EQ(credential_of(ann, "t1", false), credential_of(ann, "t2", false));
  EXPECT_NE(credential_of({}, "t1", false), credential_of({}, "t2", false));
  EXPECT_EQ(credential_of({}, "", true), "");
}

}  // namespace
}  // namespace tessera::server
