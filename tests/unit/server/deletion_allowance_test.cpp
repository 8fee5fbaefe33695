#include "server/deletion_allowance.hpp"

#include <gtest/gtest.h>

namespace tessera::server {
namespace {

using namespace std::chrono_literals;
constexpr DeletionAllowance::Clock::time_point start{};

TEST(DeletionAllowanceTest, AnOperatorDeletesSomeAnHour) {
  DeletionAllowance allowance(3);
  const Identity operator_of_all{"ann", "*", Role::operator_, ""}, of_one{"ann", "hall", Role::operator_, ""};
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(allowance.take(operator_of_all, start)) << i;
  EXPECT_FALSE(allowance.take(operator_of_all, start));
  EXPECT_TRUE(allowance.take(of_one, start)) << "another token is another allowance";
  EXPECT_FALSE(allowance.take(operator_of_all, start + 19min));
  EXPECT_TRUE(allowance.take(operator_of_all, start + 40min));
}

TEST(DeletionAllowanceTest, AdminsAndTheRightKnowNoLimit) {
  DeletionAllowance allowance(0);
  Identity archivist{"ann", "*", Role::operator_, ""};
  EXPECT_FALSE(allowance.take(archivist, start));
  archivist.deletes_recordings = true;
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(allowance.take(archivist, start));
  EXPECT_TRUE(allowance.take({"chief", "*", Role::admin, ""}, start));
}

}  // namespace
}  // namespace tessera::server
