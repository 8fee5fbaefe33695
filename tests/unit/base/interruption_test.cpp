#include "base/interruption.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>

namespace tessera {
namespace {

TEST(Interruption, NotesASignalWhileItLives) {
  EXPECT_FALSE(interrupted());
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) {
    {
      const Interruption interruption;
      EXPECT_FALSE(interrupted());
      std::raise(signal);
      EXPECT_TRUE(interrupted()) << signal;
    }
    EXPECT_FALSE(interrupted()) << "the next one begins afresh";
  }
  std::signal(SIGPIPE, SIG_DFL);
}

TEST(Interruption, TheSecondSignalEndsTheProcess) {
  EXPECT_EXIT(
      {
        const Interruption interruption;
        std::raise(SIGINT);
        std::raise(SIGINT);
      },
      testing::KilledBySignal(SIGINT), "");
}

TEST(Interruption, WhatWasIgnoredStaysIgnored) {
  std::signal(SIGHUP, SIG_IGN);
  {
    const Interruption interruption;
    std::raise(SIGHUP);
    EXPECT_FALSE(interrupted());
  }
  std::signal(SIGHUP, SIG_DFL);
}

}  // namespace
}  // namespace tessera
