// Endpoints come and go: nothing may stay behind, whatever they were doing.

#include <dirent.h>

#include <fstream>

#include "endpoint_fixture.hpp"

namespace tessera::webrtc::test {
namespace {

int entries(const char* directory) {
  int count = 0;
  if (DIR* dir = opendir(directory)) {
    while (readdir(dir)) ++count;
    closedir(dir);
  }
  return count;
}
int threads() {
  return entries("/proc/self/task");
}
int descriptors() {
  return entries("/proc/self/fd");
}

class LifetimeTest : public EndpointFixture {
 protected:
  enum class Phase { at_once, answered, connected };

  void round(Phase phase) {
    heard_ = std::make_shared<Heard>();
    if (phase == Phase::connected) {
      join({}, EndpointKind::participant);
      const auto video = pump(gst::Codec::vp8), audio = pump(gst::Codec::opus);
      EXPECT_TRUE(until([&] { return heard_->video_buffers > 2 && client_->video_frames > 2; }));
    } else {
      create(spec(EndpointKind::participant, offer_));
      if (phase == Phase::answered) {
        EXPECT_TRUE(until([&] { return !heard_->answer.empty(); }));
      }
      for (int i = 0; i < round_ % 7; ++i)
        g_main_context_iteration(loop_.context(), FALSE);  // a different moment each time
      ++round_;
    }
    endpoint_.reset();
    client_.reset();
    EXPECT_EQ(heard_->closed, "");
  }

  void churn(Phase phase, int rounds) {
    if (const char* more = g_getenv("TESSERA_TEST_ROUNDS")) rounds = std::atoi(more);
    offer_ = TestClient(loop_, ClientSpec{}).offer(false);
    for (int i = 0; i < 3; ++i) round(phase);  // thread pools, plugin registry, certificate: made once
    settle();
    const int threads_before = threads(), descriptors_before = descriptors();
    for (int i = 0; i < rounds; ++i) round(phase);
    EXPECT_TRUE(until([&] { return threads() <= threads_before && descriptors() <= descriptors_before; },
                      milliseconds(15'000)))
        << "threads " << threads_before << " → " << threads() << ", descriptors " << descriptors_before
        << " → " << descriptors();
  }

  std::string offer_;
  int round_ = 0;

  // Waits until the worker is done and idle pool threads have gone.
  void settle() {
    bool idle = false;
    worker_->run("settle", [&] { loop_.post([&] { idle = true; }); });
    EXPECT_TRUE(until([&] { return idle; }));
    int last = -1;
    auto quiet_since = gst::now();
    until([&] {
      if (threads() != last) {
        last = threads();
        quiet_since = gst::now();
      }
      return gst::now() > quiet_since + GST_SECOND;
    });
  }
};

TEST_F(LifetimeTest, DestroyedBeforeTheAnswer) {
  churn(Phase::at_once, 30);
}
TEST_F(LifetimeTest, DestroyedAfterTheAnswer) {
  churn(Phase::answered, 30);
}
TEST_F(LifetimeTest, DestroyedWhileConnected) {
  churn(Phase::connected, 30);
}

TEST_F(LifetimeTest, NoCallbackComesAfterDestruction) {
  join({}, EndpointKind::participant);
  ASSERT_TRUE(until([&] { return heard_->audio_packets > 10; }));
  endpoint_.reset();
  const int packets = heard_->audio_packets, frames = heard_->video_sources;
  until([] { return false; }, milliseconds(300));
  EXPECT_EQ(heard_->audio_packets, packets);
  EXPECT_EQ(heard_->video_sources, frames);
}

TEST_F(LifetimeTest, MayBeDroppedInsideItsOwnCallback) {
  client_ = std::make_unique<TestClient>(loop_, ClientSpec{});
  auto calls = events();
  calls.answer = [this](std::string) { endpoint_.reset(); };
  auto made =
      Endpoint::create(loop_, *worker_, spec(EndpointKind::participant, client_->offer(false)), calls);
  ASSERT_TRUE(made);
  endpoint_ = std::move(*made);
  EXPECT_TRUE(until([&] { return !endpoint_; }));
}

}  // namespace
}  // namespace tessera::webrtc::test
