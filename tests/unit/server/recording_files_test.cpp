// The files of recordings over HTTP: ranges, conditions, who may read, and names that want out.
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "front_fixture.hpp"
#include "recording/manifest.hpp"

namespace tessera::server::test {
namespace {

namespace fs = std::filesystem;

constexpr const char* key = "a-secret-for-tests-of-at-least-32-bytes";

class RecordingFilesTest : public FrontTest {
 protected:
  void start_with_key() {
    config::ServerConfig config;
    config.auth.key = key;
    start(std::move(config));
  }
  static Headers bearer(const std::string& room, Role role) {
    const auto token = make_token({"t", room, role, "", std::chrono::hours(1)}, key, false);
    return {{"Authorization", "Bearer " + *token}};
  }
  /// A finished recording of room "hall".
  void have_recording(std::initializer_list<Json::Member> more = {}) {
    const auto created = recording::Store(folder_).create("hall").value();
    id_ = created.id;
    directory_ = created.directory;
    Json manifest = recording::load_manifest(directory_).value();
    manifest.set("state", "ready");
    for (const auto& [name, value] : more) manifest.set(name, value);
    ASSERT_TRUE(recording::save_manifest(directory_, manifest));
    for (std::size_t i = 0; i < content_.size(); ++i) content_[i] = static_cast<char>('a' + i * 7 % 26);
    put("recording.mp4", content_);
  }
  void put(const std::string& name, const std::string& text) {
    std::ofstream(directory_ + "/" + name) << text;
  }
  [[nodiscard]] std::string path(const std::string& file) const { return "/api/v1/recordings/" + id_ + file; }
  Answer get(const std::string& file, const Headers& headers = {}) {
    return call("GET", path(file), "", headers);
  }

  std::string id_, directory_;
  std::string content_ = std::string(1'000'000, '\0');  // several chunks
};

TEST_F(RecordingFilesTest, AFileIsServedWholeAndInParts) {
  start();
  have_recording();
  const Answer whole = get("/file");
  EXPECT_EQ(whole.status, 200);
  EXPECT_EQ(whole.headers.at("content-type"), "video/mp4");
  EXPECT_EQ(whole.headers.at("accept-ranges"), "bytes");
  EXPECT_TRUE(whole.body == content_) << whole.body.size();
  const Answer part = get("/file", {{"Range", "bytes=300000-799999"}});
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(part.headers.at("content-range"), "bytes 300000-799999/1000000");
  EXPECT_TRUE(part.body == content_.substr(300000, 500000)) << part.body.size();
  const Answer tail = get("/file", {{"Range", "bytes=-5"}});
  EXPECT_EQ(tail.body, content_.substr(999'995));
  const Answer beyond = get("/file", {{"Range", "bytes=2000000-"}});
  EXPECT_EQ(beyond.status, 416);
  EXPECT_EQ(beyond.headers.at("content-range"), "bytes */1000000");
  EXPECT_EQ(beyond.code(), "range-not-satisfiable");
}

TEST_F(RecordingFilesTest, SeveralRangesComeInOneBody) {
  start();
  have_recording();
  const Answer parts = get("/file", {{"Range", "bytes=500000-799999,0-2"}});
  EXPECT_EQ(parts.status, 206);
  const std::string type = parts.headers.at("content-type");
  ASSERT_TRUE(type.starts_with("multipart/byteranges; boundary=")) << type;
  EXPECT_FALSE(parts.headers.contains("content-range"));
  const std::string boundary = "--" + type.substr(type.find('=') + 1);
  const std::string expected =
      boundary + "\r\nContent-Type: video/mp4\r\nContent-Range: bytes 500000-799999/1000000\r\n\r\n" +
      content_.substr(500000, 300000) + "\r\n" + boundary +
      "\r\nContent-Type: video/mp4\r\nContent-Range: bytes 0-2/1000000\r\n\r\n" + content_.substr(0, 3) +
      "\r\n" + boundary + "--\r\n";
  EXPECT_TRUE(parts.body == expected) << parts.body.size() << " instead of " << expected.size();
  EXPECT_EQ(parts.headers.at("content-length"), std::to_string(expected.size()));
}

TEST_F(RecordingFilesTest, ConditionsAreKept) {
  start();
  have_recording();
  const Answer whole = get("/file");
  const std::string etag = whole.headers.at("etag"), date = whole.headers.at("last-modified");
  EXPECT_TRUE(etag.starts_with('"')) << "strong";
  const Answer same = get("/file", {{"If-None-Match", etag}});
  EXPECT_EQ(same.status, 304);
  EXPECT_FALSE(same.headers.contains("content-length")) << "0 is not what a 200 would say";
  EXPECT_EQ(same.body, "");
  EXPECT_EQ(get("/file", {{"If-Modified-Since", date}}).status, 304);
  EXPECT_EQ(get("/file", {{"If-Match", "\"another\""}}).status, 412);
  EXPECT_EQ(get("/file", {{"Range", "bytes=0-1"}, {"If-Range", "\"another\""}}).status, 200);
  EXPECT_EQ(get("/file", {{"Range", "bytes=0-1"}, {"If-Range", etag}}).status, 206);
  put("recording.mp4", content_ + "more");
  EXPECT_EQ(get("/file", {{"If-None-Match", etag}}).status, 200);
  EXPECT_EQ(get("/file", {{"Range", "bytes=0-1"}, {"If-Range", etag}}).status, 200);
}

TEST_F(RecordingFilesTest, HeadSaysWhatGetWouldWithoutTheBody) {
  start();
  have_recording();
  for (const Headers& headers : {Headers{}, Headers{{"Range", "bytes=0-9"}}}) {
    const Answer head = call("HEAD", path("/file"), "", headers);
    EXPECT_EQ(head.status, 200) << "ranges are for GET alone";
    EXPECT_EQ(head.headers.at("content-length"), "1000000");
    EXPECT_EQ(head.headers.at("content-type"), "video/mp4");
    EXPECT_TRUE(head.body.empty());
  }
  EXPECT_EQ(call("HEAD", "/api/v1/recordings/nothing/file").status, 404);
}

TEST_F(RecordingFilesTest, PartsTracksAndSidecarsHaveTheirTypesAndNames) {
  start();
  have_recording(
      {{"name", "Caf\u00e9"},
       {"startedAt", "2026-11-21T07:30:00.000Z"},
       {"parts", Json::array({Json::object({{"n", 1}}), Json::object({{"n", 2}})})},
       {"tracks", Json::array({Json::object({{"file", "tracks/p1-main-001.mkv"}, {"name", "Ann"}})})}});
  put("recording-002.mp4", "second");
  fs::create_directory(directory_ + "/tracks");
  put("tracks/p1-main-001.mkv", "track");
  put("poster.jpg", "jpeg");
  put("chapters.vtt", "WEBVTT\n");
  const Answer second = get("/file?part=2&download=1");
  EXPECT_EQ(second.body, "second");
  EXPECT_EQ(second.headers.at("content-disposition"),
            "attachment; filename=\"Caf_ 2026-11-21 07.30 part 2.mp4\"; "
            "filename*=UTF-8''Caf%C3%A9%202026-11-21%2007.30%20part%202.mp4");
  EXPECT_EQ(get("/tracks/1").body, "track");
  EXPECT_EQ(get("/poster.jpg").headers.at("content-type"), "image/jpeg");
  EXPECT_EQ(get("/chapters.vtt").headers.at("content-type"), "text/vtt; charset=utf-8");
  for (const char* missing :
       {"/file?part=3", "/file?part=0", "/file?part=-1", "/file?part=x", "/file?part=", "/tracks/2",
        "/tracks/0", "/tracks/p1-main-001.mkv", "/strip.jpg", "/recording.json", "/live.mkv"})
    EXPECT_EQ(get(missing).status, 404) << missing;
}

TEST_F(RecordingFilesTest, TheTimelineIsGivenByPosition) {
  start();
  have_recording();
  put("timeline.jsonl",
      R"({"at":"2026-11-21T07:30:00.000Z","part":1,"ms":0,"type":"part","file":"live.mkv","reason":"start"})"
      "\n"
      R"({"at":"2026-11-21T07:30:04.000Z","part":1,"ms":4000,"type":"part-end","durationMs":4000})"
      "\n"
      R"({"at":"2026-11-21T07:30:06.500Z","part":2,"ms":2500,"type":"screen-started","id":"p1"})"
      "\n"
      R"({"at":"2026-11-2)");
  const Json timeline = get("/timeline").json();
  ASSERT_EQ(timeline["events"].items().size(), 3u) << "the torn line is left out";
  EXPECT_EQ(timeline["events"].items()[2]["position"].as_int(), 6500);
  EXPECT_EQ(timeline["parts"].items()[1]["startMs"].as_int(), 4000);
  const Json some = get("/timeline?types=part-end,screen-started").json();
  ASSERT_EQ(some["events"].items().size(), 2u);
  EXPECT_EQ(some["events"].items()[1]["position"].as_int(), 6500)
      << "what is left out counts for the positions";
}

TEST_F(RecordingFilesTest, ALongTimelineIsSentFromAFile) {
  start();
  have_recording();
  std::string lines;
  const int count = 40'000;
  for (int i = 0; i < count; ++i)
    lines += R"({"at":"2026-11-21T07:30:00.000Z","part":1,"ms":)" + std::to_string(i) +
             R"(,"type":"chat","text":"hello"})" + "\n";
  put("timeline.jsonl", lines);
  const Answer answer = get("/timeline");
  EXPECT_EQ(answer.status, 200);
  EXPECT_GT(answer.body.size(), 3'000'000u);
  const Json events = answer.json()["events"];
  ASSERT_EQ(events.items().size(), static_cast<std::size_t>(count));
  EXPECT_EQ(events.items().back()["position"].as_int(), count - 1);
  const Answer head = call("HEAD", path("/timeline"));
  EXPECT_EQ(head.headers.at("content-length"), std::to_string(answer.body.size()));
  EXPECT_TRUE(head.body.empty());
}

TEST_F(RecordingFilesTest, WithoutTheRightTokenNothingIsRead) {
  start_with_key();
  have_recording();
  put("poster.jpg", "jpeg");
  for (const char* file : {"", "/file", "/poster.jpg", "/strip.jpg", "/chapters.vtt", "/timeline",
                           "/timeline.jsonl", "/tracks/1"}) {
    EXPECT_EQ(get(file).status, 401) << file;
    EXPECT_EQ(get(file, {{"Authorization", "Bearer nonsense"}}).status, 401) << file;
    EXPECT_EQ(get(file, bearer("hall", Role::speaker)).status, 403) << file;
    EXPECT_EQ(get(file, bearer("attic", Role::admin)).status, 403) << file;
  }
  EXPECT_EQ(get("/file", bearer("hall", Role::operator_)).status, 200);
  EXPECT_EQ(get("/poster.jpg", bearer("*", Role::admin)).status, 200);
  EXPECT_EQ(call("GET", "/api/v1/recordings/nothing/file").status, 401) << "who has no token learns nothing";
}

TEST_F(RecordingFilesTest, ALinkOpensOneRecordingForReadingOnly) {
  start_with_key();
  have_recording();
  EXPECT_EQ(call("POST", path("/links")).status, 401);
  EXPECT_EQ(call("POST", path("/links"), "", bearer("hall", Role::speaker)).status, 403);
  const Answer made = call("POST", path("/links"), R"({"ttlSeconds":60})", bearer("hall", Role::operator_));
  ASSERT_EQ(made.status, 201) << made.body;
  const std::string grant = made.json()["grant"].as_string();
  EXPECT_EQ(call("GET", made.json()["file"].as_string()).status, 200);
  EXPECT_EQ(get("/file?grant=" + grant, {{"Range", "bytes=0-9"}}).status, 206);
  EXPECT_EQ(get("/timeline?grant=" + grant).status, 404) << "allowed, but there is none";
  EXPECT_EQ(get("/file?grant=" + grant + "x").status, 401);
  EXPECT_EQ(get("/file?grant=").status, 401);
  EXPECT_EQ(get("?grant=" + grant).status, 401) << "the manifest needs a token";
  EXPECT_EQ(call("DELETE", path("?grant=" + grant)).status, 401);
  EXPECT_EQ(call("POST", path("/links?grant=" + grant)).status, 401);
  const std::string first = id_;
  have_recording();
  ASSERT_NE(first, id_);
  EXPECT_EQ(get("/file?grant=" + grant).status, 401) << "another recording";
  for (const char* body : {R"({"ttlSeconds":0})", R"({"ttlSeconds":86401})", R"({"ttlSeconds":"60"})",
                           R"({"ttlSeconds":1.5})", "[]", "{"})
    EXPECT_EQ(call("POST", path("/links"), body, bearer("hall", Role::operator_)).status, 400) << body;
}

TEST_F(RecordingFilesTest, NoNameInAnAddressLeavesTheFolder) {
  start();
  have_recording();
  std::ofstream(folder_ + "/secret") << "secret";
  const std::string long_name(10'000, 'a');
  for (const std::string& id : {std::string(".."), std::string("%2e%2e"), std::string("..%2f..%2fsecret"),
                                std::string("%2fetc%2fpasswd"), id_ + "%2f..", id_ + "%00", id_ + "%00.mp4",
                                id_.substr(1), id_ + "A", std::string("%ef%bc%8e%ef%bc%8e"), long_name,
                                std::string("20261121T073000000Z-..%2f..%2fsecr"), std::string("hall")})
    for (const char* file : {"", "/file", "/poster.jpg", "/timeline", "/tracks/1"}) {
      const Answer answer = call("GET", "/api/v1/recordings/" + id + file);
      EXPECT_TRUE(answer.status == 404 || answer.status == 400)
          << id.substr(0, 60) << file << ": " << answer.status;
      EXPECT_EQ(answer.body.find("secret\n"), std::string::npos);
    }
}

TEST_F(RecordingFilesTest, LinksAndPipesPlantedInTheFolderAreNotFollowed) {
  start();
  have_recording({{"tracks", Json::array({Json::object({{"file", "tracks/a-main-001.mkv"}}),
                                          Json::object({{"file", "../../../secret"}}),
                                          Json::object({{"file", "tracks/b-main-001.mkv"}})})}});
  const std::string secret = folder_ + "/secret";
  std::ofstream(secret) << "secret";
  fs::create_symlink(secret, directory_ + "/poster.jpg");
  ASSERT_EQ(mkfifo((directory_ + "/strip.jpg").c_str(), 0600), 0);
  fs::create_directory(directory_ + "/chapters.vtt");
  fs::create_directory_symlink(folder_, directory_ + "/tracks");
  std::ofstream(folder_ + "/a-main-001.mkv") << "secret";
  fs::remove(directory_ + "/recording.mp4");
  fs::create_symlink(secret, directory_ + "/recording.mp4");
  fs::create_symlink(secret, directory_ + "/timeline.jsonl");
  for (const char* file : {"/file", "/poster.jpg", "/strip.jpg", "/chapters.vtt", "/timeline.jsonl",
                           "/timeline", "/tracks/1", "/tracks/2", "/tracks/3"}) {
    const Answer answer = get(file);
    EXPECT_EQ(answer.status, 404) << file << ": " << answer.body;
  }
  EXPECT_EQ(call("DELETE", path("")).status, 204);
  EXPECT_TRUE(fs::exists(secret));
  EXPECT_TRUE(fs::exists(folder_ + "/a-main-001.mkv"));
  EXPECT_FALSE(fs::exists(directory_));
}

TEST_F(RecordingFilesTest, ARoomThatIsALinkHasNoRecordings) {
  start();
  have_recording();
  const std::string elsewhere = folder_ + "-elsewhere";
  fs::rename(folder_ + "/hall", elsewhere);
  fs::create_directory_symlink(elsewhere, folder_ + "/hall");
  EXPECT_EQ(get("/file").status, 404);
  EXPECT_TRUE(call("GET", "/api/v1/recordings").json()["recordings"].items().empty());
  fs::remove_all(elsewhere);
}

TEST_F(RecordingFilesTest, TheListIsSearchedFilteredAndPaged) {
  start_with_key();
  for (const char* name : {"Alpha", "Beta", "Gamma"}) have_recording({{"name", name}});
  const auto listed = [&](const std::string& query, const Headers& who) {
    std::string names;
    const Answer answer = call("GET", "/api/v1/recordings" + query, "", who);
    const Json page = answer.json();
    for (const Json& item : page["recordings"].items()) names += item["name"].as_string() + " ";
    return answer.status == 200 ? names : std::to_string(answer.status);
  };
  const Headers hall = bearer("hall", Role::operator_);
  EXPECT_EQ(listed("", hall), "Gamma Beta Alpha ");
  EXPECT_EQ(listed("?q=beta", hall), "Beta ");
  EXPECT_EQ(listed("?limit=2", hall), "Gamma Beta ");
  const std::string next = call("GET", "/api/v1/recordings?limit=2", "", hall).json()["next"].as_string();
  EXPECT_EQ(listed("?limit=2&after=" + next, hall), "Alpha ");
  EXPECT_EQ(listed("?state=active", hall), "");
  EXPECT_EQ(listed("?limit=x", hall), "400");
  EXPECT_EQ(listed("?room=attic", hall), "403");
  EXPECT_EQ(listed("", bearer("attic", Role::operator_)), "");
  EXPECT_EQ(listed("", bearer("hall", Role::speaker)), "403");
}

}  // namespace
}  // namespace tessera::server::test
