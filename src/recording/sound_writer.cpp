#include "recording/sound_writer.hpp"

#include <algorithm>

namespace tessera::recording {
namespace {

constexpr std::size_t pcm_frame = 960;

const char* encoder_of(AudioCodec codec) {
  switch (codec) {
    case AudioCodec::aac:
      return "aac";
    case AudioCodec::opus:
      return "libopus";
    case AudioCodec::pcm:
      return "pcm_s16le";
  }
  return "";
}

/// What the live recorder uses, for each channel.
std::int64_t bit_rate_of(AudioCodec codec) {
  return codec == AudioCodec::aac ? 96'000 : 64'000;
}

}  // namespace

Result<std::unique_ptr<SoundWriter>> SoundWriter::create(const std::string& path, const Spec& spec) {
  av::route_log();
  std::unique_ptr<SoundWriter> made(new SoundWriter(path, spec));
  if (auto opened = made->open_codec(); !opened) return opened.error();
  if (auto opened = made->open_file(); !opened) return opened.error();
  return made;
}

Result<void> SoundWriter::open_codec() {
  const AVCodec* encoder = avcodec_find_encoder_by_name(encoder_of(spec_.codec));
  codec_.reset(avcodec_alloc_context3(encoder));
  if (!encoder || !codec_)
    return error("missing-encoder", "FFmpeg has no encoder \"{}\" here", encoder_of(spec_.codec));
  codec_->sample_rate = spec_.rate;
  codec_->time_base = {1, spec_.rate};
  codec_->sample_fmt = spec_.codec == AudioCodec::aac ? AV_SAMPLE_FMT_FLTP : AV_SAMPLE_FMT_S16;
  av_channel_layout_default(&codec_->ch_layout, spec_.channels);
  codec_->bit_rate = bit_rate_of(spec_.codec) * spec_.channels;
  codec_->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  if (const int code = avcodec_open2(codec_.get(), encoder, nullptr); code < 0)
    return error("missing-encoder", "\"{}\" does not take {} channels at {} Hz: {}", encoder_of(spec_.codec),
                 spec_.channels, spec_.rate, av::text_of(code));
  return {};
}

Result<void> SoundWriter::open_file() {
  AVFormatContext* raw = nullptr;
  const std::string url = "file:" + path_;
  if (const int code = avformat_alloc_output_context2(&raw, nullptr, "matroska", url.c_str()); code < 0)
    return failure(code);
  file_.reset(raw);
  AVStream* stream = avformat_new_stream(raw, nullptr);
  if (!stream || avcodec_parameters_from_context(stream->codecpar, codec_.get()) < 0)
    return failure(AVERROR(ENOMEM));
  stream->time_base = codec_->time_base;
  raw->avoid_negative_ts = AVFMT_AVOID_NEG_TS_DISABLED;
  if (const int code = avio_open(&raw->pb, url.c_str(), AVIO_FLAG_WRITE); code < 0) return failure(code);
  if (const int code = avformat_write_header(raw, nullptr); code < 0) return failure(code);
  frame_.reset(av_frame_alloc());
  packet_ = av::new_packet();
  return {};
}

Result<void> SoundWriter::write(std::span<const std::int16_t> samples) {
  pending_.insert(pending_.end(), samples.begin(), samples.end());
  const std::size_t frame = codec_->frame_size > 0 ? static_cast<std::size_t>(codec_->frame_size) : pcm_frame;
  while (pending_.size() >= frame * static_cast<std::size_t>(spec_.channels))
    if (auto encoded = encode(frame); !encoded) return encoded;
  return {};
}

Result<void> SoundWriter::encode(std::size_t samples) {
  const auto channels = static_cast<std::size_t>(spec_.channels);
  av_frame_unref(frame_.get());
  frame_->nb_samples = static_cast<int>(samples);
  frame_->format = codec_->sample_fmt;
  frame_->sample_rate = spec_.rate;
  av_channel_layout_copy(&frame_->ch_layout, &codec_->ch_layout);
  if (const int code = av_frame_get_buffer(frame_.get(), 0); code < 0) return failure(code);
  if (codec_->sample_fmt == AV_SAMPLE_FMT_S16) {
    std::copy_n(pending_.begin(), samples * channels, reinterpret_cast<std::int16_t*>(frame_->data[0]));
  } else {
    for (std::size_t channel = 0; channel < channels; ++channel)
      for (std::size_t i = 0; i < samples; ++i)
        reinterpret_cast<float*>(frame_->extended_data[channel])[i] =
            static_cast<float>(pending_[i * channels + channel]) / 32768;
  }
  pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(samples * channels));
  frame_->pts = position_;
  position_ += static_cast<std::int64_t>(samples);
  if (const int code = avcodec_send_frame(codec_.get(), frame_.get()); code < 0) return failure(code);
  return take_packets();
}

Result<void> SoundWriter::take_packets() {
  while (avcodec_receive_packet(codec_.get(), packet_.get()) >= 0) {
    const AVStream* stream = file_->streams[0];
    // Matroska has no room for the time before the first sample of AAC, and nobody wants to hear it.
    const bool run_up = spec_.codec == AudioCodec::aac && packet_->pts < spec_.start;
    if (run_up) {
      av_packet_unref(packet_.get());
      continue;
    }
    av_packet_rescale_ts(packet_.get(), codec_->time_base, stream->time_base);
    packet_->stream_index = 0;
    if (const int code = av_write_frame(file_.get(), packet_.get()); code < 0) return failure(code);
    av_packet_unref(packet_.get());
  }
  return {};
}

Result<void> SoundWriter::end() {
  const std::size_t rest = pending_.size() / static_cast<std::size_t>(spec_.channels);
  if (rest > 0)
    if (auto encoded = encode(rest); !encoded) return encoded;
  avcodec_send_frame(codec_.get(), nullptr);
  if (auto taken = take_packets(); !taken) return taken;
  if (const int code = av::end_file(file_.get()); code < 0) return failure(code);
  return {};
}

}  // namespace tessera::recording
