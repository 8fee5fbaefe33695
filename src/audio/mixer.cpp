#include "audio/mixer.hpp"

#include <algorithm>
#include <cmath>

#include "audio/expected_loss.hpp"
#include "audio/level.hpp"
#include "base/black_box.hpp"

namespace tessera::audio {
namespace {

constexpr std::size_t most_pooled = 16;

bool holds(const std::vector<std::uint64_t>& ids, std::uint64_t id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

}  // namespace

Mixer::Mixer(const MixerSpec& spec)
    : spec_(spec),
      policy_(static_cast<std::size_t>(spec.max_talkers)),
      sum_(spec.encoder.channels),
      room_(spec.encoder.channels),
      hold_(spec.encoder.channels),
      wide_(tick_values(spec.encoder.channels)),
      private_mix_(wide_.size()) {}

Result<std::unique_ptr<Mixer>> Mixer::create(const MixerSpec& spec) {
  if (spec.max_talkers < 1 || spec.max_talkers > static_cast<int>(MixMinus::max_talkers) / 2)
    return error("bad-config", "max_talkers is {}, expected 1…{}", spec.max_talkers,
                 MixMinus::max_talkers / 2);
  if (spec.encoder.channels < 1 || spec.encoder.channels > max_channels)
    return error("bad-config", "channels is {}, expected 1 or 2", spec.encoder.channels);
  // Bad settings are told here, not in the middle of a meeting.
  auto shared = EncodeStream::create(spec.encoder);
  if (!shared) return std::move(shared).error();
  std::unique_ptr<Mixer> mixer(new Mixer(spec));
  mixer->room_.stream = std::move(shared).value();
  return mixer;
}

void Mixer::pull(Nanoseconds time, MixerSeat& seat, bool decode) {
  const ReadingBytesOf mark(seat.owner.c_str(), "decoder of sound");
  seat.playout.pull(time, seat.frame_, {.decode = decode, .heard = seat.voice_.audible()});
}

/// Brings the seat's processor in line with what is asked for, and runs it.
void Mixer::process(MixerSeat& seat) {
  const bool wanted = seat.processing.any() && spec_.encoder.channels == 1;
  if (wanted != seat.processor_.has_value() || (wanted && seat.processor_->settings() != seat.processing)) {
    seat.processor_.reset();
    seat.lags_ = false;
    std::fill(seat.before_.begin(), seat.before_.end(), std::int16_t{0});
    if (auto made = wanted ? VoiceProcessor::create(seat.processing) : error("", ""))
      seat.processor_ = std::move(made).value();
  }
  if (seat.processor_) seat.processor_->process(seat.frame_);
}

/// Takes the seat's next 20 ms and judges it. A seat whose sender says how loud it is goes undecoded until it
/// talks; the very packet that starts the talk is decoded. Whoever begins to talk is mixed from one tick
/// earlier on.
void Mixer::listen(Nanoseconds time, MixerSeat& seat) {
  const bool heard = seat.voice_.audible();
  if (seat.muted || seat.held || seat.gain <= 0) {
    pull(time, seat, heard);
    seat.level_db_ = silence_db;
    seat.talking_ = false;
    seat.detector_.reset();
    return;
  }
  const bool talked = seat.talking_;
  // A processor learns from silence too, so its voice is always decoded.
  const auto level = heard || seat.processing.any() ? std::nullopt : seat.playout.next_level(time);
  if (level) {
    seat.level_db_ = *level;
    seat.talking_ = seat.detector_.update(*level);
    pull(time, seat, seat.talking_);
  } else {
    pull(time, seat, true);
    process(seat);
    seat.level_db_ = audio::level_db(seat.frame_);
    seat.talking_ = seat.detector_.update(seat.level_db_);
  }
  const bool begins = seat.talking_ && !talked && !heard;
  if (begins && !seat.processor_) seat.playout.look_back(seat.frame_);
  if (seat.processor_) {
    seat.lags_ = begins || (seat.lags_ && (seat.talking_ || heard));
    seat.lags_ ? seat.before_.swap(seat.frame_) : void(seat.before_ = seat.frame_);
  }
}

void Mixer::listen_to_screen(Nanoseconds time, MixerSeat& seat) {
  const ReadingBytesOf mark(seat.owner.c_str(), "decoder of sound");
  seat.screen->listen(time, seat.screen->muted || seat.held);
  screen_candidates_.push_back({seat.id_, seat.screen->sounds(), seat.screen->level_db()});
}

void Mixer::mix(std::span<MixerSeat* const> seats) {
  sum_.clear();
  for (MixerSeat* seat : seats) {
    const bool chosen = holds(policy_.talkers(), seat->id_);
    seat->voice_.add(sum_, seat->frame_, chosen ? std::min(seat->gain, MixMinus::max_gain) : 0);
    if (seat->screen)
      seat->screen->place.add(sum_, seat->screen->frame(), holds(screens_.talkers(), seat->id_) ? 1 : 0);
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

void Mixer::give_back(std::optional<EncodeStream>& stream) {
  if (stream && pool_.size() < most_pooled) pool_.push_back(std::move(*stream));
  stream.reset();
}

/// Which stream the seat hears at this tick. Going on hold and coming back takes one tick of a stream of its
/// own, in which the two sounds cross.
void Mixer::choose(MixerSeat& seat) {
  const auto before = seat.hears_;
  const bool crosses = seat.held != seat.was_held_ && before != MixerSeat::Hears::nothing;
  if (!seat.listening)
    seat.hears_ = MixerSeat::Hears::nothing;
  else if (seat.program || crosses || (!seat.held && seat.echoes()))
    seat.hears_ = MixerSeat::Hears::own;
  else
    seat.hears_ = seat.held ? MixerSeat::Hears::hold : MixerSeat::Hears::room;
  for (auto [shared, hears] :
       {std::pair(&room_, MixerSeat::Hears::room), std::pair(&hold_, MixerSeat::Hears::hold)}) {
    if (seat.hears_ != hears) continue;
    shared->wanted = true;
    shared->newcomer |= before != hears;
  }
}

/// Everything that this listener hears, before the limiter, into `wide_`.
void Mixer::render_own(MixerSeat& seat, const Programs& programs) {
  if (seat.held && seat.was_held_) {
    wide_ = hold_.wide;
  } else {
    const bool voice = seat.voice_.inside(), screen = seat.screen && seat.screen->place.inside();
    if (voice && screen)
      sum_.minus(seat.voice_.index(), seat.screen->place.index(), wide_);
    else if (voice || screen)
      sum_.minus(voice ? seat.voice_.index() : seat.screen->place.index(), wide_);
    else
      sum_.sum(wide_);
    if (programs.room) lay_over(*programs.room, wide_);
    if (seat.held) cross_fade(wide_, hold_.wide, wide_);
    if (seat.was_held_) cross_fade(hold_.wide, wide_, wide_);
  }
  if (seat.program) lay_over(*seat.program, wide_);
}

/// Once a second: reports come no faster.
void Mixer::expect_loss(std::span<MixerSeat* const> seats) {
  if (ticks_++ % 50 != 0) return;
  losses_.clear();
  for (const MixerSeat* seat : seats)
    if (seat->hears_ != MixerSeat::Hears::nothing && seat->hears_ != MixerSeat::Hears::own)
      losses_.push_back(seat->expected_loss);
  room_.expected_loss = hold_.expected_loss = expected_loss_of(losses_);
}

int Mixer::encode_private(MixerSeat& seat, const Programs& programs) {
  seat.packet_ = {};
  if (seat.hears_ != MixerSeat::Hears::own) {
    give_back(seat.private_);
    return 0;
  }
  if (!seat.private_) {
    seat.private_ = take_stream();
    if (!seat.private_) return 0;  // out of memory: the seat gets nothing rather than its own voice
    const Shared& left = seat.was_held_ ? hold_ : room_;
    const bool holds_own = seat.was_heard() && !seat.was_held_;
    seat.private_->begin(holds_own ? std::span<const Samples>() : left.heard);
    seat.limiter_.start_from(left.limiter, holds_own);
  }
  render_own(seat, programs);
  seat.limiter_.process(wide_, private_mix_);
  seat.private_->set_expected_loss(seat.expected_loss);
  seat.packet_ = seat.private_->encode(private_mix_);
  return 1;
}

int Mixer::encode_shared(Shared& shared) {
  shared.packet = {};
  if (shared.wanted) {
    if (!shared.stream) shared.stream = take_stream();
    if (!shared.stream) return 0;
    if (!shared.ran)
      shared.stream->begin(shared.heard);
    else if (shared.newcomer)
      shared.stream->make_next_independent();
    shared.stream->set_expected_loss(shared.expected_loss);
    shared.packet = shared.stream->encode(shared.mix);
  }
  shared.ran = shared.wanted;
  return shared.wanted ? 1 : 0;
}

Mixer::Tick Mixer::tick(Nanoseconds time, std::span<MixerSeat* const> seats, const Programs& programs) {
  candidates_.clear();
  screen_candidates_.clear();
  for (MixerSeat* seat : seats) {
    listen(time, *seat);
    if (seat->screen) listen_to_screen(time, *seat);
    const double gain_db = seat->gain > 0 ? 20 * std::log10(seat->gain) : silence_db;
    candidates_.push_back({seat->id_, seat->talking_, seat->level_db_ + gain_db});
  }
  policy_.update(candidates_);
  screens_.update(screen_candidates_);
  mix(seats);

  sum_.sum(room_.wide);
  if (programs.room) lay_over(*programs.room, room_.wide);
  std::fill(hold_.wide.begin(), hold_.wide.end(), 0);
  if (programs.hold) lay_over(*programs.hold, hold_.wide);
  for (Shared* shared : {&room_, &hold_}) shared->wanted = shared->newcomer = false;
  for (MixerSeat* seat : seats) choose(*seat);
  expect_loss(seats);

  int encoders = 0;
  for (MixerSeat* seat : seats) {
    encoders += encode_private(*seat, programs);
    seat->was_held_ = seat->held;
  }
  for (Shared* shared : {&room_, &hold_}) {
    shared->limiter.process(shared->wide, shared->mix);
    encoders += encode_shared(*shared);
    shared->heard[0].swap(shared->heard[1]);
    shared->heard[1] = shared->mix;
  }
  return {room_.mix,           room_.packet,      hold_.packet,     encoders,
          room_.expected_loss, policy_.changed(), policy_.talkers()};
}

}  // namespace tessera::audio
