// Commands where something stands in the way: no folder, no right to look, an output that is there, a signal.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include "base/interruption.hpp"
#include "feed.hpp"
#include "recording/commands.hpp"
#include "recording/files.hpp"
#include "recording/manifest.hpp"
#include "recording/store.hpp"
#include "said.hpp"
#include "small_disk.hpp"

namespace tessera::recording::test {
namespace {

namespace fs = std::filesystem;
constexpr std::uintmax_t MB = 1'000'000;

/// Root may read everything; for so long this is somebody who may not.
class Nobody {
 public:
  Nobody() {
    if (::geteuid() == 0) changed_ = ::seteuid(65534) == 0;
  }
  ~Nobody() {
    if (changed_ && ::seteuid(0) != 0) std::abort();
  }

 private:
  bool changed_ = false;
};
template <typename Command>
Said run_as_nobody(Command command) {
  return run([&] {
    const Nobody nobody;
    return command();
  });
}

class Places : public testing::Test {
 protected:
  Places() { open_up(directory_.path()); }
  static void open_up(const std::string& path) { ::chmod(path.c_str(), 0755); }

  Created made(const std::string& room, const char* state = "ready") {
    Created created = store_.create(room).value();
    Json manifest = load_manifest(created.directory).value();
    set_state(manifest, state);
    manifest.set("startedAt", "2026-01-01T00:00:00.000Z");
    EXPECT_TRUE(save_manifest(created.directory, manifest));
    for (const auto& path : {created.directory, fs::path(created.directory).parent_path().string()})
      open_up(path);
    ::chmod((created.directory + "/recording.json").c_str(), 0644);
    return created;
  }
  /// With a medium of so many bytes, as its manifest notes it.
  Created with_medium(std::uintmax_t bytes) {
    Created created = made("blue");
    std::ofstream(created.directory + "/recording.mp4") << "medium";
    fs::resize_file(created.directory + "/recording.mp4", bytes);
    Json manifest = load_manifest(created.directory).value();
    manifest.set("files", Json::array({"recording.mp4"}));
    manifest.set("sha256", sha256_of(created.directory + "/recording.mp4").value());
    EXPECT_TRUE(save_manifest(created.directory, manifest));
    return created;
  }
  static void put(const std::string& path) { std::ofstream(path) << "x"; }
  Said list(bool json = false) {
    return run([&] { return list_command(directory_.path(), "", json); });
  }
  Said verify(const std::vector<std::string>& which = {}) {
    return run([&] { return verify_command(directory_.path(), which, false); });
  }
  Said export_to(const std::string& output, const std::vector<std::string>& which, bool force = false) {
    return run([&] { return export_command(directory_.path(), which, output, force, false); });
  }

  TemporaryDirectory directory_, elsewhere_;
  Store store_{directory_.path()};
};

TEST_F(Places, AFolderThatIsNotThereIsNoSuccess) {
  const std::string none = directory_.path() + "/typo", file = directory_.path() + "/file";
  put(file);
  for (const std::string& folder : {none, file}) {
    const std::vector<Said> all = {run([&] { return list_command(folder, "", false); }),
                                   run([&] { return recover_command(folder, false); }),
                                   run([&] { return verify_command(folder, {}, false); }), run([&] {
                                     return export_command(folder, {"x"}, elsewhere_.path(), false, false);
                                   })};
    for (const Said& said : all) {
      EXPECT_EQ(said.status, 2) << said.out;
      EXPECT_TRUE(said.complains(folder)) << said.err;
      EXPECT_TRUE(said.complains("--recordings")) << said.err;
      EXPECT_EQ(said.out, "");
    }
  }
}

TEST_F(Places, BeforeTheFirstRecordingThereIsNothingToList) {
  const std::string none = directory_.path() + "/recordings";
  const Said listed = run([&] { return list_command(none, "", true, true); });
  EXPECT_EQ(listed.status, 0);
  EXPECT_EQ(Json::parse(listed.out).value(), Json::array());
  EXPECT_TRUE(listed.complains("nothing was recorded there yet"));
  EXPECT_EQ(run([&] { return recover_command(none, false, true); }).status, 0);
  put(none);
  EXPECT_EQ(run([&] { return list_command(none, "", false, true); }).status, 2) << "a file is a mistake";
}

TEST_F(Places, WhatCannotBeReadIsComplainedAbout_AndTheOthersAreHandled) {
  const Created room = made("attic"), folder = made("blue"), manifest = made("blue"), good = made("green");
  ::chmod((directory_.path() + "/attic").c_str(), 0700);
  ::chmod(folder.directory.c_str(), 0700);
  ::chmod((manifest.directory + "/recording.json").c_str(), 0600);
  if (::geteuid() != 0) {
    ::chmod((directory_.path() + "/attic").c_str(), 0);
    ::chmod(folder.directory.c_str(), 0);
    ::chmod((manifest.directory + "/recording.json").c_str(), 0);
  }
  const Said listed = run_as_nobody([&] { return list_command(directory_.path(), "", false); });
  EXPECT_EQ(listed.status, 1);
  EXPECT_TRUE(listed.prints(good.id));
  for (const std::string& hidden :
       {directory_.path() + "/attic", folder.directory, manifest.directory + "/recording.json"})
    EXPECT_TRUE(listed.complains("cannot read " + hidden + ": Permission denied")) << listed.err;
  EXPECT_EQ(run_as_nobody([&] { return recover_command(directory_.path(), false); }).status, 1);
  EXPECT_EQ(run_as_nobody([&] { return verify_command(directory_.path(), {}, false); }).status, 1);
  const Said one = run_as_nobody([&] { return verify_command(directory_.path(), {room.id}, false); });
  EXPECT_EQ(one.status, 2);
  EXPECT_TRUE(one.complains("attic: Permission denied")) << one.err;

  ::chmod(directory_.path().c_str(), ::geteuid() == 0 ? 0700 : 0);
  const Said all = run_as_nobody([&] { return verify_command(directory_.path(), {}, false); });
  EXPECT_EQ(all.status, 2);
  EXPECT_TRUE(all.complains("cannot look into")) << all.err;
  ::chmod(directory_.path().c_str(), 0755);
  for (const std::string& path : {directory_.path() + "/attic", folder.directory}) open_up(path);
}

TEST_F(Places, WhatNobodyHoldsIsInterrupted_AndWhatHasNoManifestIsShown) {
  const Created killed = made("blue", "recording"), held = made("blue", "recording"), bare = made("blue");
  for (const Created& one : {killed, held, bare}) put(one.directory + "/live.mkv");
  fs::remove(bare.directory + "/recording.json");
  const std::string bare_name = "blue/" + fs::path(bare.directory).filename().string();
  const auto lock = FolderLock::try_take(held.directory);

  const Json listed = Json::parse(list(true).out).value();
  ASSERT_EQ(listed.items().size(), 3u);
  EXPECT_EQ(listed.items()[0]["id"].as_string(), bare_name);
  EXPECT_EQ(listed.items()[0]["state"].as_string(), "no manifest");
  EXPECT_TRUE(listed.items()[0]["interrupted"].as_bool());
  EXPECT_EQ(listed.items()[1]["id"].as_string(), held.id);
  EXPECT_FALSE(listed.items()[1].has("interrupted"));
  EXPECT_EQ(listed.items()[2]["state"].as_string(), "recording") << "the manifest's own";
  EXPECT_TRUE(listed.items()[2]["interrupted"].as_bool());
  const Said table = list();
  EXPECT_TRUE(table.prints("interrupted")) << table.out;
  EXPECT_TRUE(table.prints(bare_name)) << table.out;

  const Said all = verify();
  EXPECT_EQ(all.status, 1);
  for (const std::string& name : {killed.id, bare_name}) {
    const Said one = verify({name});
    EXPECT_EQ(one.status, 1) << name;
    EXPECT_TRUE(one.prints("run: tessera recording recover")) << one.out;
  }
  const Said json = run([&] { return verify_command(directory_.path(), {bare_name}, true); });
  EXPECT_EQ(Json::parse(json.out).value()["id"].as_string(), bare_name) << "the name that the list has";
  const Said running = verify({held.id});
  EXPECT_EQ(running.status, 0);
  EXPECT_TRUE(running.prints("being recorded or finished now")) << running.out;
}

TEST_F(Places, VerifyIsRedForWhatFailed) {
  const Created full = made("blue", "failed"), lost = made("blue", "failed");
  put(full.directory + "/live.mkv");
  const Said can_be = verify({full.id}), cannot_be = verify({lost.id});
  EXPECT_EQ(can_be.status, 1);
  EXPECT_TRUE(can_be.prints("run: tessera recording recover")) << can_be.out;
  EXPECT_EQ(cannot_be.status, 1);
  EXPECT_TRUE(cannot_be.prints("nothing is left to recover")) << cannot_be.out;
}

TEST_F(Places, RecoverSaysHowManyOthersWorkOn) {
  const Created one = made("blue", "recording"), other = made("green", "finishing");
  put(one.directory + "/live.mkv");
  const auto first = FolderLock::try_take(one.directory), second = FolderLock::try_take(other.directory);
  const Said said = run([&] { return recover_command(directory_.path(), false); });
  EXPECT_EQ(said.status, 0);
  EXPECT_TRUE(said.prints("2 recordings are being recorded or finished by others")) << said.out;
}

TEST_F(Places, ExportRefusesTheNameOfAnotherKindOfFile) {
  const Created created = with_medium(1000);
  const std::string wrong = elsewhere_.path() + "/talk.webm";
  const Said said = export_to(wrong, {created.id});
  EXPECT_EQ(said.status, 2);
  EXPECT_TRUE(said.complains("the recording is MP4; name it " + elsewhere_.path() + "/talk.mp4")) << said.err;
  EXPECT_FALSE(fs::exists(wrong));
  EXPECT_EQ(export_to(elsewhere_.path() + "/archive.2026", {created.id}).status, 0) << "a folder with a dot";
}

TEST_F(Places, ExportOfSeveralIntoOneFileIsRefused) {
  const Created first = with_medium(1000), second = with_medium(1000);
  const Said said = export_to(elsewhere_.path() + "/talk.mp4", {first.id, second.id}, true);
  EXPECT_EQ(said.status, 2);
  EXPECT_TRUE(fs::is_empty(elsewhere_.path())) << said.err;
}

TEST_F(Places, AnInterruptedExportLeavesNothing) {
  const Created created = with_medium(200 * MB);
  for (const std::string& output : {elsewhere_.path() + "/talk.mp4", elsewhere_.path() + "/new/folder"}) {
    std::atomic<bool> over = false;
    std::thread control_c([&] {  // once it copies
      while (!over) {
        std::error_code failure;
        bool partial = false;
        auto item = fs::recursive_directory_iterator(elsewhere_.path(), failure);
        for (; !failure && item != fs::recursive_directory_iterator(); item.increment(failure))
          partial = partial || item->path().extension() == ".part";
        if (partial) break;
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
      }
      if (!over) ::kill(::getpid(), SIGINT);
    });
    const Said said = export_to(output, {created.id});
    over = true;
    control_c.join();
    EXPECT_EQ(said.status, interrupted_status) << said.out << said.err;
    EXPECT_TRUE(said.complains("interrupted"));
    fs::remove(elsewhere_.path() + "/new");  // only when it is empty
    EXPECT_TRUE(fs::is_empty(elsewhere_.path())) << output;
  }
}

TEST_F(Places, AnExportThatFailsTakesNothingAwayThatWasThere) {
  const Created created = with_medium(1000);
  const std::string place = elsewhere_.path() + "/blue-" + fs::path(created.directory).filename().string();
  fs::create_directory(place);
  put(place + "/notes.tmp");
  put(place + "/x.part");
  fs::resize_file(created.directory + "/recording.mp4", 999);
  EXPECT_EQ(export_to(elsewhere_.path(), {created.id}, true).status, 1);
  EXPECT_TRUE(fs::exists(place + "/notes.tmp") && fs::exists(place + "/x.part"));
}

TEST_F(Places, AnExportOntoAFullDiskLeavesNothing_AndNothingElseGoes) {
  const SmallDisk disk(elsewhere_.path(), 4);
  if (!disk.mounted()) GTEST_SKIP() << "mounting a tmpfs needs root";
  const Created created = with_medium(8 * MB);
  put(elsewhere_.path() + "/talk.mp4");
  const Said file = export_to(elsewhere_.path() + "/talk.mp4", {created.id}, true);
  EXPECT_EQ(file.status, 1);
  EXPECT_TRUE(file.complains("No space left")) << file.err;
  EXPECT_EQ(fs::file_size(elsewhere_.path() + "/talk.mp4"), 1u) << "what was to be replaced stays";
  EXPECT_EQ(export_to(elsewhere_.path(), {created.id}).status, 1);
  EXPECT_EQ(std::distance(fs::directory_iterator(elsewhere_.path()), fs::directory_iterator()), 1);
}

}  // namespace
}  // namespace tessera::recording::test
