#include "recording/manifest.hpp"

#include <gtest/gtest.h>

#include "recording/recorder.hpp"

namespace tessera::recording {
namespace {

const WallTime start{std::chrono::sys_days(std::chrono::year(2026) / 11 / 21)};
Json in_state(const char* state) {
  Json manifest = new_manifest("id", "blue", start);
  set_state(manifest, state);
  return manifest;
}
constexpr FolderContent nothing{}, live{.live = true}, finished{.final = true},
    both{.live = true, .final = true};
const WallTime soon = start + std::chrono::seconds(5);
const WallTime later = start + std::chrono::hours(5);

TEST(Manifest, WhatCannotBeChangedInPlaceIsNone) {
  const Json good = new_manifest("id", "room", wall_now());
  EXPECT_TRUE(is_manifest(good));
  for (const char* key : {"parts", "gaps", "tracks"}) {
    EXPECT_TRUE(is_manifest(Json(good).set(key, Json::array({Json::object()})))) << key;
    EXPECT_FALSE(is_manifest(Json(good).set(key, Json::array({"recording.mp4"})))) << key;
  }
  EXPECT_TRUE(is_manifest(Json(good).set("participants", Json::array({"Ada"})))) << "replaced as a whole";
  EXPECT_TRUE(is_manifest(Json(good).set("tracks", true))) << "until it is finished: that there will be some";
  for (const char* key : {"error", "sums", "upload", "loudnessGain"})
    EXPECT_FALSE(is_manifest(Json(good).set(key, "x"))) << key;
  for (const char* key : {"id", "room", "state"}) EXPECT_FALSE(is_manifest(Json(good).set(key, 7))) << key;
  EXPECT_FALSE(is_manifest(Json::array()));
}

TEST(Manifest, NewOneIsStartingAndNotClosed) {
  const Json manifest = new_manifest("id", "blue", start);
  EXPECT_EQ(manifest["version"].as_int(), 1);
  EXPECT_EQ(manifest["state"].as_string(), "starting");
  EXPECT_EQ(manifest["startedAt"].as_string(), "2026-11-21T00:00:00.000Z");
  EXPECT_FALSE(manifest["closed"].as_bool(true));
}

TEST(Manifest, StatesOfTheRecorderHaveTheirNames) {
  EXPECT_EQ(name_of(RecorderState::starting), "starting");
  EXPECT_EQ(name_of(RecorderState::finishing), "finishing");
  EXPECT_EQ(name_of(RecorderState::failed), "failed");
}

TEST(Manifest, WhateverWasRecordedAndNotFinishedNeedsFinishing) {
  for (const char* state : {"starting", "recording", "stopping", "finishing"}) {
    EXPECT_TRUE(needs_finishing(in_state(state), live, soon)) << state;
    EXPECT_TRUE(needs_finishing(in_state(state), finished, soon)) << state;
    EXPECT_TRUE(needs_finishing(in_state(state), both, soon)) << state;
  }
}

TEST(Manifest, ReadyNeedsFinishingOnlyWhileItsLiveFileIsThere) {
  EXPECT_FALSE(needs_finishing(in_state("ready"), finished, later));
  EXPECT_TRUE(needs_finishing(in_state("ready"), both, later));
}

TEST(Manifest, WhatFailedWithItsPartsMadeIsTriedAgain) {
  EXPECT_TRUE(needs_finishing(in_state("failed"), finished, later))
      << "the disk had no room for the last word";
  EXPECT_FALSE(needs_finishing(in_state("failed"), nothing, later));
}

TEST(Manifest, ReadyNeedsFinishingWhileItsSidecarsArePending) {
  Json manifest = Json::object({{"state", "ready"}});
  for (const char* pending : {"making", "again"})
    EXPECT_TRUE(
        needs_finishing(manifest.set(sidecars_key, pending), {.live = false, .final = true}, wall_now()));
  for (const char* done : {"made", "failed"})
    EXPECT_FALSE(
        needs_finishing(manifest.set(sidecars_key, done), {.live = false, .final = true}, wall_now()));
}

TEST(Manifest, EmptyFolderIsLeftAloneWhileARecorderMayBeAboutToStart) {
  EXPECT_FALSE(needs_finishing(in_state("starting"), nothing, soon));
  EXPECT_TRUE(needs_finishing(in_state("starting"), nothing, later));
}

TEST(Manifest, FailureIsTriedAgainUnlessTheLiveFileIsToBlame) {
  for (const char* code : {"disk-full", "cannot-write", "verify-failed"}) {
    Json manifest = in_state("failed");
    set_error(manifest, {code, "why"});
    EXPECT_TRUE(needs_finishing(manifest, live, later)) << code;
  }
  for (const char* code : {"no-picture", "unreadable"}) {
    Json manifest = in_state("failed");
    set_error(manifest, {code, "why"});
    EXPECT_FALSE(needs_finishing(manifest, live, later)) << code;
  }
}

}  // namespace
}  // namespace tessera::recording
