#include "audio/playout_buffer.hpp"

#include <algorithm>
#include <cmath>

#include "audio/level.hpp"

namespace tessera::audio {
namespace {

using namespace std::chrono_literals;
constexpr Nanoseconds plausible = 1s;      // a running time further from the clock than this is not on it
constexpr double tolerance = 480;          // 10 ms: packets this close to the axis are the next ones in line
constexpr double late_slack = 2'880;       // 60 ms above the target: as late as a packet may be and be played
constexpr double longest_rebuilt = 2'880;  // 60 ms: the longest gap FEC is asked for
constexpr std::size_t longest_concealed = 3'840;  // 80 ms
constexpr double longest_bridged = 9'600;         // 200 ms: a longer gap is silence at once
constexpr double longest_held = 48'000;           // 1 s
constexpr std::size_t fade = 240;                 // 5 ms
constexpr std::size_t settle_packets = 4;         // what a decoder needs to settle (RFC 7845: 80 ms)
constexpr double look_back_limit = 912;           // 19 ms above the target: worked off by resampling alone
constexpr std::size_t opus_step = 120;            // 2.5 ms: concealment comes in these

std::size_t in_steps(double samples) {
  return std::max<std::size_t>(1, static_cast<std::size_t>(std::ceil(samples / opus_step))) * opus_step;
}

}  // namespace

void PlayoutBuffer::push(PlayoutPacket packet) {
  ++stats_.packets;
  const std::size_t samples = packet_samples(packet.data);
  if (samples == 0) return;  // not Opus: the gap it leaves is concealed
  if (!place_on_axis(packet)) {
    ++stats_.late;
    return;
  }
  const Nanoseconds start = packet.running_time + bias_;
  target_.note(packet.arrival - start, packet.arrival);
  Held held{std::move(packet), static_cast<double>(samples_of(start)), samples};
  auto place = queue_.end();
  while (place != queue_.begin() && std::prev(place)->start > held.start) --place;
  queue_.insert(place, std::move(held));
  drop_excess();
}

/// Running times should be near the clock. Those that are not for half a second (a sender report gone wrong)
/// are shifted so that they are: sound matters more than lips. What a stall delivers late is no such case: it
/// comes at once.
bool PlayoutBuffer::place_on_axis(const PlayoutPacket& packet) {
  const auto near = [&packet](Nanoseconds bias, Nanoseconds limit) {
    const Nanoseconds off = packet.arrival - (packet.running_time + bias);
    return off <= limit && off >= -limit;
  };
  const auto shift = [this](Nanoseconds bias) {
    bias_ = bias;
    queue_.clear();
    target_.forget();
    astray_since_.reset();
  };
  if (bias_ != Nanoseconds{} && near(Nanoseconds{}, plausible / 5)) shift(Nanoseconds{});
  if (near(bias_, plausible)) {
    astray_since_.reset();
    return true;
  }
  if (!astray_since_) astray_since_ = packet.arrival;
  if (packet.arrival - *astray_since_ < plausible / 2) return false;
  shift(packet.arrival - packet.running_time);
  return true;
}

void PlayoutBuffer::drop_excess() {
  while (queue_.size() > 1 && queue_.back().start - queue_.front().start > longest_held) {
    ++stats_.late;
    queue_.pop_front();
  }
}

void PlayoutBuffer::reset() {
  queue_.clear();
  undecoded_.clear();
  unheard_ = 0;
  taken_ = 0;
  fifo_.clear();
  resampler_.reset();
  target_.forget();
  if (decoder_) decoder_->reset();
  bias_ = {};
  astray_since_.reset();
  playing_ = false;
  off_ = 0;
  ticks_over_ = 0;
}

std::optional<double> PlayoutBuffer::next_level(Nanoseconds tick) const {
  // What is in the fifo was judged when it was decoded or passed over; only what comes behind it counts.
  const double now = static_cast<double>(samples_of(tick));
  const double until =
      playing_ ? end_ + static_cast<double>(resampler_.needs()) - static_cast<double>(fifo_.size())
               : now - static_cast<double>(samples_of(target_.delay())) + tick_samples;
  bool any = false;
  double loudest = silence_db;
  for (const Held& held : queue_) {
    if (held.start >= until + tolerance) break;
    if (held.packet.level < 0) return std::nullopt;
    any = true;
    loudest = std::max(loudest, -static_cast<double>(held.packet.level));
  }
  if (any || !playing_) return loudest;
  return last_level_ < 0 ? std::nullopt : std::optional(-static_cast<double>(last_level_));
}

bool PlayoutBuffer::pull(Nanoseconds tick, std::span<std::int16_t> out, Pull how) {
  target_.update(tick);
  const Now now{static_cast<double>(samples_of(tick)), static_cast<double>(samples_of(target_.delay())), how};
  stats_.target = target_.delay();
  if (!playing_ && !begin(now, late_slack)) {
    std::fill(out.begin(), out.end(), std::int16_t{0});
    stats_.delay = {};
    taken_ = 0;
    return false;
  }
  steer(now);
  stats_.delay = duration_of(std::llround(delay(now)));
  bool more = true;
  while (more && fifo_.size() < resampler_.needs())
    more = append(now, resampler_.needs() - fifo_.size()) == Next::appended;
  const std::size_t needs = resampler_.needs();
  if (fifo_.size() < needs) {  // nothing left, not even to make up: silence from here until a packet comes
    fade_out();
    fifo_.extend(needs - fifo_.size());
    playing_ = false;
  }
  produce(needs, out);
  if (!playing_) {
    fifo_.clear();
    unheard_ = taken_ = 0;
    resampler_.reset();
  }
  return true;
}

void PlayoutBuffer::produce(std::size_t needs, std::span<std::int16_t> out) {
  resampler_.process(fifo_.front(needs), out);
  fifo_.consume(needs);
  taken_ = needs;
}

void PlayoutBuffer::look_back(std::span<std::int16_t> out) {
  if (taken_ == 0) return;
  const double room = std::max(0.0, look_back_limit - std::max(off_, 0.0));
  const std::size_t wanted = std::min(tick_samples, static_cast<std::size_t>(room));
  // The resampler wants its own past, which lies before that.
  const std::size_t least = taken_ + Resampler::taps;
  std::size_t found = fifo_.rewind(least + wanted);
  // Only as far as the word goes: what is 30 dB below it needs no delay to be heard.
  const double audible = std::max(level_db(out) - 30, -66.0);
  while (found > least + opus_step &&
         level_db(fifo_.front(Resampler::taps + opus_step)
                      .subspan(Resampler::taps * static_cast<std::size_t>(fifo_.channels()))) < audible) {
    fifo_.consume(opus_step);
    found -= opus_step;
  }
  if (found <= least + opus_step) {  // not worth it
    fifo_.consume(found);
    return;
  }
  resampler_.resume_after(fifo_.front(Resampler::taps));
  fifo_.consume(Resampler::taps);
  off_ += static_cast<double>(found - least);
  stats_.delay += duration_of(static_cast<std::int64_t>(found - least));
  produce(resampler_.needs(), out);
}

/// From silence to playing: puts the axis where the target says, or where the first packet makes it start, if
/// that is not too late. Samples before the packet's place are silence.
bool PlayoutBuffer::begin(const Now& now, double slack) {
  while (!queue_.empty() && now.time - queue_.front().start > now.target + slack) {
    ++stats_.late;
    queue_.pop_front();
  }
  if (queue_.empty()) return false;
  const double lead = queue_.front().start - (now.time - now.target);
  if (lead >= tick_samples) return false;
  end_ = queue_.front().start;
  fifo_.clear();
  unheard_ = 0;
  if (lead > 0) fifo_.extend(static_cast<std::size_t>(lead));
  resampler_.set_ratio(1);
  playing_ = true;
  concealed_run_ = 0;
  off_ = 0;
  ticks_over_ = 0;
  return true;
}

PlayoutBuffer::Next PlayoutBuffer::append(const Now& now, std::size_t missing) {
  while (!queue_.empty()) {
    const Held& head = queue_.front();
    const double off = head.start - end_;
    if (off > tolerance) return fill_gap(now, missing, off) ? Next::appended : Next::nothing;
    std::size_t trim = 0;
    const bool moves_axis = concealed_run_ > 0 || off < -tolerance;
    if (moves_axis && off < 0 &&
        now.time - (head.start - static_cast<double>(fifo_.size())) > now.target + late_slack) {
      // Playing all of it would make the delay too large: only what lies ahead, if anything.
      if (static_cast<double>(head.samples) + off < opus_step) {
        ++stats_.late;
        queue_.pop_front();
        continue;
      }
      trim = static_cast<std::size_t>(-off);
    } else if (moves_axis) {
      end_ = head.start;
    } else {
      end_ += off / 16;  // the sender's clock, followed slowly
    }
    Held held = std::move(queue_.front());
    queue_.pop_front();
    play(now, std::move(held), trim);
    return Next::appended;
  }
  return conceal(now, missing) ? Next::appended : Next::nothing;
}

/// The next packet belongs later: what lies between was lost, or the sender was silent (DTX).
bool PlayoutBuffer::fill_gap(const Now& now, std::size_t missing, double gap) {
  const Held& head = queue_.front();
  if (gap > longest_bridged) return false;
  if (now.how.decode && head.packet.lost > 0 && gap <= longest_rebuilt && undecoded_.empty() &&
      ensure_decoder()) {
    const auto samples = static_cast<std::size_t>(std::llround(gap / opus_step)) * opus_step;
    const auto place = fifo_.extend(samples);
    if (decoder_->recover(head.packet.data, place)) {
      end_ += static_cast<double>(samples);
      concealed_run_ += samples;
      ++stats_.concealed;
      ++stats_.recovered;
      return true;
    }
    fifo_.shrink(samples);
  }
  return conceal(now, std::min(missing, static_cast<std::size_t>(gap)));
}

bool PlayoutBuffer::conceal(const Now& now, std::size_t samples) {
  if (!now.how.decode || !decoder_ || !undecoded_.empty() || concealed_run_ >= longest_concealed)
    return false;
  samples = in_steps(static_cast<double>(samples));
  const auto place = fifo_.extend(samples);
  if (!decoder_->conceal(place)) std::fill(place.begin(), place.end(), std::int16_t{0});
  end_ += static_cast<double>(samples);
  concealed_run_ += samples;
  ++stats_.concealed;
  return true;
}

void PlayoutBuffer::play(const Now& now, Held held, std::size_t trim) {
  concealed_run_ = 0;
  last_level_ = held.packet.level;
  end_ += static_cast<double>(held.samples);
  if (trim > 0) end_ = held.start + static_cast<double>(held.samples);
  if (!now.how.decode || !ensure_decoder()) {
    ++stats_.skipped;
    unheard_ += held.samples - trim;
    undecoded_.push_back(std::move(held.packet.data));
    if (undecoded_.size() > settle_packets) undecoded_.pop_front();
    fifo_.extend(held.samples - trim);
    return;
  }
  if (!undecoded_.empty()) wake();
  const auto place = fifo_.extend(held.samples);
  if (!decoder_->decode(held.packet.data, place)) {
    if (!decoder_->conceal(place)) std::fill(place.begin(), place.end(), std::int16_t{0});
    ++stats_.concealed;
  }
  if (trim > 0) {
    const auto ahead = place.subspan(trim * static_cast<std::size_t>(fifo_.channels()));
    std::copy(ahead.begin(), ahead.end(), place.begin());
    fifo_.shrink(trim);
  }
}

/// The decoder settles on the packets passed over last, and they take the place of the silence that stood for
/// them.
void PlayoutBuffer::wake() {
  const auto width = static_cast<std::size_t>(fifo_.channels());
  Samples held;
  Samples decoded(max_packet_samples * width);
  decoder_->reset();
  for (const auto& packet : undecoded_)
    if (const auto samples = decoder_->decode(packet, decoded))
      held.insert(held.end(), decoded.begin(),
                  decoded.begin() + static_cast<std::ptrdiff_t>(*samples * width));
  const auto place = fifo_.back(std::min(unheard_, held.size() / width));
  std::copy(held.end() - static_cast<std::ptrdiff_t>(place.size()), held.end(), place.begin());
  undecoded_.clear();
  unheard_ = 0;
}

bool PlayoutBuffer::ensure_decoder() {
  if (decoder_) return true;
  auto made = Decoder::create(fifo_.channels());
  if (made) decoder_ = std::move(made).value();
  return decoder_.has_value();
}

void PlayoutBuffer::fade_out() {
  const auto values = fifo_.data();
  const auto width = static_cast<std::size_t>(fifo_.channels());
  const std::size_t count = std::min(fade * width, values.size());
  for (std::size_t i = 0; i < count; ++i) {
    auto& value = values[values.size() - 1 - i];
    value = static_cast<std::int16_t>(value * static_cast<int>(i / width) / static_cast<int>(count / width));
  }
}

PlayoutBuffer::Stats PlayoutBuffer::stats() const {
  Stats stats = stats_;
  std::size_t held = fifo_.size();
  for (const Held& packet : queue_) held += packet.samples;
  stats.buffered = duration_of(static_cast<std::int64_t>(held));
  return stats;
}

}  // namespace tessera::audio
