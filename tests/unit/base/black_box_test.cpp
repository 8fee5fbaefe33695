#include "base/black_box.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <string>
#include <thread>

namespace tessera {
namespace {

/// Runs `work` in a child that carries the box; gives how it ended.
template <typename Work>
int in_child(const BlackBox& box, Work work) {
  const pid_t child = fork();
  if (child == 0) {
    if (!carry_black_box(dup(box.fd()))) _exit(90);
    work();
    _exit(0);
  }
  int status = -1;
  waitpid(child, &status, 0);
  return status;
}

// A way to die that sanitizers leave alone.
[[noreturn]] void die() {
  std::abort();
}

TEST(BlackBox, TellsWhoseBytesADyingThreadRead) {
  const auto box = BlackBox::create();
  ASSERT_TRUE(box);
  EXPECT_FALSE((*box)->read());
  const int status = in_child(**box, [] {
    const std::string owner = "p3-ab12";
    const ReadingBytesOf outer("p1-zzzz", "opus");
    const ReadingBytesOf mark(owner.c_str(), "depayloader");
    die();
  });
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT) << "the signal takes its course";
  const auto entry = (*box)->read();
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->signal, SIGABRT);
  EXPECT_EQ(entry->owner, "p3-ab12");
  EXPECT_EQ(entry->place, "depayloader");
}

TEST(BlackBox, BlamesNobodyForWhatAnotherThreadDoes) {
  const auto box = BlackBox::create();
  ASSERT_TRUE(box);
  in_child(**box, [] {
    const ReadingBytesOf mark("p3-ab12", "depayloader");
    std::thread([] { die(); }).join();
  });
  const auto entry = (*box)->read();
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->owner, "");
}

TEST(BlackBox, BlamesNobodyOnceTheBytesAreRead) {
  const auto box = BlackBox::create();
  ASSERT_TRUE(box);
  in_child(**box, [] {
    const ReadingBytesOf outer("p1-zzzz", "opus");
    { const ReadingBytesOf mark("p3-ab12", "depayloader"); }
    die();
  });
  EXPECT_EQ((*box)->read()->owner, "p1-zzzz");
}

TEST(BlackBox, StaysEmptyWhenAProcessEndsByItself) {
  const auto box = BlackBox::create();
  ASSERT_TRUE(box);
  EXPECT_EQ(in_child(**box, [] { const ReadingBytesOf mark("p3-ab12", "depayloader"); }), 0);
  EXPECT_FALSE((*box)->read());
}

TEST(BlackBox, KeepsOnlyPrintableCharactersAndCutsLongNames) {
  const auto box = BlackBox::create();
  ASSERT_TRUE(box);
  in_child(**box, [] {
    const std::string owner = "a\n\x1b[31m b" + std::string(500, 'x');
    const ReadingBytesOf mark(owner.c_str(), "");
    die();
  });
  const auto entry = (*box)->read();
  ASSERT_TRUE(entry);
  EXPECT_TRUE(entry->owner.starts_with("a[31mbxxx")) << entry->owner;
  EXPECT_LT(entry->owner.size(), 64u);
}

TEST(BlackBox, CannotBeCarriedFromJustAnyDescriptor) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  EXPECT_FALSE(carry_black_box(ends[0]));
  ::close(ends[0]);
  ::close(ends[1]);
}

}  // namespace
}  // namespace tessera
