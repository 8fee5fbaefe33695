#include "media/bridge.hpp"

#include <pthread.h>
#include <sys/resource.h>
#include <time.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "base/log.hpp"
#include "gst/cpu_stage.hpp"
#include "gst/element.hpp"
#include "media/bridge_seat.hpp"

namespace tessera::media {
namespace {

constexpr GstClockTime tick_length = 20 * GST_MSECOND;
constexpr GstClockTime late = 10 * GST_MSECOND;
constexpr int limiter_delay_ms = audio::Limiter::delay * 1'000 / audio::sample_rate;
constexpr GstClockTime hopeless = 200 * GST_MSECOND;

/// Sleeps until a time of the shared clock, which is CLOCK_MONOTONIC with base 0.
void sleep_until(GstClockTime time) {
  const timespec until{static_cast<time_t>(time / GST_SECOND), static_cast<long>(time % GST_SECOND)};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr) == EINTR) {
  }
}

gst::EncodedFrame encoded_frame(std::span<const std::uint8_t> packet, GstClockTime time) {
  auto buffer = gst::adopt(gst_buffer_new_memdup(packet.data(), packet.size()));
  GST_BUFFER_PTS(buffer.get()) = time;
  GST_BUFFER_DURATION(buffer.get()) = tick_length;
  return {.codec = gst::Codec::opus,
          .running_time = time,
          .duration = tick_length,
          .key = true,
          .buffer = gst::EncodedFrame::share(std::move(buffer))};
}

/// The recorder's side: who wants the whole mix as PCM. A subscription ends when its token goes.
class PcmSubscribers {
 public:
  void add(const std::shared_ptr<const PcmConsumer>& consumer) {
    const std::lock_guard lock(mutex_);
    consumers_.push_back(consumer);
  }
  void call(const PcmFrame& frame) {
    std::vector<std::shared_ptr<const PcmConsumer>> alive;
    {
      const std::lock_guard lock(mutex_);
      std::erase_if(consumers_, [&alive](const auto& weak) {
        auto held = weak.lock();
        if (!held) return true;
        alive.push_back(std::move(held));
        return false;
      });
    }
    for (const auto& consumer : alive) (*consumer)(frame);
  }

 private:
  std::mutex mutex_;
  std::vector<std::weak_ptr<const PcmConsumer>> consumers_;
};

/// Control-thread side of on_speakers: the tick posts to it and holds it weakly.
struct Speakers {
  std::function<void(std::vector<std::string>)> callback;
};

/// Owned by the room, on the control thread. The destructor ends the tick thread (within one tick).
class OpusBridge final : public Bridge {
 public:
  OpusBridge(Loop& loop, std::unique_ptr<audio::Mixer> mixer, int channels)
      : loop_(loop), channels_(channels), mixer_(std::move(mixer)) {
    thread_ = std::thread([this] { run(); });
  }
  ~OpusBridge() override {
    stopping_ = true;
    thread_.join();
  }

  std::shared_ptr<BridgeSeat> add_seat(const std::string& name) override {
    auto core = std::make_shared<SeatCore>(++last_id_, name, channels_);
    seats_->add(core);
    return std::make_shared<SeatHandle>(loop_, seats_, std::move(core));
  }

  void set_room_program(std::shared_ptr<ProgramSource> program) override {
    room_program_.set(std::move(program));
  }
  void set_hold_program(std::shared_ptr<ProgramSource> program) override {
    hold_program_.set(std::move(program));
  }

  std::shared_ptr<void> subscribe_pcm(PcmConsumer consumer) override {
    auto shared = share_closure(loop_, std::move(consumer));
    pcm_.add(shared);
    return std::const_pointer_cast<PcmConsumer>(shared);
  }

  void on_speakers(std::function<void(std::vector<std::string>)> callback) override {
    speakers_->callback = std::move(callback);
  }

  [[nodiscard]] Stats stats() const override {
    return {.ticks = ticks_.load(),
            .late_ticks = late_ticks_.load(),
            .encoders = encoders_.load(),
            .seats = static_cast<int>(seats_->size()),
            .delay_ms = delay_ms_.load(),
            .expected_loss = expected_loss_.load(),
            .skipped_ticks = skipped_ticks_.load()};
  }

 private:
  void run();
  void tick(GstClockTime time);
  void deliver(const audio::Mixer::Tick& result, GstClockTime time);
  void name_speakers(std::span<const std::uint64_t> talkers);

  Loop& loop_;
  const int channels_;
  const std::unique_ptr<audio::Mixer> mixer_;  // tick thread
  const std::shared_ptr<SeatList> seats_ = std::make_shared<SeatList>();
  const std::shared_ptr<Speakers> speakers_ = std::make_shared<Speakers>();  // its callback: control thread
  PcmSubscribers pcm_;
  ProgramSlot room_program_, hold_program_;
  std::uint64_t last_id_ = 0;  // control thread

  // Tick thread: kept between ticks for their memory only.
  std::vector<std::shared_ptr<SeatCore>> present_;
  std::vector<audio::MixerSeat*> mixed_;

  std::atomic<std::uint64_t> ticks_ = 0, late_ticks_ = 0, skipped_ticks_ = 0;
  std::atomic<int> encoders_ = 0, delay_ms_ = 0, expected_loss_ = 0;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

void OpusBridge::run() {
  pthread_setname_np(pthread_self(), "bridge");
  on_bridge_thread = true;
  // Sound first: a tick that waits behind a video encoder is heard by everybody. Only where the process may
  // (on Linux, 0 means the calling thread); without the right the thread is one among equals.
  (void)setpriority(PRIO_PROCESS, 0, -11);
  GstClockTime next = (gst::now() / tick_length + 1) * tick_length;
  while (!stopping_) {
    sleep_until(next);
    const GstClockTime now = gst::now();
    const GstClockTime behind = now > next ? now - next : 0;
    if (behind > hopeless) {
      const GstClockTime caught_up = now / tick_length * tick_length;
      const std::uint64_t skipped = (caught_up - next) / tick_length;
      skipped_ticks_ += skipped;
      log::warn("bridge: {} ms behind; {} ticks left out", behind / GST_MSECOND, skipped);
      next = caught_up;
    } else if (behind > late) {
      ++late_ticks_;
    }
    tick(next);
    next += tick_length;
  }
}

void OpusBridge::tick(GstClockTime time) {
  const gst::StageTimer timer(gst::Stage::audio);
  seats_->snapshot(present_);
  mixed_.clear();
  for (const auto& seat : present_) {
    seat->collect();
    mixed_.push_back(&seat->mix);
  }
  const audio::Programs programs{.room = room_program_.pull(), .hold = hold_program_.pull()};
  const auto result = mixer_->tick(audio::Nanoseconds{static_cast<std::int64_t>(time)}, mixed_, programs);
  deliver(result, time);
  if (result.talkers_changed) name_speakers(result.talkers);
  int delay = 0;
  for (const auto& seat : present_) {
    delay = std::max(delay, seat->publish_stats().delay_ms);
    seat->release();
  }
  delay_ms_ = delay > 0 ? delay + limiter_delay_ms : 0;
  expected_loss_ = result.expected_loss;
  present_.clear();
  encoders_ = result.encoders;
  ++ticks_;
}

void OpusBridge::deliver(const audio::Mixer::Tick& result, GstClockTime time) {
  gst::EncodedFrame shared, hold;  // one buffer for all who hear the same
  if (!result.shared.empty()) shared = encoded_frame(result.shared, time);
  if (!result.hold.empty()) hold = encoded_frame(result.hold, time);
  for (const auto& seat : present_) {
    if (!seat->mix.listening) continue;
    if (!seat->mix.packet().empty())
      (*seat->output())(encoded_frame(seat->mix.packet(), time));
    else if (seat->mix.hears_shared() && shared.buffer)
      (*seat->output())(shared);
    else if (seat->mix.hears_hold() && hold.buffer)
      (*seat->output())(hold);
  }
  pcm_.call({.running_time = time,
             .samples = result.mix.data(),
             .count = audio::tick_samples,
             .channels = channels_});
}

void OpusBridge::name_speakers(std::span<const std::uint64_t> talkers) {
  std::vector<std::string> names;
  for (const std::uint64_t id : talkers) {
    const auto found = std::find_if(present_.begin(), present_.end(),
                                    [id](const auto& seat) { return seat->mix.id() == id; });
    if (found != present_.end()) names.push_back((*found)->name());
  }
  loop_.post([weak = std::weak_ptr(speakers_), names = std::move(names)]() mutable {
    const auto speakers = weak.lock();
    if (speakers && speakers->callback) speakers->callback(std::move(names));
  });
}

}  // namespace

Result<std::unique_ptr<Bridge>> Bridge::create(Loop& loop, BridgeSpec spec) {
  gst::ensure_initialised();
  audio::MixerSpec mixer_spec;
  mixer_spec.max_talkers = spec.max_talkers;
  mixer_spec.encoder = spec.encoder;
  auto mixer = audio::Mixer::create(mixer_spec);
  if (!mixer) return std::move(mixer).error();
  return std::unique_ptr<Bridge>(
      std::make_unique<OpusBridge>(loop, std::move(mixer).value(), spec.encoder.channels));
}

}  // namespace tessera::media
