#include "recording/manifest_details.hpp"

#include <gtest/gtest.h>

namespace tessera::recording {
namespace {

TEST(ManifestDetails, PeopleAreCalledWhatTheyCalledThemselvesLast) {
  const Timeline timeline = parse_timeline(
      R"({"at":"2026-11-21T10:00:00.000Z","part":1,"ms":0,"type":"part","format":"mp4","reason":"start"}
{"at":"2026-11-21T10:00:00.000Z","part":1,"ms":0,"type":"participant-joined","id":"p1","name":"Guest","role":"speaker"}
{"at":"2026-11-21T10:00:01.000Z","part":1,"ms":1000,"type":"renamed","id":"p1","name":"Ann"}
{"at":"2026-11-21T10:00:02.000Z","part":1,"ms":2000,"type":"renamed","id":"nobody","name":"Eve"}
{"at":"2026-11-21T10:00:03.000Z","part":1,"ms":3000,"type":"participant-left","id":"p1"}
)");
  ASSERT_EQ(timeline.bad_lines, 0u);
  const Json people = participants_of(timeline, timeline.parts());
  ASSERT_EQ(people.items().size(), 1u);
  EXPECT_EQ(people.items()[0]["name"].as_string(), "Ann");
  EXPECT_EQ(people.items()[0]["leftAt"].as_string(), "2026-11-21T10:00:03.000Z");
}

TEST(ManifestDetails, SayWhoseTracksEndedBeforeTheRecording) {
  const Timeline timeline = parse_timeline(
      R"({"at":"2026-11-21T10:00:00.000Z","part":1,"ms":0,"type":"part","format":"mp4","reason":"start"}
{"at":"2026-11-21T10:00:04.000Z","part":1,"ms":4000,"type":"part-end","durationMs":4000}
{"at":"2026-11-21T10:00:05.000Z","part":2,"ms":1000,"type":"track-limit","participant":"p1","kind":"main","files":999}
)");
  ASSERT_EQ(timeline.bad_lines, 0u);
  EXPECT_EQ(track_limits_of(timeline, timeline.parts()).dump(),
            R"([{"participant":"p1","kind":"main","files":999,"atMs":5000}])");
}

}  // namespace
}  // namespace tessera::recording
