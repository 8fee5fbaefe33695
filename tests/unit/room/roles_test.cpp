#include "room/roles.hpp"

#include <gtest/gtest.h>

namespace tessera::room {
namespace {

TEST(Roles, NobodyBelowAnAdministratorDoesAnythingToOne) {
  for (const char* role : {"viewer", "speaker", "operator", "nonsense"})
    EXPECT_EQ(may_change({role, "p1"}, "p2", "admin").error().code, "forbidden") << role;
  EXPECT_TRUE(may_change({"admin", "p1"}, "p2", "admin").ok());
  EXPECT_TRUE(may_change({"operator", "p1"}, "p2", "operator").ok()) << "operators among themselves";
}

TEST(Roles, AnAdministratorWhoSitsAsOperatorStillChangesTheirOwnSeat) {
  EXPECT_TRUE(may_change({"operator", "p1"}, "p1", "admin").ok());
  EXPECT_FALSE(may_change({"operator", ""}, "", "admin").ok());
}

TEST(Roles, WithoutAnybodyItIsTheServer) {
  EXPECT_TRUE(may_change(actor_from(Json()), "p1", "admin").ok());
  EXPECT_FALSE(may_change(actor_from(Json::object()), "p1", "admin").ok());
}

TEST(Roles, TheyRise) {
  EXPECT_LT(rank_of("viewer"), rank_of("speaker"));
  EXPECT_LT(rank_of("operator"), rank_of("admin"));
  EXPECT_FALSE(rank_of("king"));
}

}  // namespace
}  // namespace tessera::room
