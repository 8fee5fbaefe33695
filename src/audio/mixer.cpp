#include "audio/mixer.hpp"

#include <algorithm>
#include <cmath>

#include "audio/level.hpp"

namespace tessera::audio {
namespace {

constexpr std::size_t entry_ramp = 120;  // 2.5 ms: no click, and no beginning of a word lost
constexpr int linger_ticks = 5;
constexpr std::size_t most_pooled = 16;

}  // namespace

Result<std::unique_ptr<Mixer>> Mixer::create(const MixerSpec& spec) {
  if (spec.max_talkers < 1 || spec.max_talkers > static_cast<int>(MixMinus::max_talkers) / 2)
    return error("bad-config", "max_talkers is {}, expected 1…{}", spec.max_talkers,
                 MixMinus::max_talkers / 2);
  std::unique_ptr<Mixer> mixer(new Mixer(spec));
  auto shared =
      EncodeStream::create(spec.encoder);  // bad settings are told here, not in the middle of a meeting
  if (!shared) return std::move(shared).error();
  mixer->shared_ = std::move(shared).value();
  return mixer;
}

/// Takes the seat's next 20 ms and judges it. A seat whose sender says how loud it is goes undecoded until it
/// talks; the very packet that starts the talk is decoded.
void Mixer::listen(Nanoseconds time, MixerSeat& seat) {
  if (seat.muted || seat.gain <= 0) {
    const bool fading = seat.mixed_gain_ > 0;
    if (!seat.playout.pull(time, seat.frame_, fading)) seat.frame_.fill(0);
    seat.level_db_ = silence_db;
    seat.talking_ = false;
    seat.detector_.reset();
    return;
  }
  if (seat.mixed_gain_ == 0) {
    if (const auto level = seat.playout.next_level(time)) {
      seat.talking_ = seat.detector_.update(*level);
      seat.playout.pull(time, seat.frame_, seat.talking_);
      seat.level_db_ = *level;
      return;
    }
  }
  seat.playout.pull(time, seat.frame_);
  seat.level_db_ = audio::level_db(seat.frame_);
  seat.talking_ = seat.detector_.update(seat.level_db_);
}

void Mixer::mix(std::span<MixerSeat* const> seats) {
  sum_.clear();
  for (MixerSeat* seat : seats) {
    const auto& talkers = policy_.talkers();
    const bool chosen = std::find(talkers.begin(), talkers.end(), seat->id_) != talkers.end();
    const float from = seat->mixed_gain_;
    const float to = chosen ? std::min(seat->gain, MixMinus::max_gain) : 0;
    seat->in_mix_ = (from > 0 || to > 0) && sum_.talkers() < MixMinus::max_talkers;
    seat->mixed_gain_ = seat->in_mix_ ? to : 0;
    seat->was_heard_ = seat->linger_ > 0;
    if (seat->in_mix_) {
      seat->mix_index_ = sum_.add(seat->frame_, from, to, from == 0 ? entry_ramp : tick_samples);
      seat->linger_ = linger_ticks;
    } else if (seat->linger_ > 0) {
      --seat->linger_;
    }
  }
}

std::optional<EncodeStream> Mixer::take_stream() {
  if (!pool_.empty()) {
    std::optional<EncodeStream> stream(std::move(pool_.back()));
    pool_.pop_back();
    return stream;
  }
  auto made = EncodeStream::create(spec_.encoder);
  if (!made) return std::nullopt;
  return std::move(made).value();
}

int Mixer::encode_private(MixerSeat& seat) {
  seat.packet_ = {};
  const bool wanted = seat.listening && (seat.in_mix_ || seat.linger_ > 0);
  if (!wanted) {
    if (seat.private_ && pool_.size() < most_pooled) pool_.push_back(std::move(*seat.private_));
    seat.private_.reset();
    return 0;
  }
  if (!seat.private_) {
    seat.private_ = take_stream();
    if (!seat.private_) return 0;  // out of memory: the seat gets nothing rather than its own voice
    seat.private_->begin(seat.was_heard_ ? std::span<const Frame>() : heard());
    seat.limiter_.start_from(limiter_.gain());
  }
  if (seat.in_mix_)
    sum_.minus(seat.mix_index_, wide_);
  else
    sum_.sum(wide_);
  seat.limiter_.process(wide_, private_mix_);
  seat.packet_ = seat.private_->encode(private_mix_);
  return 1;
}

int Mixer::encode_shared(std::span<MixerSeat* const> seats) {
  bool wanted = false, newcomer = false;
  for (MixerSeat* seat : seats) {
    const bool hears = seat->listening && !seat->in_mix_ && seat->linger_ == 0;
    newcomer |= hears && !seat->hears_shared_;
    wanted |= hears;
    seat->hears_shared_ = hears;
  }
  shared_packet_ = {};
  if (wanted) {
    if (!shared_ran_)
      shared_->begin(heard());
    else if (newcomer)
      shared_->make_next_independent();
    shared_packet_ = shared_->encode(mix_);
  }
  shared_ran_ = wanted;
  return wanted ? 1 : 0;
}

Mixer::Tick Mixer::tick(Nanoseconds time, std::span<MixerSeat* const> seats) {
  candidates_.clear();
  for (MixerSeat* seat : seats) {
    listen(time, *seat);
    const double gain_db = seat->gain > 0 ? 20 * std::log10(seat->gain) : silence_db;
    candidates_.push_back({seat->id_, seat->talking_, seat->level_db_ + gain_db});
  }
  policy_.update(candidates_);
  mix(seats);

  int encoders = 0;
  for (MixerSeat* seat : seats) encoders += encode_private(*seat);
  sum_.sum(wide_);
  limiter_.process(wide_, mix_);
  encoders += encode_shared(seats);
  heard_[0] = heard_[1];
  heard_[1] = mix_;
  return {&mix_, shared_packet_, encoders, policy_.changed(), policy_.talkers()};
}

}  // namespace tessera::audio
