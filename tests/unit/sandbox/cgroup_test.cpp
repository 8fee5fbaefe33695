#include "sandbox/cgroup.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace tessera::sandbox {
namespace {
namespace fs = std::filesystem;

TEST(CgroupFolder, IsTheGroupBelowTheMount) {
  const char* mounts =
      "25 30 0:23 / /sys rw - sysfs sysfs rw\n"
      "35 25 0:30 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n";
  EXPECT_EQ(cgroup_folder("0::/system.slice/tessera.service\n", mounts),
            "/sys/fs/cgroup/system.slice/tessera.service");
  EXPECT_EQ(cgroup_folder("0::/\n", mounts), "/sys/fs/cgroup");
}

TEST(CgroupFolder, TakesThePartThatIsMountedInAContainer) {
  const char* mounts = "35 25 0:30 /docker/abc /sys/fs/cgroup rw - cgroup2 cgroup rw\n";
  EXPECT_EQ(cgroup_folder("0::/docker/abc/inner\n", mounts), "/sys/fs/cgroup/inner");
  EXPECT_EQ(cgroup_folder("0::/docker/abcd\n", mounts), std::nullopt);
}

TEST(CgroupFolder, IsNothingWithoutVersionTwo) {
  EXPECT_EQ(cgroup_folder("8:pids:/\n4:memory:/x\n", "35 25 0:30 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n"),
            std::nullopt);
  EXPECT_EQ(cgroup_folder("0::/x\n", "36 25 0:31 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids\n"),
            std::nullopt);
  EXPECT_EQ(cgroup_folder("", ""), std::nullopt);
}

/// A folder with the files of a cgroup. The kernel makes those of new groups; here the test does.
class FakeCgroup : public ::testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/tessera-cgroup-XXXXXX";
    root_ = ::mkdtemp(name);
    write("cgroup.controllers", "cpu memory pids\n");
    write("cgroup.procs", "42\n");
    write("cgroup.subtree_control", "");
    fs::create_directory(root_ / "front");
    write("front/cgroup.procs", "");
  }
  void TearDown() override { fs::remove_all(root_); }

  void write(const std::string& file, const std::string& text) { std::ofstream(root_ / file) << text; }
  std::string read(const std::string& file) {
    std::ifstream in(root_ / file);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  fs::path root_;
};

TEST_F(FakeCgroup, TheServerMovesAsideAndHandsOnMemoryAndThreads) {
  ASSERT_TRUE(CgroupTree::take(root_, 42).ok());
  EXPECT_EQ(read("front/cgroup.procs"), "42");
  EXPECT_EQ(read("cgroup.subtree_control"), "+memory +pids");
}

TEST_F(FakeCgroup, IsLeftAloneWhenSomebodyElseIsInIt) {
  write("cgroup.procs", "41\n42\n");
  const auto taken = CgroupTree::take(root_, 42);
  ASSERT_FALSE(taken.ok());
  EXPECT_NE(taken.error().message.find("process 41"), std::string::npos) << taken.error().message;
  EXPECT_EQ(read("front/cgroup.procs"), "");
}

TEST_F(FakeCgroup, IsLeftAloneWithoutTheControllers) {
  write("cgroup.controllers", "cpu memoryish pids\n");
  const auto taken = CgroupTree::take(root_, 42);
  ASSERT_FALSE(taken.ok());
  EXPECT_NE(taken.error().message.find("memory"), std::string::npos);
}

TEST_F(FakeCgroup, TheServerMovesBackWhenTheGroupCannotBeDivided) {
  fs::remove(root_ / "cgroup.subtree_control");
  fs::remove(root_ / "front/cgroup.procs");
  EXPECT_FALSE(CgroupTree::take(root_, 42).ok());
  EXPECT_FALSE(fs::exists(root_ / "front"));
}

TEST_F(FakeCgroup, ARoomThatCannotBeLimitedHasNoGroup) {
  auto tree = CgroupTree::take(root_, 42);
  ASSERT_TRUE(tree.ok());
  EXPECT_FALSE((*tree)->make_room({.memory_bytes = 1, .threads = 1}).ok()) << "this folder has no memory.max";
  EXPECT_FALSE(fs::exists(root_ / "room-1")) << "and what was begun is tidied up";
}

TEST_F(FakeCgroup, AGroupGoesWhenItsProcessesHaveGone) {
  auto tree = CgroupTree::take(root_, 42);
  ASSERT_TRUE(tree.ok());
  {
    auto group = (*tree)->make_room({});
    ASSERT_TRUE(group.ok());
    write("room-1/cgroup.procs", "");
    ASSERT_TRUE((*group)->join(7).ok());
    EXPECT_EQ(read("room-1/cgroup.procs"), "7");
    EXPECT_FALSE((*group)->ran_out_of_memory());
    write("room-1/memory.events", "low 0\noom 1\noom_kill 1\n");
    EXPECT_TRUE((*group)->ran_out_of_memory());
  }
  EXPECT_TRUE(fs::exists(root_ / "room-1")) << "a group with something in it cannot be deleted yet";
  fs::remove(root_ / "room-1/cgroup.procs");
  fs::remove(root_ / "room-1/memory.events");
  (*tree)->tidy();
  EXPECT_FALSE(fs::exists(root_ / "room-1"));
}

TEST_F(FakeCgroup, WhatAServerBeforeLeftIsTidiedUp) {
  fs::create_directory(root_ / "room-9");
  fs::create_directory(root_ / "somebody-else");
  ASSERT_TRUE(CgroupTree::take(root_, 42).ok());
  EXPECT_FALSE(fs::exists(root_ / "room-9"));
  EXPECT_TRUE(fs::exists(root_ / "somebody-else"));
}

}  // namespace
}  // namespace tessera::sandbox
