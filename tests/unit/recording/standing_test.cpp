#include "recording/standing.hpp"

#include <gtest/gtest.h>

namespace tessera::recording {
namespace {

using namespace std::chrono_literals;

Json manifest_in(const char* state, WallTime start) {
  Json manifest = new_manifest("20261121T004512123Z-abcdefghijkl", "blue", start);
  set_state(manifest, state);
  return manifest;
}

TEST(Standing, IsWhatTheManifestAndTheLockSayTogether) {
  const WallTime now = wall_now(), long_ago = now - 1h;
  const FolderContent live{.live = true, .final = false}, nothing{};
  EXPECT_EQ(standing_of(manifest_in("ready", long_ago), live, true, now), Standing::ready);
  EXPECT_EQ(standing_of(manifest_in("recording", long_ago), live, true, now), Standing::busy);
  EXPECT_EQ(standing_of(manifest_in("recording", long_ago), live, false, now), Standing::interrupted);
  EXPECT_EQ(standing_of(manifest_in("stopping", long_ago), live, false, now), Standing::interrupted);
  EXPECT_EQ(standing_of(manifest_in("failed", long_ago), live, true, now), Standing::busy) << "tried again";
  EXPECT_EQ(standing_of(manifest_in("failed", long_ago), live, false, now), Standing::failed);
  EXPECT_EQ(standing_of(manifest_in("failed", long_ago), nothing, false, now), Standing::lost);
  Json hopeless = manifest_in("failed", long_ago);
  set_error(hopeless, {"no-picture", "nothing that could be shown"});
  EXPECT_EQ(standing_of(hopeless, live, false, now), Standing::lost);
}

TEST(Standing, AMomentBeforeItsRecorderOrFinisherBeginsIsNoInterruption) {
  const WallTime now = wall_now();
  EXPECT_EQ(standing_of(manifest_in("starting", now - 5s), {}, false, now), Standing::waiting);
  EXPECT_EQ(standing_of(manifest_in("starting", now - 2min), {}, false, now), Standing::interrupted);
  Json ended = manifest_in("finishing", now - 1h);
  const FolderContent live{.live = true, .final = false};
  EXPECT_EQ(standing_of(ended.set("endedAt", timestamp(now - 5s)), live, false, now), Standing::waiting);
  EXPECT_EQ(standing_of(ended.set("endedAt", timestamp(now - 5min)), live, false, now),
            Standing::interrupted);
}

}  // namespace
}  // namespace tessera::recording
