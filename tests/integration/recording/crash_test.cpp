// kill -9 in the middle of a recording, and what recovery makes of it.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cmath>
#include <cstdlib>
#include <random>
#include <thread>

#include "decoded.hpp"
#include "feed.hpp"
#include "recording/files.hpp"
#include "recording/manifest.hpp"
#include "recording/recovery.hpp"
#include "recording/store.hpp"

namespace tessera::recording::test {
namespace {

using namespace std::chrono_literals;

/// How much the child has pushed, in memory that outlives it.
class SharedCounter {
 public:
  explicit SharedCounter(const std::string& path) {
    const Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (::ftruncate(file.get(), 8) != 0) throw std::runtime_error("ftruncate");
    void* memory = ::mmap(nullptr, 8, PROT_READ | PROT_WRITE, MAP_SHARED, file.get(), 0);
    if (memory == MAP_FAILED) throw std::runtime_error("mmap");
    value_ = static_cast<std::atomic<std::uint64_t>*>(memory);
  }
  ~SharedCounter() { ::munmap(value_, 8); }
  SharedCounter(const SharedCounter&) = delete;
  SharedCounter& operator=(const SharedCounter&) = delete;
  std::atomic<std::uint64_t>& operator*() { return *value_; }

 private:
  std::atomic<std::uint64_t>* value_;
};

/// The recording process; run by the tests below, in this same binary. Records in real time until it is
/// killed.
TEST(RecordingChild, DISABLED_Records) {
  const char* directory = std::getenv("TESSERA_TEST_RECORD_INTO");
  const char* id = std::getenv("TESSERA_TEST_RECORD_ID");
  ASSERT_TRUE(directory && id);
  SharedCounter pushed(std::string(directory) + ".pushed");
  const Feed feed = make_feed(2);
  Loop loop;
  const SourceGuard tick = loop.every(2ms, [] {});
  Worker worker("child-worker");
  RecorderSpec spec = spec_for(directory);
  spec.id = id;
  auto recorder = Recorder::create(loop, worker, std::move(spec), [](RecorderState, const std::string&) {});
  ASSERT_TRUE(recorder) << recorder.error().message;
  for (double at = 0; at < 60; at += 0.1) {
    push(loop, **recorder, feed, {.from = at, .until = at + 0.1, .speed = 1, .whole = false});
    *pushed = static_cast<std::uint64_t>((at + 0.1) * 1000);
  }
}

pid_t start_child(const Created& created) {
  const pid_t pid = ::fork();
  if (pid != 0) return pid;
  // Only exec from here: the parent has threads.
  ::setenv("TESSERA_TEST_RECORD_INTO", created.directory.c_str(), 1);
  ::setenv("TESSERA_TEST_RECORD_ID", created.id.c_str(), 1);
  ::execl("/proc/self/exe", "recording-child", "--gtest_filter=RecordingChild.DISABLED_Records",
          "--gtest_also_run_disabled_tests", "--gtest_brief=1", nullptr);
  ::_exit(127);
}

struct Victim {
  Created created;
  pid_t pid = 0;
  std::uint64_t pushed_ms = 0;
};

/// Waits until the child has recorded for `ms`, then kills it.
void kill_after(Victim& victim, std::uint64_t ms) {
  SharedCounter pushed(victim.created.directory + ".pushed");
  const auto deadline = std::chrono::steady_clock::now() + 60s;
  while (*pushed < ms && std::chrono::steady_clock::now() < deadline) std::this_thread::sleep_for(1ms);
  ::kill(victim.pid, SIGKILL);
  victim.pushed_ms = *pushed;
  ::waitpid(victim.pid, nullptr, 0);
}

TEST(Crash, KilledTenTimes_EveryRecordingIsFinishedAndHoldsAllButTheLastSecond) {
  const TemporaryDirectory directory;
  const Store store(directory.path());
  std::mt19937 random(20261121);
  std::uniform_int_distribution<std::uint64_t> moment(1'300, 3'500);
  for (int round = 0; round < 5; ++round) {
    std::vector<Victim> victims(2);
    for (Victim& victim : victims) {
      victim.created = store.create("blue").value();
      victim.pid = start_child(victim.created);
    }
    for (Victim& victim : victims) kill_after(victim, moment(random));

    EXPECT_EQ(store.unfinished().size(), victims.size());
    const auto manifests = recover(store);
    ASSERT_EQ(manifests.size(), victims.size());
    EXPECT_TRUE(store.unfinished().empty());
    for (const Victim& victim : victims) {
      const auto entry = store.find(victim.created.id);
      ASSERT_TRUE(entry);
      EXPECT_EQ(entry->manifest["state"].as_string(), "ready") << entry->manifest.dump();
      EXPECT_TRUE(entry->manifest["recovered"].as_bool());
      EXPECT_GE(entry->manifest["durationMs"].as_int() + 1000, static_cast<std::int64_t>(victim.pushed_ms));
      const Decoded file = decode(entry->file);
      EXPECT_EQ(file.errors, 0);
      const double seconds = static_cast<double>(victim.pushed_ms) / 1000;
      ASSERT_FALSE(file.pictures.empty());
      EXPECT_GT(file.pictures.back().time, seconds - 1);
      EXPECT_GT(static_cast<double>(file.samples.size()) / 48'000, seconds - 1);
      EXPECT_NEAR(file.luma_at(0.5), shade_of(0), 4);
      EXPECT_NEAR(file.tone(0.5, 440), 1500.0 / 32768, 0.01);
      EXPECT_EQ(regular_file_size(entry->directory + "/live.mkv"), std::nullopt);
    }
  }
}

TEST(Crash, RunningRecordingIsNotTakenForALeftover) {
  const TemporaryDirectory directory;
  const Store store(directory.path());
  Victim victim{.created = store.create("blue").value()};
  victim.pid = start_child(victim.created);
  {
    SharedCounter pushed(victim.created.directory + ".pushed");
    const auto deadline = std::chrono::steady_clock::now() + 60s;
    while (*pushed < 300 && std::chrono::steady_clock::now() < deadline) std::this_thread::sleep_for(1ms);
  }
  EXPECT_TRUE(store.unfinished().empty());
  EXPECT_TRUE(recover(store).empty());
  EXPECT_EQ(store.remove(victim.created.id).error().code, "conflict");
  kill_after(victim, 0);
  EXPECT_EQ(store.unfinished().size(), 1u);
}

}  // namespace
}  // namespace tessera::recording::test
