#include "recording/resources.hpp"

#include <gtest/gtest.h>

namespace tessera::recording {
namespace {

Json manifest_with(std::initializer_list<Json::Member> more) {
  Json manifest = Json::object({{"room", "blue"}, {"startedAt", "2026-11-21T07:30:12.345Z"}});
  for (const auto& [key, value] : more) manifest.set(key, value);
  return manifest;
}
Json parts(int count) {
  Json list = Json::array();
  for (int i = 1; i <= count; ++i) list.push(Json::object({{"n", i}, {"file", "/etc/passwd"}}));
  return list;
}

TEST(ResourcesTest, AnOldRecordingHasOnePartInMp4) {
  const auto file = media_resource(manifest_with({}), 1);
  ASSERT_TRUE(file);
  EXPECT_EQ(file->file, "recording.mp4");
  EXPECT_EQ(file->content_type, "video/mp4");
  EXPECT_EQ(file->name, "blue 2026-11-21 07.30.mp4");
  EXPECT_FALSE(media_resource(manifest_with({}), 2));
  EXPECT_FALSE(media_resource(manifest_with({}), 0));
}

TEST(ResourcesTest, FormatAndPartMakeTheName) {
  const struct {
    const char *format, *file, *type;
  } cases[] = {{"mp4", "recording-002.mp4", "video/mp4"},    {"mp4-opus", "recording-002.mp4", "video/mp4"},
               {"webm", "recording-002.webm", "video/webm"}, {"m4a", "recording-002.m4a", "audio/mp4"},
               {"opus", "recording-002.opus", "audio/ogg"},  {"wav", "recording-002.wav", "audio/wav"},
               {"../x", "recording-002.mp4", "video/mp4"}};
  for (const auto& one : cases) {
    const auto file = media_resource(manifest_with({{"format", one.format}, {"parts", parts(3)}}), 2);
    ASSERT_TRUE(file) << one.format;
    EXPECT_EQ(file->file, one.file);
    EXPECT_EQ(file->content_type, one.type);
  }
  EXPECT_EQ(media_resource(manifest_with({{"name", "Caf\u00e9"}, {"parts", parts(3)}}), 2)->name,
            "Caf\u00e9 2026-11-21 07.30 part 2.mp4");
  EXPECT_FALSE(media_resource(manifest_with({{"parts", parts(3)}}), 4));
}

TEST(ResourcesTest, APartThatBecameAnotherFormatIsWhatItsNameSays) {
  const auto part = [](const char* file) {
    return media_resource(manifest_with({{"format", "mp4"},
                                         {"parts", Json::array({Json::object({{"n", 1}, {"file", file}})})}}),
                          1);
  };
  EXPECT_EQ(part("recording.m4a")->file, "recording.m4a");
  EXPECT_EQ(part("recording.m4a")->content_type, "audio/mp4");
  for (const char* file :
       {"recording-002.m4a", "../recording.m4a", "recording.json", "live.mkv", "recording.m4a/x"})
    EXPECT_EQ(part(file)->file, "recording.mp4") << file;
}

TEST(ResourcesTest, OnlyKnownSidecarsExist) {
  EXPECT_EQ(sidecar_resource(manifest_with({}), "poster.jpg")->content_type, "image/jpeg");
  EXPECT_EQ(sidecar_resource(manifest_with({}), "chapters.vtt")->content_type, "text/vtt; charset=utf-8");
  for (const char* name : {"", "recording.json", "live.mkv", "../poster.jpg", "poster.jpg/", "POSTER.JPG"})
    EXPECT_FALSE(sidecar_resource(manifest_with({}), name)) << name;
}

TEST(ResourcesTest, TracksAreTakenByTheirPlainNameOnly) {
  const auto track = [](std::string_view file) {
    Json tracks = Json::array({Json::object({{"file", file}, {"name", "Zo\u00eb"}, {"kind", "screen"}})});
    return track_resource(manifest_with({{"tracks", std::move(tracks)}}), 0);
  };
  ASSERT_TRUE(track("tracks/p_1-main-001.mkv"));
  EXPECT_EQ(track("tracks/p_1-main-001.mkv")->file, "tracks/p_1-main-001.mkv");
  EXPECT_EQ(track("p_1-screen-001.mkv")->file, "tracks/p_1-screen-001.mkv");
  EXPECT_EQ(track("p_1-screen-001.mkv")->name, "blue 2026-11-21 07.30 Zo\u00eb screen 1.mkv");
  for (const std::string& file :
       std::vector<std::string>{"", ".mkv", "tracks/", "../live.mkv", "tracks/../live.mkv", "/etc/passwd",
                                "tracks/a/b.mkv", "tracks/a.mp4", "tracks/a..mkv", std::string("a\0.mkv", 6),
                                std::string(10'000, 'a') + ".mkv", "tracks/\xef\xbc\x8e.mkv"})
    EXPECT_FALSE(track(file)) << file.substr(0, 40);
  EXPECT_FALSE(track_resource(manifest_with({}), 0));
}

}  // namespace
}  // namespace tessera::recording
