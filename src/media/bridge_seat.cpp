#include "media/bridge_seat.hpp"

#include <algorithm>

#include "gst/element.hpp"

namespace tessera::media {
namespace {

constexpr std::size_t most_in_inbox = 500;  // a tick that stands still must not fill the memory

constexpr double meter_fall_db = 30 * 0.02;  // a tick

audio::Nanoseconds ns(GstClockTime time) {
  return audio::Nanoseconds{static_cast<std::int64_t>(time)};
}

template <typename Rep, typename Period>
int in_ms(std::chrono::duration<Rep, Period> time) {
  return static_cast<int>(std::chrono::round<std::chrono::milliseconds>(time).count());
}

audio::PlayoutPacket taken_from(GstBuffer* packet, GstClockTime running_time, int lost, int level) {
  const GstClockTime arrival = gst::now();
  audio::PlayoutPacket taken;
  taken.data.resize(gst_buffer_get_size(packet));
  gst_buffer_extract(packet, 0, taken.data.data(), taken.data.size());
  taken.arrival = ns(arrival);
  taken.running_time = GST_CLOCK_TIME_IS_VALID(running_time) ? ns(running_time) : taken.arrival;
  taken.lost = std::max(lost, 0);
  taken.level = level;
  return taken;
}

}  // namespace

thread_local bool on_bridge_thread = false;

void SeatCore::Inbox::push(audio::PlayoutPacket packet) {
  if (packets.size() < most_in_inbox) packets.push_back(std::move(packet));
}

void SeatCore::Inbox::start_afresh() {
  packets.clear();
  reset = true;
}

void SeatCore::push(GstBuffer* packet, GstClockTime running_time, int lost, int level) {
  auto taken = taken_from(packet, running_time, lost, level);
  const std::lock_guard lock(mutex_);
  inbox_.push(std::move(taken));
}

void SeatCore::reset_input() {
  const std::lock_guard lock(mutex_);
  inbox_.start_afresh();
}

void SeatCore::push_screen(GstBuffer* packet, GstClockTime running_time, int lost, int level) {
  auto taken = taken_from(packet, running_time, lost, level);
  const std::lock_guard lock(mutex_);
  screen_inbox_.push(std::move(taken));
}

void SeatCore::reset_screen() {
  const std::lock_guard lock(mutex_);
  screen_inbox_.start_afresh();
}

void SeatCore::set_screen_muted(bool muted) {
  const std::lock_guard lock(mutex_);
  screen_muted_ = muted;
}

void SeatCore::set_output(std::shared_ptr<const gst::FrameConsumer> consumer) {
  const std::lock_guard lock(mutex_);
  output_.swap(consumer);  // the old one goes after the lock
  loss_.forget();          // it was the old connection's
}

void SeatCore::set_muted(bool muted) {
  const std::lock_guard lock(mutex_);
  muted_ = muted;
}

void SeatCore::set_gain(double gain) {
  const std::lock_guard lock(mutex_);
  gain_ = static_cast<float>(gain >= 0 ? std::min(gain, 4.0) : 0);  // NaN is silence
}

void SeatCore::set_playout_delay(std::chrono::milliseconds delay) {
  const std::lock_guard lock(mutex_);
  playout_delay_ =
      std::clamp<audio::Nanoseconds>(delay, std::chrono::milliseconds(0), std::chrono::milliseconds(700));
}

void SeatCore::set_processing(audio::VoiceProcessing processing) {
  const std::lock_guard lock(mutex_);
  processing_ = processing;
}

void SeatCore::report_loss(double fraction) {
  const std::lock_guard lock(mutex_);
  loss_.note(fraction);
}

void SeatCore::set_held(bool held) {
  const std::lock_guard lock(mutex_);
  held_ = held;
}

BridgeSeat::Stats SeatCore::stats() const {
  const std::lock_guard lock(mutex_);
  return stats_;
}

void SeatCore::collect() {
  bool screen_muted = false;
  audio::Nanoseconds delay{};
  {
    const std::lock_guard lock(mutex_);
    std::swap(taken_, inbox_);
    std::swap(screen_taken_, screen_inbox_);
    screen_muted = screen_muted_;
    tick_output_ = output_;
    mix.muted = muted_;
    mix.held = held_;
    mix.gain = gain_;
    mix.processing = processing_;
    mix.expected_loss = loss_.percent();
    delay = playout_delay_;
  }
  mix.listening = tick_output_ && *tick_output_;
  mix.program = program_.pull();  // time passes in it whether somebody listens or not
  if (!mix.screen && !screen_taken_.packets.empty()) mix.screen.emplace(channels_);
  if (mix.screen) mix.screen->muted = screen_muted;
  const auto take = [delay](Inbox& from, audio::PlayoutBuffer& playout) {
    if (std::exchange(from.reset, false)) playout.reset();
    playout.set_playout_delay(delay);
    for (auto& packet : from.packets) playout.push(std::move(packet));
    from.packets.clear();
  };
  take(taken_, mix.playout);
  if (mix.screen) take(screen_taken_, mix.screen->playout);
}

BridgeSeat::Stats SeatCore::publish_stats() {
  meter_db_ = std::max(mix.level_db(), meter_db_ - meter_fall_db);
  const auto playout = mix.playout.stats();
  const BridgeSeat::Stats stats{.packets = playout.packets,
                                .concealed = playout.concealed,
                                .late = playout.late,
                                .buffered_ms = in_ms(playout.buffered),
                                .level_db = mix.level_db(),
                                .meter_db = meter_db_,
                                .talking = mix.talking(),
                                .private_encode = mix.has_private(),
                                .expected_loss = mix.expected_loss,
                                .processed = mix.processed(),
                                .delay_ms = in_ms(playout.delay)};
  const std::lock_guard lock(mutex_);
  stats_ = stats;
  return stats;
}

void SeatList::add(std::shared_ptr<SeatCore> core) {
  const std::lock_guard lock(mutex_);
  cores_.push_back(std::move(core));
}

void SeatList::remove(const SeatCore* core) {
  const std::lock_guard lock(mutex_);
  std::erase_if(cores_, [core](const auto& each) { return each.get() == core; });
}

void SeatList::snapshot(std::vector<std::shared_ptr<SeatCore>>& out) const {
  const std::lock_guard lock(mutex_);
  out = cores_;
}

std::size_t SeatList::size() const {
  const std::lock_guard lock(mutex_);
  return cores_.size();
}

SeatHandle::~SeatHandle() {
  list_->remove(core_.get());
  core_->set_output(nullptr);
}

void SeatHandle::set_output(gst::FrameConsumer consumer) {
  core_->set_output(consumer ? share_closure(loop_, std::move(consumer)) : nullptr);
}

}  // namespace tessera::media
