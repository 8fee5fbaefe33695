#include "recording/live_manifest.hpp"

#include <gtest/gtest.h>

#include "recording/manifest.hpp"

namespace tessera::recording {
namespace {

using namespace std::chrono_literals;

const WallTime nine = *parse_timestamp("2026-11-21T09:00:00.000Z");

Json one_part() {
  Json manifest = new_manifest("id", "blue", nine);
  note_part(manifest, {1, nine, 0ms, "start", 1280, 720});
  return manifest;
}

TEST(LiveManifest, PartsAndPausesInOrder) {
  Json manifest = one_part();
  note_gap(manifest, nine + 10s, 10s, "paused");
  EXPECT_TRUE(in_gap(manifest));
  note_gap_end(manifest, nine + 15s);
  EXPECT_FALSE(in_gap(manifest));
  note_gap_end(manifest, nine + 99s);  // no gap is open: nothing changes
  note_part_end(manifest, 1, 20s);
  note_part_closed(manifest, 1, 12'345, true);
  note_part(manifest, {2, nine + 25s, 20s, "split", 1280, 720});
  EXPECT_EQ(manifest["files"], Json::array({"live.mkv", "live-002.mkv"}));
  const auto& parts = manifest["parts"].items();
  ASSERT_EQ(parts.size(), 2u);
  EXPECT_EQ(parts[0]["durationMs"].as_int(), 20'000);
  EXPECT_EQ(parts[0]["bytes"].as_int(), 12'345);
  EXPECT_TRUE(parts[0]["closed"].as_bool());
  EXPECT_EQ(parts[1]["startMs"].as_int(), 20'000);
  EXPECT_EQ(parts[1]["reason"].as_string(), "split");
  ASSERT_EQ(manifest["gaps"].items().size(), 1u);
  EXPECT_EQ(manifest["gaps"].items()[0]["to"].as_string(), "2026-11-21T09:00:15.000Z");
  EXPECT_EQ(manifest["gaps"].items()[0]["atMs"].as_int(), 10'000);
}

TEST(LiveManifest, ACrashEndsItsPartByTheClock_WithoutThePauses) {
  Json manifest = one_part();
  note_gap(manifest, nine + 10s, 10s, "paused");
  note_gap_end(manifest, nine + 40s);
  EXPECT_EQ(note_crash(manifest, nine + 60s), 30s);
  EXPECT_TRUE(manifest["parts"].items()[0]["recovered"].as_bool());
  const Json& gap = manifest["gaps"].items()[1];
  EXPECT_EQ(gap["reason"].as_string(), "crash");
  EXPECT_EQ(gap["from"].as_string(), "2026-11-21T09:01:00.000Z");
  EXPECT_EQ(gap["atMs"].as_int(), 30'000);
  note_part(manifest, {2, nine + 63s, 30s, "crash", 1280, 720});
  note_gap_end(manifest, nine + 63s);
  // And a second crash.
  EXPECT_EQ(note_crash(manifest, nine + 73s), 40s);
  EXPECT_EQ(manifest["gaps"].items().size(), 3u);
}

TEST(LiveManifest, ACrashInAPause_StaysThatPause) {
  Json manifest = one_part();
  note_gap(manifest, nine + 10s, 10s, "paused");
  EXPECT_EQ(note_crash(manifest, nine + 60s), 10s);
  ASSERT_EQ(manifest["gaps"].items().size(), 1u);
  EXPECT_EQ(manifest["gaps"].items()[0]["reason"].as_string(), "paused");
  EXPECT_TRUE(in_gap(manifest));
}

TEST(LiveManifest, ACrashBeforeAnythingWasRecorded_LeavesNothing) {
  Json manifest = new_manifest("id", "blue", nine);
  EXPECT_EQ(note_crash(manifest, nine + 1s), 0ms);
  EXPECT_FALSE(in_gap(manifest));
}

}  // namespace
}  // namespace tessera::recording
