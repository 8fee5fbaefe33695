// Everybody who hears a recorded room is told so, once.
#include "room/recording_notice.hpp"

#include <gtest/gtest.h>

#include <map>
#include <utility>

namespace tessera::room {
namespace {

class RecordingNoticeTest : public testing::Test {
 protected:
  using Ids = std::vector<std::string>;
  Ids hearers_{"ann", "bob"}, settling_, said_, unsaid_;
  bool silent_ = false;  // nothing can be played
  int number_ = 0;
  std::map<std::string, std::string> words_;  // the announcement to each
  RecordingNotice notice_{[this] {
                            std::vector<RecordingNotice::Hearer> all;
                            for (const auto& id : hearers_) all.push_back({id});
                            for (const auto& id : settling_) all.push_back({id, false});
                            return all;
                          },
                          [this](const std::string& to) -> std::string {
                            said_.push_back(to);
                            return silent_ ? "" : words_[to] = "a" + std::to_string(++number_);
                          },
                          [this](const std::string& id) { unsaid_.push_back(id); }};

  Ids said() { return std::exchange(said_, {}); }
  void words_are(const std::string& to, const std::string& state) {
    notice_.words_are(words_.at(to), to, state);
  }
  void start(const std::string& recording) {
    notice_.begin(recording, true, false);
    notice_.recording_is(recording, "starting");
    EXPECT_EQ(said(), Ids{}) << "not before the file runs";
    notice_.recording_is(recording, "recording");
    EXPECT_EQ(said(), Ids{""});
  }
  /// A recording that has been announced to those who are there.
  void announced() {
    start("r1");
    words_are("", "playing");
    words_are("", "ended");
    EXPECT_EQ(said(), Ids{});
  }
};

TEST_F(RecordingNoticeTest, AllTogetherWhenItRunsAndWhoComesLaterAlone) {
  start("r1");
  words_are("", "playing");
  hearers_ = {"ann", "bob", "cyd"};
  notice_.look();
  EXPECT_EQ(said(), Ids{}) << "not over the words to all";
  words_are("", "ended");
  EXPECT_EQ(said(), Ids{"cyd"}) << "who came in their midst";
  notice_.look();
  words_are("cyd", "playing");
  words_are("cyd", "ended");
  notice_.look();
  EXPECT_EQ(said(), Ids{}) << "once";
}

TEST_F(RecordingNoticeTest, WhoHasJustConnectedIsWaitedFor) {
  announced();
  settling_ = {"cyd"};
  notice_.look();
  EXPECT_EQ(said(), Ids{});
  hearers_.push_back("cyd");
  settling_.clear();
  notice_.look();
  EXPECT_EQ(said(), Ids{"cyd"});
}

TEST_F(RecordingNoticeTest, WhoseConnectionGoesBeforeTheEndHasNotBeenTold) {
  announced();
  hearers_ = {"ann", "bob", "cyd"};
  notice_.look();
  EXPECT_EQ(said(), Ids{"cyd"});
  hearers_ = {"ann", "bob"};
  settling_ = {"cyd"};  // a new connection
  words_are("cyd", "ended");
  EXPECT_EQ(said(), Ids{});
  hearers_ = {"ann", "bob", "cyd"};
  settling_.clear();
  notice_.look();
  EXPECT_EQ(said(), Ids{"cyd"});
}

TEST_F(RecordingNoticeTest, TheWordsToAllAreHeardByThoseWhoAreThereFromBeginningToEnd) {
  hearers_ = {"ann", "bob", "cyd"};
  settling_ = {"dan"};
  start("r1");
  words_are("", "playing");
  hearers_ = {"ann", "cyd", "dan"};  // Bob has gone
  settling_ = {"bob"};               // and come back
  words_are("", "ended");
  EXPECT_EQ(said(), Ids{"dan"});
  hearers_.push_back("bob");
  settling_.clear();
  notice_.look();
  EXPECT_EQ(said(), Ids{"bob"});
}

TEST_F(RecordingNoticeTest, APauseTellsNobodyAndItsEndWhoCameMeanwhile) {
  announced();
  notice_.recording_is("r1", "paused");
  hearers_.push_back("cyd");
  notice_.look();
  EXPECT_EQ(said(), Ids{});
  notice_.recording_is("r1", "recording");
  EXPECT_EQ(said(), Ids{"cyd"});
}

TEST_F(RecordingNoticeTest, NothingAfterItsEndNorWhenNotAnnounced) {
  announced();
  notice_.recording_is("r1", "finishing");
  hearers_.push_back("cyd");
  notice_.look();
  notice_.begin("r2", false, false);
  notice_.recording_is("r2", "recording");
  notice_.look();
  EXPECT_EQ(said(), Ids{});
  notice_.begin("r3", true, false);
  notice_.recording_is("r2", "finishing");  // late
  notice_.recording_is("r3", "recording");
  EXPECT_EQ(said(), Ids{""}) << "all anew";
}

TEST_F(RecordingNoticeTest, WordsEndWithTheirRecordingAndAreNotTakenForTheNextOnes) {
  start("r1");
  const std::string first = words_.at("");
  words_are("", "playing");
  notice_.recording_is("r1", "stopping");
  EXPECT_EQ(unsaid_, Ids{first});
  start("r2");
  notice_.words_are(first, "", "stopped");
  notice_.look();
  EXPECT_EQ(said(), Ids{}) << "the second words still play";
  words_are("", "playing");
  words_are("", "ended");
  EXPECT_EQ(said(), Ids{});
}

TEST_F(RecordingNoticeTest, AfterACrashWhoComesBackIsTold) {
  hearers_.clear();
  notice_.begin("r1", true, true);
  notice_.recording_is("r1", "recording");
  EXPECT_EQ(said(), Ids{});
  hearers_ = {"ann"};
  notice_.look();
  EXPECT_EQ(said(), Ids{"ann"});
}

TEST_F(RecordingNoticeTest, AFewAtATime) {
  announced();
  for (int i = 0; i < 20; ++i) hearers_.push_back("p" + std::to_string(i));
  notice_.look();
  EXPECT_EQ(said().size(), 8U);
  words_are("p0", "ended");
  words_are("p1", "stopped");
  EXPECT_EQ(said(), (Ids{"p8", "p9"}));
  notice_.recording_is("r1", "finishing");
  EXPECT_EQ(unsaid_.size(), 8U);
}

TEST_F(RecordingNoticeTest, WhatAnOperatorStopsBeginsForNobodyAgain) {
  start("r1");
  words_are("", "stopped");
  EXPECT_EQ(said(), Ids{});
  hearers_.push_back("cyd");
  notice_.look();
  EXPECT_EQ(said(), Ids{"cyd"});
  words_are("cyd", "stopped");
  notice_.look();
  EXPECT_EQ(said(), Ids{});
}

TEST_F(RecordingNoticeTest, WordsThatCannotBePlayedAreNotTriedForEver) {
  start("r1");
  words_are("", "failed");
  notice_.look();
  EXPECT_EQ(said(), Ids{});
  silent_ = true;
  hearers_.push_back("cyd");
  notice_.look();
  notice_.look();
  EXPECT_EQ(said(), Ids{"cyd"});
}

}  // namespace
}  // namespace tessera::room
