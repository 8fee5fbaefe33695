#pragma once
// What one seat's three sides share: the streaming thread that pushes, the control thread that sets, the
// tick.

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "audio/expected_loss.hpp"
#include "audio/mixer.hpp"
#include "media/bridge.hpp"

namespace tessera::media {

/// A program as the tick thread plays it: set on the control thread, pulled once a tick.
class ProgramSlot {
 public:
  void set(std::shared_ptr<ProgramSource> source) {
    const std::lock_guard lock(mutex_);
    source_.swap(source);  // the old one goes after the lock
  }
  /// The next tick of it, or null. Valid until the next pull. Tick thread.
  const audio::Program* pull() {
    std::shared_ptr<ProgramSource> source;
    {
      const std::lock_guard lock(mutex_);
      source = source_;
    }
    if (!source) return nullptr;
    playing_ = {};
    return source->next(playing_) ? &playing_ : nullptr;
  }

 private:
  std::mutex mutex_;
  std::shared_ptr<ProgramSource> source_;
  audio::Program playing_;
};

/// Owned by its handle (SeatHandle) and, for the length of a tick, by the tick thread. The mutex is held only
/// to move a few values; never while decoding, encoding or calling out.
class SeatCore {
 public:
  SeatCore(std::uint64_t id, std::string name, int channels)
      : mix(id, channels), name_(std::move(name)), channels_(channels) {
    mix.owner = name_;
  }

  // Any thread.
  void push(GstBuffer* packet, GstClockTime running_time, int lost, int level);
  void reset_input();
  void push_screen(GstBuffer* packet, GstClockTime running_time, int lost, int level);
  void reset_screen();
  void set_screen_muted(bool muted);
  void set_output(std::shared_ptr<const gst::FrameConsumer> consumer);
  void set_muted(bool muted);
  void set_gain(double gain);
  void set_playout_delay(std::chrono::milliseconds delay);
  void set_processing(audio::VoiceProcessing processing);
  void report_loss(double fraction);
  void set_held(bool held);
  void set_program(std::shared_ptr<ProgramSource> program) { program_.set(std::move(program)); }
  [[nodiscard]] BridgeSeat::Stats stats() const;
  [[nodiscard]] const std::string& name() const { return name_; }

  // Tick thread only.
  /// Takes over what was pushed and set since the last tick.
  void collect();
  BridgeSeat::Stats publish_stats();
  /// As of the last `collect`; may be null.
  [[nodiscard]] const std::shared_ptr<const gst::FrameConsumer>& output() const { return tick_output_; }
  /// Lets go of the consumer, so that nothing of the seat's owner is held between ticks.
  void release() { tick_output_.reset(); }
  audio::MixerSeat mix;

 private:
  /// What came since the last tick.
  struct Inbox {
    std::vector<audio::PlayoutPacket> packets;
    bool reset = false;  ///< before them
    void push(audio::PlayoutPacket packet);
    void start_afresh();
  };

  const std::string name_;
  const int channels_;
  mutable std::mutex mutex_;
  Inbox inbox_, screen_inbox_;
  std::shared_ptr<const gst::FrameConsumer> output_;
  bool muted_ = false, screen_muted_ = false, held_ = false;
  float gain_ = 1;
  audio::VoiceProcessing processing_;
  audio::ReportedLoss loss_;
  audio::Nanoseconds playout_delay_{20'000'000};
  BridgeSeat::Stats stats_;

  ProgramSlot program_;

  // Tick thread.
  Inbox taken_, screen_taken_;
  double meter_db_ = audio::silence_db;
  std::shared_ptr<const gst::FrameConsumer> tick_output_;
};

/// Every seat of a bridge. Shared by the bridge and its seats' handles, whichever goes first.
class SeatList {
 public:
  void add(std::shared_ptr<SeatCore> core);
  void remove(const SeatCore* core);
  void snapshot(std::vector<std::shared_ptr<SeatCore>>& out) const;
  [[nodiscard]] std::size_t size() const;

 private:
  mutable std::mutex mutex_;
  std::vector<std::shared_ptr<SeatCore>> cores_;
};

/// Set on the tick thread: owners' closures must not be destroyed there.
extern thread_local bool on_bridge_thread;

/// A shared closure whose captures are destroyed on the control thread even if the tick thread lets go of it
/// last: a consumer may hold an endpoint, and to end one there would block the sound of the room.
template <typename Closure>
std::shared_ptr<const Closure> share_closure(Loop& loop, Closure closure) {
  return std::shared_ptr<const Closure>(new Closure(std::move(closure)), [&loop](const Closure* last) {
    if (!on_bridge_thread) {
      delete last;
      return;
    }
    loop.post([held = std::shared_ptr<const Closure>(last)] {});
  });
}

class SeatHandle final : public BridgeSeat {
 public:
  SeatHandle(Loop& loop, std::shared_ptr<SeatList> list, std::shared_ptr<SeatCore> core)
      : loop_(loop), list_(std::move(list)), core_(std::move(core)) {}
  ~SeatHandle() override;

  void push(GstBuffer* packet, GstClockTime running_time, int lost, int level) override {
    core_->push(packet, running_time, lost, level);
  }
  void reset_input() override { core_->reset_input(); }
  void push_screen(GstBuffer* packet, GstClockTime running_time, int lost, int level) override {
    core_->push_screen(packet, running_time, lost, level);
  }
  void reset_screen() override { core_->reset_screen(); }
  void set_screen_muted(bool muted) override { core_->set_screen_muted(muted); }
  void set_output(gst::FrameConsumer consumer) override;
  void set_muted(bool muted) override { core_->set_muted(muted); }
  void set_gain(double gain) override { core_->set_gain(gain); }
  void set_playout_delay(std::chrono::milliseconds delay) override { core_->set_playout_delay(delay); }
  void set_processing(audio::VoiceProcessing processing) override { core_->set_processing(processing); }
  void report_loss(double fraction) override { core_->report_loss(fraction); }
  void set_held(bool held) override { core_->set_held(held); }
  void set_program(std::shared_ptr<ProgramSource> program) override {
    core_->set_program(std::move(program));
  }
  [[nodiscard]] Stats stats() const override { return core_->stats(); }

 private:
  Loop& loop_;
  std::shared_ptr<SeatList> list_;
  std::shared_ptr<SeatCore> core_;
};

}  // namespace tessera::media
