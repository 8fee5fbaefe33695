#include "layout/presence.hpp"

#include <gtest/gtest.h>

namespace tessera::layout {
namespace {

TEST(Presence, SomebodyWithEverythingOnIsSeenAndHeard) {
  EXPECT_EQ(presence_of({}),
            (Presence{.shown = true, .heard = true, .camera = true, .screen = true, .screen_sound = true}));
}

TEST(Presence, NothingOfAPersonOnHoldOrOfAViewerIsLeft) {
  for (const bool audio : {false, true})
    for (const bool video : {false, true})
      for (const bool muted : {false, true}) {
        EXPECT_EQ(presence_of({.held = true, .muted = muted, .audio = audio, .video = video}), Presence{});
        EXPECT_EQ(presence_of({.viewer = true, .muted = muted, .audio = audio, .video = video}), Presence{});
      }
}

TEST(Presence, EachSwitchTakesAwayItsOwnPartOnly) {
  EXPECT_EQ(presence_of({.audio = false}),
            (Presence{.shown = true, .camera = true, .screen = true, .screen_sound = true}));
  EXPECT_EQ(presence_of({.muted = true}), (Presence{.shown = true, .camera = true, .screen = true}));
  EXPECT_EQ(presence_of({.video = false}),
            (Presence{.shown = true, .heard = true, .screen = true, .screen_sound = true}));
}

TEST(Presence, AViewerIsOneByKindOrByRole) {
  EXPECT_TRUE(is_viewer("viewer", "operator"));
  EXPECT_TRUE(is_viewer("participant", "viewer"));
  EXPECT_FALSE(is_viewer("publisher", "speaker"));
}

}  // namespace
}  // namespace tessera::layout
