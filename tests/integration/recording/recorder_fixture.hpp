#pragma once
// A recorder in a folder of its own, and what it says.

#include <gtest/gtest.h>

#include <filesystem>

#include "decoded.hpp"
#include "feed.hpp"
#include "recording/files.hpp"
#include "recording/finisher.hpp"
#include "recording/manifest.hpp"
#include "recording/media_probe.hpp"
#include "recording/part_files.hpp"

namespace tessera::recording::test {

using namespace std::chrono_literals;

class RecorderTest : public testing::Test {
 protected:
  void start(RecorderSpec spec) {
    auto made = Recorder::create(loop_, worker_, std::move(spec),
                                 [this](RecorderState state, const std::string& error) {
                                   states_.push_back(state);
                                   error_ = error;
                                 });
    ASSERT_TRUE(made) << made.error().message;
    recorder_ = std::move(*made);
  }
  void start(RecorderSpec spec, std::vector<RecorderEvent>& events) {
    spec.on_event = [&events](const RecorderEvent& event) { events.push_back(event); };
    start(std::move(spec));
  }
  bool wait_for(RecorderState state) {
    return loop_.run_until([&] { return !states_.empty() && states_.back() == state; }, 15s);
  }
  void stop() {
    recorder_->stop();
    ASSERT_TRUE(wait_for(RecorderState::finishing)) << error_;
  }
  Decoded finish_and_decode() {
    manifest_ =
        finish({.directory = directory_.path(), .recovered = false, .progress = {}, .go_on = {}}).value();
    return decode(directory_.path() + "/" + manifest_["files"].items().at(0).as_string());
  }

  TemporaryDirectory directory_;
  Loop loop_;
  SourceGuard tick_ = loop_.every(10ms, [] {});  // so that conditions are looked at
  Worker worker_{"test-worker"};
  std::vector<RecorderState> states_;
  std::string error_;
  std::shared_ptr<Recorder> recorder_;
  Json manifest_;
};

}  // namespace tessera::recording::test
