#include "room/memory_watch.hpp"

#include <gtest/gtest.h>

namespace tessera::room {
namespace {

using Finding = MemoryWatch::Finding;

TEST(MemoryWatch, WarnsOnce_ThenEndsOnce) {
  MemoryWatch watch(1000);
  EXPECT_EQ(watch.look(799), Finding::fine);
  EXPECT_EQ(watch.look(800), Finding::warning);
  EXPECT_EQ(watch.look(900), Finding::fine);
  EXPECT_EQ(watch.look(750), Finding::fine);
  EXPECT_EQ(watch.look(900), Finding::fine) << "it was not low in between";
  EXPECT_EQ(watch.look(600), Finding::fine);
  EXPECT_EQ(watch.look(900), Finding::warning);
  EXPECT_EQ(watch.look(1001), Finding::over);
  EXPECT_EQ(watch.look(2000), Finding::fine) << "it has been said";
}

TEST(MemoryWatch, ALeapNeedsNoWarning) {
  EXPECT_EQ(MemoryWatch(1000).look(5000), Finding::over);
}

TEST(MemoryWatch, WithoutALimitEverythingIsFine) {
  EXPECT_EQ(MemoryWatch(0).look(std::uint64_t{1} << 60), Finding::fine);
}

TEST(ResidentMemory, IsReadFromStatm) {
  EXPECT_EQ(resident_pages("12345 678 90 1 0 2 0\n"), 678u);
  EXPECT_EQ(resident_pages(""), 0u);
  EXPECT_EQ(resident_pages("12345"), 0u);
  EXPECT_EQ(resident_pages("1 x"), 0u);
  EXPECT_GT(resident_memory(), 1'000'000u);
}

}  // namespace
}  // namespace tessera::room
