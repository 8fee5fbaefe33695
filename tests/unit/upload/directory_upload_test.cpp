// A whole upload, into a directory.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "recording/files.hpp"
#include "recording/manifest.hpp"
#include "recording/retention.hpp"
#include "recording/store.hpp"
#include "recording/upload_state.hpp"
#include "upload/directory_target.hpp"
#include "upload/journal.hpp"
#include "upload/upload_recording.hpp"

namespace tessera::upload {
namespace {

namespace fs = std::filesystem;

/// A folder that calls itself a bucket of some store.
class Bucket : public Target {
 public:
  Bucket(const std::string& directory, std::string endpoint)
      : folder_(directory), endpoint_(std::move(endpoint)) {}
  Result<void> put(const Source& source, const Item& item, Journal& journal,
                   const Progress& progress) override {
    return folder_.put(source, item, journal, progress);
  }
  Result<bool> holds(const Item& item, std::uint64_t bytes) override { return folder_.holds(item, bytes); }
  [[nodiscard]] std::string endpoint() const override { return endpoint_; }
  [[nodiscard]] std::string url_of(const std::string& key) const override { return "s3://talks/" + key; }

 private:
  DirectoryTarget folder_;
  std::string endpoint_;
};

class DirectoryUpload : public testing::Test {
 protected:
  DirectoryUpload() {
    std::string pattern = testing::TempDir() + "/upload-XXXXXX";
    place_ = ::mkdtemp(pattern.data());
    store_.emplace(place_ + "/recordings");
    created_ = store_->create("blue").value();
    write("recording.mp4", std::string(3'000'000, 'm'));
    write("chapters.vtt", "WEBVTT");
    fs::create_directory(created_.directory + "/tracks");
    for (const char* place : {"/copies", "/elsewhere", "/first", "/second"})
      fs::create_directory(place_ + place);
    write("tracks/a-main-001.mkv", "track");
    write("recording.lock", "");
    write("recording-002.mp4.part", "left over");
    Json manifest = recording::load_manifest(created_.directory).value();
    manifest.set("state", "ready").set("sidecars", "made").set("files", Json::array({"recording.mp4"}));
    manifest.set("parts",
                 Json::array({Json::object(
                     {{"n", 1},
                      {"file", "recording.mp4"},
                      {"sha256", recording::sha256_of(created_.directory + "/recording.mp4").value()}})}));
    manifest.set("tracks", Json::array().push(Json::object({{"file", "tracks/a-main-001.mkv"}})));
    EXPECT_TRUE(recording::save_manifest(created_.directory, manifest));
  }
  ~DirectoryUpload() override { fs::remove_all(place_); }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(created_.directory + "/" + name) << text;
  }
  [[nodiscard]] std::string copy_of(const std::string& name) const {
    return place_ + "/copies/blue/" + fs::path(created_.directory).filename().string() + "/" + name;
  }
  Result<Json> upload(bool delete_after = false) {
    DirectoryTarget target(place_ + "/copies");
    return upload_recording(created_.directory, target, delete_after, {});
  }
  void lose_copies() const {
    fs::remove_all(place_ + "/copies");
    fs::create_directory(place_ + "/copies");
  }
  /// The folder as a run leaves it that was killed while it deleted: of the media, `left` are there still.
  void stop_while_deleting(const std::vector<std::string>& left) {
    lose_copies();
    write("recording.mp4", std::string(3'000'000, 'm'));
    write("tracks/a-main-001.mkv", "track");
    change([](Json& fresh) { fresh.set("upload", Json::object()).set("local", true); });
    DirectoryTarget target(place_ + "/copies");
    std::string journal;
    // The last file to be copied is the manifest: then everything else is done.
    const auto keep = [&](double) {
      if (auto text = recording::read_small_file(created_.directory + "/upload.json")) journal = *text;
    };
    ASSERT_TRUE(upload_recording(created_.directory, target, true, keep));
    ASSERT_NE(journal.find("recording.mp4"), std::string::npos);
    write("upload.json", journal);
    for (const std::string& name : left) fs::copy_file(copy_of(name), created_.directory + "/" + name);
    change([](Json& stopped) { stopped.set("upload", Json(stopped["upload"]).set("deleting", true)); });
  }
  [[nodiscard]] bool is_here(const std::string& name) const {
    return fs::exists(created_.directory + "/" + name);
  }
  /// What the manifest on disk says from now on.
  template <typename Edit>
  void change(Edit edit) const {
    Json changed = manifest();
    edit(changed);
    ASSERT_TRUE(recording::save_manifest(created_.directory, changed));
  }
  [[nodiscard]] Json manifest() const { return recording::load_manifest(created_.directory).value(); }

  std::string place_;
  std::optional<recording::Store> store_;
  recording::Created created_;
};

TEST_F(DirectoryUpload, CopiesEverythingThatBelongsToIt_AndSaysSo) {
  const auto uploaded = upload();
  ASSERT_TRUE(uploaded) << uploaded.error().message;
  for (const char* name : {"recording.mp4", "chapters.vtt", "tracks/a-main-001.mkv"})
    EXPECT_EQ(recording::sha256_of(copy_of(name)).value(),
              recording::sha256_of(created_.directory + "/" + name).value());
  EXPECT_FALSE(fs::exists(copy_of("recording.lock")));
  EXPECT_FALSE(fs::exists(copy_of("recording-002.mp4.part")));
  EXPECT_FALSE(fs::exists(copy_of("upload.json")));
  EXPECT_EQ(
      Json::parse(recording::read_small_file(copy_of("recording.json")).value()).value()["id"].as_string(),
      created_.id);
  EXPECT_EQ(manifest()["upload"]["state"].as_string(), "done");
  EXPECT_TRUE(manifest()["upload"]["url"].as_string().starts_with("file:///"));
  EXPECT_FALSE(recording::upload_is_due(manifest()));
  EXPECT_TRUE(fs::exists(created_.directory + "/recording.mp4"));
  EXPECT_FALSE(fs::exists(created_.directory + "/upload.json"));
}

TEST_F(DirectoryUpload, DeletesTheMediaAfterwards_WhereAsked_AndKeepsTheRest) {
  ASSERT_TRUE(upload(true));
  EXPECT_FALSE(fs::exists(created_.directory + "/recording.mp4"));
  EXPECT_FALSE(fs::exists(created_.directory + "/tracks/a-main-001.mkv"));
  EXPECT_TRUE(fs::exists(created_.directory + "/chapters.vtt"));
  EXPECT_FALSE(manifest()["local"].as_bool(true));
  EXPECT_TRUE(fs::exists(copy_of("recording.mp4")));
  EXPECT_TRUE(store_->unfinished().empty());
  EXPECT_FALSE(manifest()["upload"].has("deleting"));
  ASSERT_TRUE(upload(true)) << "again: nothing to do";
}

TEST_F(DirectoryUpload, ARunThatWasStoppedBeforeItHadDeletedAllGoesOn) {
  ASSERT_TRUE(upload(true));
  change([](Json& stopped) { stopped.set("upload", Json(stopped["upload"]).set("deleting", true)); });
  write("tracks/a-main-001.mkv", "track");
  ASSERT_TRUE(upload(true));
  EXPECT_FALSE(fs::exists(created_.directory + "/tracks/a-main-001.mkv"));
  EXPECT_FALSE(manifest()["upload"].has("deleting"));
}

TEST_F(DirectoryUpload, WhatStayedHereOnceIsCopiedAgainBeforeItGoes) {
  ASSERT_TRUE(upload());
  lose_copies();  // expired meanwhile
  // As a run leaves it that was killed after its last word.
  Json journal = Json::object(
      {{"done", true}, {"sha256", recording::sha256_of(created_.directory + "/recording.mp4").value()}});
  write("upload.json", Json::object({{"version", 1},
                                     {"destination", manifest()["upload"]["url"]},
                                     {"files", Json::object({{"recording.mp4", journal}})}})
                           .dump());
  ASSERT_TRUE(Journal::load(created_.directory, manifest()["upload"]["url"].as_string())
                  .is_done("recording.mp4", journal["sha256"].as_string()));
  ASSERT_TRUE(upload(true));
  EXPECT_FALSE(fs::exists(created_.directory + "/recording.mp4"));
  EXPECT_EQ(fs::file_size(copy_of("recording.mp4")), 3'000'000u);
}

TEST_F(DirectoryUpload, WhatAFailedRunHadCopied_IsLookedForBeforeTheOriginalGoes) {
  write("recording.mp4", std::string(3'000'000, 'm'));
  fs::create_directories(copy_of("tracks/a-main-001.mkv/in the way"));
  ASSERT_FALSE(upload(true));
  ASSERT_TRUE(fs::exists(copy_of("recording.mp4")));
  lose_copies();  // expired before the next try
  ASSERT_TRUE(upload(true));
  EXPECT_FALSE(fs::exists(created_.directory + "/recording.mp4"));
  EXPECT_EQ(fs::file_size(copy_of("recording.mp4")), 3'000'000u);
}

TEST_F(DirectoryUpload, WhatAFailedRunHadCopied_IsLookedForAlsoWhereTheOriginalStays) {
  fs::create_directories(copy_of("tracks/a-main-001.mkv/in the way"));
  ASSERT_FALSE(upload());
  ASSERT_TRUE(fs::exists(copy_of("recording.mp4")));
  lose_copies();
  ASSERT_TRUE(upload());
  EXPECT_EQ(fs::file_size(copy_of("recording.mp4")), 3'000'000u) << "retention takes \"done\" for a copy";
}

TEST_F(DirectoryUpload, ARunThatWasStoppedBeforeItDeletedAnything_AsksWhetherTheCopyIsThere) {
  stop_while_deleting({"recording.mp4", "tracks/a-main-001.mkv"});
  EXPECT_TRUE(recording::upload_is_due(manifest()));
  lose_copies();
  ASSERT_TRUE(upload(true));
  EXPECT_FALSE(is_here("recording.mp4"));
  EXPECT_EQ(fs::file_size(copy_of("recording.mp4")), 3'000'000u);
  EXPECT_FALSE(manifest()["upload"].has("deleting"));
  EXPECT_FALSE(recording::upload_is_due(manifest()));
}

TEST_F(DirectoryUpload, ARunThatWasStoppedBeforeItDeletedAnything_DeletesNothingWhereThatIsNotWantedAnyMore) {
  for (const char* place : {"/copies", "/elsewhere"}) {
    stop_while_deleting({"recording.mp4", "tracks/a-main-001.mkv"});
    DirectoryTarget target(place_ + place);
    ASSERT_TRUE(upload_recording(created_.directory, target, false, {})) << place;
    EXPECT_TRUE(is_here("recording.mp4") && is_here("tracks/a-main-001.mkv")) << place;
    EXPECT_TRUE(manifest()["local"].as_bool(true));
    EXPECT_FALSE(manifest()["upload"].has("deleting"));
    EXPECT_FALSE(is_here("upload.json"));
    EXPECT_NE(manifest()["upload"]["url"].as_string().find(place), std::string::npos);
  }
}

TEST_F(DirectoryUpload, WhatIsLeftGoes_OnlyWhenItsCopyIsThere_OrAgain) {
  stop_while_deleting({"tracks/a-main-001.mkv"});
  EXPECT_TRUE(recording::upload_is_due(manifest()));
  std::ofstream(copy_of("tracks/a-main-001.mkv")) << "tr4ck";
  ASSERT_TRUE(upload()) << "it has begun to go";
  EXPECT_FALSE(is_here("tracks/a-main-001.mkv"));
  EXPECT_EQ(recording::read_small_file(copy_of("tracks/a-main-001.mkv")).value(), "track");
  const auto copied = Json::parse(recording::read_small_file(copy_of("recording.json")).value()).value();
  EXPECT_TRUE(copied["local"].as_bool(true)) << "beside its media, they are there";
}

TEST_F(DirectoryUpload, WhatIsLeftGoes_OnlyWhenItsManifestIsThere_OrAgain) {
  stop_while_deleting({"tracks/a-main-001.mkv"});
  fs::remove(copy_of("recording.json"));
  ASSERT_TRUE(upload(true));
  EXPECT_TRUE(fs::exists(copy_of("recording.json")));
}

TEST_F(DirectoryUpload, ATrackOfNoKnownSumThatRottedWhileItWasToGo_DoesNotReplaceItsCopy) {
  const auto stop_with = [this](const std::vector<std::string>& left) {
    stop_while_deleting(left);
    change([](Json& older) {
      older.set("tracks", Json::array().push(Json::object({{"file", "tracks/a-main-001.mkv"}})));
    });
    write("tracks/a-main-001.mkv", "tr4ck");
  };
  stop_with({"tracks/a-main-001.mkv"});
  ASSERT_TRUE(upload(true)) << "its copy is as it was copied";
  EXPECT_EQ(recording::read_small_file(copy_of("tracks/a-main-001.mkv")).value(), "track");

  stop_with({"tracks/a-main-001.mkv"});
  fs::remove(copy_of("tracks/a-main-001.mkv"));
  for (int attempt = 0; attempt < 3; ++attempt) {
    EXPECT_EQ(upload(true).error().code, "verify-failed") << attempt;
    EXPECT_TRUE(is_here("tracks/a-main-001.mkv"));
    EXPECT_FALSE(fs::exists(copy_of("tracks/a-main-001.mkv")));
  }

  stop_with({"recording.mp4", "tracks/a-main-001.mkv"});
  for (int attempt = 0; attempt < 2; ++attempt) {
    EXPECT_EQ(upload(true).error().code, "verify-failed") << "though nothing had gone yet";
    EXPECT_TRUE(is_here("tracks/a-main-001.mkv"));
    EXPECT_EQ(recording::read_small_file(copy_of("tracks/a-main-001.mkv")).value(), "track");
  }
}

TEST_F(DirectoryUpload, WhatATrackOfNoKnownSumWasWhenItWasCopied_StaysKnown) {
  ASSERT_TRUE(upload());
  write("tracks/a-main-001.mkv", "tr4ck");
  EXPECT_EQ(upload(true).error().code, "verify-failed");
  EXPECT_TRUE(is_here("recording.mp4") && is_here("tracks/a-main-001.mkv"));
  EXPECT_EQ(recording::read_small_file(copy_of("tracks/a-main-001.mkv")).value(), "track");
}

TEST_F(DirectoryUpload, WhereNothingIsMounted_NothingIsCopied_AndNothingIsTakenForGone) {
  stop_while_deleting({"tracks/a-main-001.mkv"});
  fs::rename(place_ + "/copies", place_ + "/unmounted");
  const auto away = upload(true);
  EXPECT_EQ(away.error().code, "upload-failed");
  EXPECT_NE(away.error().message.find("make it, or mount"), std::string::npos) << away.error().message;
  EXPECT_FALSE(fs::exists(place_ + "/copies"));
  EXPECT_TRUE(is_here("tracks/a-main-001.mkv"));
  fs::rename(place_ + "/unmounted", place_ + "/copies");
  ASSERT_TRUE(upload(true));
  EXPECT_FALSE(is_here("tracks/a-main-001.mkv"));
}

TEST_F(DirectoryUpload, OnePlaceHasOneName) {
  ASSERT_TRUE(upload(true));
  DirectoryTarget same(place_ + "/./elsewhere/../copies//");
  EXPECT_TRUE(upload_recording(created_.directory, same, true, {}));
}

TEST_F(DirectoryUpload, WhatCannotBeDeletedIsSaid_AndTriedAgain) {
  stop_while_deleting({});
  fs::create_directories(created_.directory + "/recording.mp4");
  EXPECT_EQ(upload(true).error().code, "cannot-write");
  EXPECT_EQ(manifest()["upload"]["state"].as_string(), "done");
  EXPECT_EQ(manifest()["upload"]["error"]["code"].as_string(), "cannot-write");
  EXPECT_TRUE(recording::upload_is_due(manifest()));
  fs::remove(created_.directory + "/recording.mp4");
  ASSERT_TRUE(upload(true));
  EXPECT_FALSE(recording::upload_is_due(manifest()));
}

TEST_F(DirectoryUpload, WhatWasToGoAfterAnUploadToAnotherPlace_StaysAndIsSaid) {
  stop_while_deleting({"tracks/a-main-001.mkv"});
  DirectoryTarget elsewhere(place_ + "/elsewhere");
  const auto refused = upload_recording(created_.directory, elsewhere, true, {});
  EXPECT_EQ(refused.error().code, "away");
  EXPECT_NE(refused.error().message.find("tracks/a-main-001.mkv is left"), std::string::npos)
      << refused.error().message;
  EXPECT_TRUE(is_here("tracks/a-main-001.mkv"));
  EXPECT_EQ(manifest()["upload"]["error"]["code"].as_string(), "away");
  EXPECT_TRUE(recording::upload_is_due(manifest()));

  fs::remove(created_.directory + "/tracks/a-main-001.mkv");
  EXPECT_EQ(upload_recording(created_.directory, elsewhere, true, {}).error().code, "away");
  EXPECT_FALSE(recording::upload_is_due(manifest())) << "nothing is left to go";
  EXPECT_TRUE(recording::may_be_removed(manifest(), true));
}

TEST_F(DirectoryUpload, ABucketOfThatNameInAnotherStoreIsAnotherPlace) {
  Bucket first(place_ + "/first", "https://first.example"),
      second(place_ + "/second", "https://second.example");
  const auto medium_in = [&](const std::string& store) {
    return place_ + store + copy_of("recording.mp4").substr((place_ + "/copies").size());
  };
  // A run that fails behind its first file leaves a journal.
  fs::create_directories(fs::path(medium_in("/first")).parent_path() / "tracks/a-main-001.mkv/in the way");
  ASSERT_FALSE(upload_recording(created_.directory, first, false, {}));
  ASSERT_TRUE(fs::exists(medium_in("/first")));
  ASSERT_TRUE(upload_recording(created_.directory, second, false, {}));
  EXPECT_EQ(fs::file_size(medium_in("/second")), 3'000'000u);
  EXPECT_EQ(manifest()["upload"]["endpoint"].as_string(), "https://second.example");

  ASSERT_TRUE(upload_recording(created_.directory, second, true, {}));
  EXPECT_FALSE(is_here("recording.mp4"));
  EXPECT_EQ(upload_recording(created_.directory, first, true, {}).error().code, "away");
  ASSERT_TRUE(upload_recording(created_.directory, second, true, {})) << "there it is";
}

TEST_F(DirectoryUpload, WhatIsLeftOfAStoppedDeletion_IsCopiedAgainWhereItsCopyIsGone_AndStaysIfItRotted) {
  ASSERT_TRUE(upload(true));
  change([](Json& stopped) { stopped.set("upload", Json(stopped["upload"]).set("deleting", true)); });
  write("tracks/a-main-001.mkv", "track");
  const std::string sum = recording::sha256_of(copy_of("tracks/a-main-001.mkv")).value();
  change([&](Json& stopped) {
    stopped.set("tracks",
                Json::array().push(Json::object({{"file", "tracks/a-main-001.mkv"}, {"sha256", sum}})));
  });
  fs::remove(copy_of("tracks/a-main-001.mkv"));
  write("tracks/a-main-001.mkv", "rotted");
  const auto again = upload(true);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, "verify-failed");
  EXPECT_TRUE(fs::exists(created_.directory + "/tracks/a-main-001.mkv"));
  EXPECT_EQ(manifest()["upload"]["state"].as_string(), "done");
  EXPECT_EQ(manifest()["upload"]["error"]["code"].as_string(), "verify-failed");
  EXPECT_FALSE(recording::may_be_removed(manifest(), true));
  EXPECT_FALSE(recording::may_be_removed(manifest(), false));

  write("tracks/a-main-001.mkv", "track");
  ASSERT_TRUE(upload(true));
  EXPECT_FALSE(fs::exists(created_.directory + "/tracks/a-main-001.mkv"));
  EXPECT_EQ(recording::sha256_of(copy_of("tracks/a-main-001.mkv")).value(), sum);
  EXPECT_FALSE(manifest()["upload"].has("deleting"));
  EXPECT_FALSE(manifest()["upload"].has("error"));
  EXPECT_TRUE(recording::may_be_removed(manifest(), true));
}

TEST_F(DirectoryUpload, WhatIsElsewhereOnly_IsNotCalledUploadedToAThirdPlace) {
  ASSERT_TRUE(upload(true));
  const Json before = manifest();
  DirectoryTarget third(place_ + "/elsewhere");
  const auto moved = upload_recording(created_.directory, third, true, {});
  ASSERT_FALSE(moved);
  EXPECT_EQ(moved.error().code, "away");
  EXPECT_NE(moved.error().message.find(before["upload"]["url"].as_string()), std::string::npos);
  EXPECT_EQ(manifest().dump(), before.dump()) << "where the media are is not forgotten";
}

TEST_F(DirectoryUpload, DeletesOnlyWhatTheManifestNames) {
  write("tracks/stranger.mkv", "nobody noted this");
  ASSERT_TRUE(upload(true));
  EXPECT_FALSE(fs::exists(created_.directory + "/recording.mp4"));
  EXPECT_TRUE(fs::exists(created_.directory + "/tracks/stranger.mkv"));
  EXPECT_TRUE(fs::exists(copy_of("tracks/stranger.mkv")));
}

TEST_F(DirectoryUpload, AManifestWithoutAMediumIsNoRecording) {
  Json emptied = manifest();
  ASSERT_TRUE(recording::save_manifest(created_.directory, emptied.set("parts", Json::array())));
  EXPECT_EQ(upload(true).error().code, "verify-failed");
  EXPECT_TRUE(fs::exists(created_.directory + "/recording.mp4"));
}

TEST_F(DirectoryUpload, GoesOnBehindWhatIsThere_AndThrowsAwayWhatIsWrong) {
  fs::create_directories(fs::path(copy_of("x")).parent_path());
  std::ofstream(copy_of("recording.mp4.part")) << std::string(1'000'000, 'm');
  ASSERT_TRUE(upload());
  EXPECT_EQ(fs::file_size(copy_of("recording.mp4")), 3'000'000u);

  Json again = manifest();
  ASSERT_TRUE(recording::save_manifest(created_.directory, again.set("upload", Json::object())));
  fs::remove(copy_of("recording.mp4"));
  std::ofstream(copy_of("recording.mp4.part")) << std::string(1'000'000, 'x');
  const auto wrong = upload();
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code, "verify-failed");
  EXPECT_EQ(manifest()["upload"]["state"].as_string(), "failed");
  EXPECT_TRUE(fs::exists(created_.directory + "/recording.mp4"));
  ASSERT_TRUE(upload(true)) << "from the beginning";
  EXPECT_FALSE(fs::exists(created_.directory + "/recording.mp4"));
}

TEST_F(DirectoryUpload, RottenMediumIsNotPassedOn_NorDeleted) {
  write("recording.mp4", std::string(3'000'000, 'r'));
  const auto rotten = upload(true);
  ASSERT_FALSE(rotten);
  EXPECT_EQ(rotten.error().code, "verify-failed");
  EXPECT_FALSE(fs::exists(copy_of("recording.json")));
  EXPECT_TRUE(fs::exists(created_.directory + "/recording.mp4"));
}

TEST_F(DirectoryUpload, ATrackThatRottedOrIsGone_KeepsEverythingHere) {
  const std::string track = "tracks/a-main-001.mkv";
  Json noted = manifest();
  noted.set(
      "tracks",
      Json::array().push(Json::object(
          {{"file", track}, {"sha256", recording::sha256_of(created_.directory + "/" + track).value()}})));
  ASSERT_TRUE(recording::save_manifest(created_.directory, noted));
  write(track, "rotten");
  EXPECT_EQ(upload(true).error().code, "verify-failed");
  fs::remove(created_.directory + "/" + track);
  const auto gone = upload(true);
  ASSERT_FALSE(gone);
  EXPECT_NE(gone.error().message.find(track + " is missing"), std::string::npos) << gone.error().message;
  EXPECT_TRUE(fs::exists(created_.directory + "/recording.mp4"));
  EXPECT_FALSE(fs::exists(copy_of("recording.json")));
  EXPECT_EQ(manifest()["upload"]["state"].as_string(), "failed");
}

TEST_F(DirectoryUpload, UnfinishedOrHeldOnesAreLeftAlone) {
  {
    const auto lock = recording::FolderLock::try_take(created_.directory);
    EXPECT_EQ(upload().error().code, "conflict");
  }
  Json unfinished = manifest();
  ASSERT_TRUE(recording::save_manifest(created_.directory, unfinished.set("state", "finishing")));
  EXPECT_EQ(upload().error().code, "not-ready");
  unfinished.set("state", "ready").set("sidecars", "making");
  ASSERT_TRUE(recording::save_manifest(created_.directory, unfinished));
  EXPECT_EQ(upload().error().code, "not-ready") << "its pictures are still being made";
}

TEST_F(DirectoryUpload, LinksAreNotFollowed) {
  std::ofstream(place_ + "/secret") << "secret";
  fs::create_symlink(place_ + "/secret", created_.directory + "/notes.txt");
  ASSERT_TRUE(upload());
  EXPECT_FALSE(fs::exists(copy_of("notes.txt")));
}

TEST_F(DirectoryUpload, JournalOfAnotherPlaceOrANonsenseOneIsNone) {
  write("upload.json",
        R"({"version": 1, "destination": "s3://elsewhere/", "files": {"recording.mp4": {"done": true}}})");
  ASSERT_TRUE(upload());
  EXPECT_TRUE(fs::exists(copy_of("recording.mp4")));
  write("upload.json", "{nonsense");
  EXPECT_FALSE(Journal::load(created_.directory, "x").is_done("recording.mp4", ""));
}

}  // namespace
}  // namespace tessera::upload
