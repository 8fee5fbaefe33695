#include "server/connection_table.hpp"

#include <gtest/gtest.h>

namespace tessera::server {
namespace {

using std::chrono::seconds;
const ConnectionTable::Clock::time_point start{};

TEST(ConnectionTableTest, TakesConnectionsUpToTheLimitAndForgetsThem) {
  ConnectionTable table({2, 10, seconds(15)});
  const auto first = table.admit("a", false, start), second = table.admit("b", false, start);
  ASSERT_TRUE(first.id && second.id);
  EXPECT_TRUE(table.identify(*first.id, "a", false));
  EXPECT_TRUE(table.identify(*second.id, "b", false));
  const auto third = table.admit("c", false, start);
  EXPECT_FALSE(third.id || third.shed) << "both are at work";
  table.remove(*first.id);
  EXPECT_TRUE(table.admit("c", false, start).id);
  EXPECT_EQ(table.size(), 2u);
}

TEST(ConnectionTableTest, AFullTableShedsTheOldestIdleOneOfTheAddressWithTheMost) {
  ConnectionTable table({5, 10, seconds(15)});
  const auto lone = table.admit("lone", false, start);
  const auto busy = table.admit("crowd", false, start);
  table.identify(*busy.id, "crowd", false);
  const auto oldest = table.admit("crowd", false, start);
  const auto younger = table.admit("crowd", false, start);
  table.admit("pair", false, start);
  const auto guest = table.admit("guest", false, start);
  EXPECT_EQ(guest.shed, oldest.id);
  ASSERT_TRUE(guest.id);
  EXPECT_EQ(table.admit("guest", false, start).shed, younger.id);
  EXPECT_NE(table.admit("other", false, start).shed, lone.id) << "guest has two idle ones by now";
  EXPECT_EQ(table.size(), 5u);
}

TEST(ConnectionTableTest, AnAddressHasALimitOfItsOwn) {
  ConnectionTable table({100, 2, seconds(15)});
  const auto first = table.admit("a", false, start);
  table.identify(*first.id, "a", false);
  const auto idle = table.admit("a", false, start);
  EXPECT_EQ(table.admit("a", false, start).shed, idle.id) << "its own idle one goes";
  EXPECT_TRUE(table.admit("b", false, start).id);
}

TEST(ConnectionTableTest, AnAddressThatHasItsConnectionsAtWorkGetsNoMore) {
  ConnectionTable table({100, 2, seconds(15)});
  for (int i = 0; i < 2; ++i) table.identify(*table.admit("a", false, start).id, "a", false);
  EXPECT_FALSE(table.admit("a", false, start).id);
}

TEST(ConnectionTableTest, AProxyIsExemptAndItsClientsAreNot) {
  ConnectionTable table({100, 2, seconds(15)});
  std::vector<ConnectionTable::Id> ids;
  for (int i = 0; i < 6; ++i) ids.push_back(*table.admit("proxy", true, start).id);
  EXPECT_TRUE(table.identify(ids[0], "client", false));
  EXPECT_TRUE(table.identify(ids[1], "client", false));
  EXPECT_FALSE(table.identify(ids[2], "client", false));
  EXPECT_TRUE(table.identify(ids[3], "other", false));
  EXPECT_TRUE(table.identify(ids[4], "proxy", true));
  table.remove(ids[0]);
  table.remove(ids[2]);
  EXPECT_TRUE(table.identify(ids[5], "client", false));
}

TEST(ConnectionTableTest, ASocketWithoutAJoinMayBeShedAndOneWithMayNot) {
  ConnectionTable table({1, 10, seconds(15)});
  const auto socket = table.admit("a", false, start);
  table.identify(*socket.id, "a", false);
  table.expose(*socket.id);
  EXPECT_TRUE(table.expired(start + seconds(100)).empty()) << "it has a deadline elsewhere";
  table.protect(*socket.id);
  EXPECT_FALSE(table.admit("b", false, start).id);
  table.expose(*socket.id);
  EXPECT_EQ(table.admit("b", false, start).shed, socket.id);
}

TEST(ConnectionTableTest, IdleOnesExpire) {
  ConnectionTable table({10, 10, seconds(15)});
  const auto early = table.admit("a", false, start), late = table.admit("a", false, start + seconds(10));
  EXPECT_TRUE(table.expired(start + seconds(14)).empty());
  EXPECT_EQ(table.expired(start + seconds(15)), std::vector{*early.id});
  table.identify(*early.id, "a", false);
  EXPECT_EQ(table.expired(start + seconds(25)), std::vector{*late.id});
}

TEST(ConnectionTableTest, WhatIsGoneMayBeNamedAgain) {
  ConnectionTable table({10, 10, seconds(15)});
  const auto one = table.admit("a", false, start);
  table.remove(*one.id);
  table.remove(*one.id);
  table.protect(*one.id);
  table.expose(*one.id);
  EXPECT_TRUE(table.identify(*one.id, "a", false));
  EXPECT_EQ(table.size(), 0u);
  EXPECT_FALSE(table.shed());
}

TEST(ConnectionTableTest, AFloodOfManyAddressesCostsNoMoreThanEachItself) {
  ConnectionTable table({1000, 10, seconds(15)});
  for (int i = 0; i < 200'000; ++i) ASSERT_TRUE(table.admit(std::to_string(i), false, start).id);
  EXPECT_EQ(table.size(), 1000u);
}

TEST(ConnectionBudgetTest, IsWhatIsLeftBesideTheRooms) {
  EXPECT_EQ(connection_budget(77, 48, 50), 77u);
  EXPECT_EQ(connection_budget(0, 48, 50), 16u);
  EXPECT_EQ(connection_budget(0, 1024, 50), 660u);
  EXPECT_EQ(connection_budget(0, 1'048'576, 50), 8192u);
  EXPECT_GE(connection_budget(0, 3, 50), 1u);
}

}  // namespace
}  // namespace tessera::server
