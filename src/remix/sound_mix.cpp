#include "remix/sound_mix.hpp"

#include <chrono>
#include <utility>

#include "recording/av.hpp"

namespace tessera::remix {
namespace {

/// What a playout buffer keeps between a packet's time and its sound when nothing jitters (DelayTarget). The
/// buffers are asked for a later moment by as much, so that the sound comes out at its own.
constexpr audio::Nanoseconds playout_delay{30'000'000};

}  // namespace

Result<std::unique_ptr<SoundTrack>> SoundTrack::open(const std::string& path, std::int64_t shift_ns,
                                                     int channels) {
  auto input = recording::av::open_input(path);
  if (!input) return input.error();
  std::unique_ptr<SoundTrack> track(new SoundTrack(channels));
  track->input_ = std::move(*input);
  track->shift_ = shift_ns;
  track->playout_.set_playout_delay(playout_delay);
  for (unsigned i = 0; i < track->input_->nb_streams; ++i) {
    AVStream* stream = track->input_->streams[i];
    const bool wanted = stream->codecpar->codec_id == AV_CODEC_ID_OPUS && track->stream_ < 0;
    if (wanted) track->stream_ = static_cast<int>(i);
    stream->discard = wanted ? AVDISCARD_DEFAULT : AVDISCARD_ALL;
  }
  if (track->stream_ < 0) return std::unique_ptr<SoundTrack>();
  return track;
}

bool SoundTrack::read_next() {
  if (held_ || ended_) return held_;
  for (;;) {
    av_packet_unref(packet_.get());
    if (av_read_frame(input_.get(), packet_.get()) < 0) {
      ended_ = true;
      return false;
    }
    if (packet_->stream_index == stream_ && packet_->pts != AV_NOPTS_VALUE && packet_->size > 0) break;
  }
  held_time_ = audio::Nanoseconds{
      av_rescale_q(packet_->pts, input_->streams[stream_]->time_base, recording::av::nanoseconds) + shift_};
  held_ = true;
  return true;
}

bool SoundTrack::pull(audio::Nanoseconds position, std::span<std::int16_t> out) {
  const audio::Nanoseconds tick = position + playout_delay;
  while (read_next() && held_time_ <= tick) {
    held_ = false;
    playout_.push({.data = {packet_->data, packet_->data + packet_->size},
                   .running_time = held_time_,
                   .arrival = held_time_});
  }
  return playout_.pull(tick, out);
}

SoundMix::SoundMix(Story story, std::vector<Voice> voices, int channels)
    : story_(std::move(story)),
      sum_(channels),
      limiter_(channels),
      one_(audio::tick_values(channels)),
      mix_(audio::tick_values(channels)),
      wide_(audio::tick_values(channels)) {
  for (auto& voice : voices) singers_.push_back({std::move(voice)});
}

std::span<const std::int16_t> SoundMix::next() {
  sum_.clear();
  story_.advance(std::chrono::duration_cast<std::chrono::milliseconds>(position_).count());
  for (auto& singer : singers_) {
    const bool heard = singer.voice.screen ? story_.is_screen_heard(singer.voice.participant)
                                           : story_.is_heard(singer.voice.participant);
    const float to = heard ? 1 : 0;
    const float from = std::exchange(singer.gain, to);
    // Time passes in a track that is not heard, too.
    const bool sounds = singer.voice.track->pull(position_, one_);
    if (sounds && (from > 0 || to > 0) && sum_.talkers() < audio::MixMinus::max_talkers)
      sum_.add(one_, {from, to, audio::tick_samples});
  }
  sum_.sum(wide_);
  limiter_.process(wide_, mix_);
  position_ += audio::tick_length;
  return mix_;
}

}  // namespace tessera::remix
