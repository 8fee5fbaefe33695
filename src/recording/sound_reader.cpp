#include "recording/sound_reader.hpp"

#include <algorithm>

namespace tessera::recording {
namespace {

/// More than this is filled piece by piece, so that a damaged time stamp can not take all memory.
constexpr std::int64_t longest_fill_seconds = 3600;

float sample(const AVFrame* frame, int channel, int index, int channels) {
  switch (frame->format) {
    case AV_SAMPLE_FMT_FLTP:
      return reinterpret_cast<const float*>(frame->extended_data[channel])[index];
    case AV_SAMPLE_FMT_S16:
      return static_cast<float>(
                 reinterpret_cast<const std::int16_t*>(frame->data[0])[index * channels + channel]) /
             32768;
    default:
      return 0;
  }
}

}  // namespace

SoundReader::SoundReader(PacketReader packets, av::Codec codec)
    : packets_(std::move(packets)), codec_(std::move(codec)), frame_(av_frame_alloc()) {}

Result<SoundReader> SoundReader::open(const std::string& path) {
  auto packets = PacketReader::open(path, PacketReader::Kind::audio);
  if (!packets) return packets.error();
  const AVStream* stream = packets->stream();
  const AVCodec* decoder = avcodec_find_decoder(stream->codecpar->codec_id);
  av::Codec codec(avcodec_alloc_context3(decoder));
  if (!decoder || !codec || avcodec_parameters_to_context(codec.get(), stream->codecpar) < 0)
    return error("unreadable", "{}: the sound can not be decoded", path);
  codec->pkt_timebase = stream->time_base;
  codec->thread_count = 1;
  if (const int code = avcodec_open2(codec.get(), decoder, nullptr); code < 0)
    return error("unreadable", "{}: the sound can not be decoded: {}", path, av::text_of(code));
  if (codec->sample_fmt != AV_SAMPLE_FMT_FLTP && codec->sample_fmt != AV_SAMPLE_FMT_S16)
    return error("unreadable", "{}: the sound is of a kind that is not recorded here", path);
  return SoundReader(std::move(*packets), std::move(codec));
}

AudioCodec SoundReader::codec() const {
  switch (codec_->codec_id) {
    case AV_CODEC_ID_AAC:
      return AudioCodec::aac;
    case AV_CODEC_ID_OPUS:
      return AudioCodec::opus;
    default:
      return AudioCodec::pcm;
  }
}

const std::vector<float>& SoundReader::next() {
  chunk_.clear();
  while (chunk_.empty() && !drained_) {
    AVPacket* packet = packets_.next();
    if (avcodec_send_packet(codec_.get(), packet) < 0 && packet) continue;  // damaged
    while (avcodec_receive_frame(codec_.get(), frame_.get()) >= 0) append(frame_.get());
    drained_ = !packet;
  }
  return chunk_;
}

void SoundReader::append(const AVFrame* frame) {
  const int count = channels();
  if (frame->ch_layout.nb_channels != count || frame->sample_rate != rate()) return;
  std::int64_t at = position_;
  if (frame->best_effort_timestamp != AV_NOPTS_VALUE)
    at = av_rescale_q(frame->best_effort_timestamp, codec_->pkt_timebase, {1, rate()});
  if (!start_) position_ = *(start_ = at);
  // Time stamps are rounded: only what is missing by half a frame or more is missing.
  const std::int64_t missing = at - position_;
  if (missing > std::max(frame->nb_samples / 2, 1) && missing < longest_fill_seconds * rate()) {
    chunk_.resize(chunk_.size() + static_cast<std::size_t>(missing * count), 0);
    position_ = at;
  }
  for (int i = 0; i < frame->nb_samples; ++i)
    for (int channel = 0; channel < count; ++channel) chunk_.push_back(sample(frame, channel, i, count));
  position_ += frame->nb_samples;
}

}  // namespace tessera::recording
