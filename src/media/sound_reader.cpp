#include "media/sound_reader.hpp"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavutil/channel_layout.h>
#include <libavutil/opt.h>
#include <libswresample/swresample.h>
}
#include <glib.h>

#include <algorithm>
#include <vector>

#include "audio/format.hpp"
#include "media/sound_bytes.hpp"

namespace tessera::media {
namespace {

constexpr int most_faults = 200;  // damaged packets in a row
constexpr std::int64_t most_probed_bytes = 2'000'000;
// libavformat reads some 350 formats, most of them of games and of old machines, and few of them by careful
// code.
constexpr const char* formats = "wav,w64,aiff,caf,flac,mp3,aac,ogg,mov,mp4,m4a,matroska,webm";

struct CloseInput {
  void operator()(AVFormatContext* context) const { avformat_close_input(&context); }
};
struct FreeCodec {
  void operator()(AVCodecContext* context) const { avcodec_free_context(&context); }
};
struct FreeSwr {
  void operator()(SwrContext* context) const { swr_free(&context); }
};
struct FreePacket {
  void operator()(AVPacket* packet) const { av_packet_free(&packet); }
};
struct FreeFrame {
  void operator()(AVFrame* frame) const { av_frame_free(&frame); }
};

int refuse_to_open(AVFormatContext*, AVIOContext**, const char*, int, AVDictionary**) {
  return AVERROR(EACCES);
}

class AvSoundReader final : public SoundReader {
 public:
  AvSoundReader(std::unique_ptr<SoundBytes> bytes, std::string name)
      : name_(std::move(name)), bytes_(std::move(bytes)), io_(io_of(*bytes_)) {}

  Result<void> begin();
  std::size_t read(std::span<std::int16_t> out) override;
  Result<void> rewind() override;
  [[nodiscard]] std::optional<std::chrono::milliseconds> length() const override {
    if (input_->duration == AV_NOPTS_VALUE || input_->duration <= 0) return std::nullopt;
    return std::chrono::milliseconds(input_->duration / (AV_TIME_BASE / 1000));
  }

 private:
  [[nodiscard]] Error bad(std::string_view why) const {
    return error("bad-sound", "\"{}\" is not a sound that can be played: {}", name_, why);
  }
  bool next_frame();
  bool convert();

  const std::string name_;
  const std::unique_ptr<SoundBytes> bytes_;
  const SoundIo io_;
  std::unique_ptr<AVFormatContext, CloseInput> input_;
  std::unique_ptr<AVCodecContext, FreeCodec> codec_;
  std::unique_ptr<SwrContext, FreeSwr> resampler_;
  std::unique_ptr<AVPacket, FreePacket> packet_{av_packet_alloc()};
  std::unique_ptr<AVFrame, FreeFrame> frame_{av_frame_alloc()};
  int stream_ = -1;
  bool draining_ = false, ended_ = false;
  int in_rate_ = 0, in_format_ = -1, in_channels_ = 0;
  std::vector<std::int16_t> ready_;
  std::size_t given_ = 0;
};

Result<void> AvSoundReader::begin() {
  AVFormatContext* context = avformat_alloc_context();
  context->pb = io_.get();
  context->flags |= AVFMT_FLAG_CUSTOM_IO | AVFMT_FLAG_DISCARD_CORRUPT;
  context->io_open = refuse_to_open;
  context->probesize = most_probed_bytes;
  context->max_analyze_duration = 5 * AV_TIME_BASE;
  context->protocol_whitelist = av_strdup("none");
  context->format_whitelist = av_strdup(formats);
  if (avformat_open_input(&context, nullptr, nullptr, nullptr) < 0)
    return bad("it is none of WAV, AIFF, CAF, FLAC, MP3, AAC, Ogg, MP4 and WebM");  // the context is freed
  input_.reset(context);
  if (avformat_find_stream_info(context, nullptr) < 0) return bad("its header is damaged");
  const AVCodec* decoder = nullptr;
  stream_ = av_find_best_stream(context, AVMEDIA_TYPE_AUDIO, -1, -1, &decoder, 0);
  if (stream_ < 0 || !decoder) return bad("it holds no sound, or in a codec that is not known here");
  for (unsigned i = 0; i < context->nb_streams; ++i)
    if (static_cast<int>(i) != stream_) context->streams[i]->discard = AVDISCARD_ALL;
  codec_.reset(avcodec_alloc_context3(decoder));
  codec_->thread_count = 1;
  if (avcodec_parameters_to_context(codec_.get(), context->streams[stream_]->codecpar) < 0 ||
      avcodec_open2(codec_.get(), decoder, nullptr) < 0)
    return bad("its codec does not start");
  return {};
}

/// Decodes until a frame is there. False: the end.
bool AvSoundReader::next_frame() {
  for (int faults = 0; faults < most_faults;) {
    const int got = avcodec_receive_frame(codec_.get(), frame_.get());
    if (got == 0) return true;
    if (got == AVERROR_EOF) return false;
    if (got != AVERROR(EAGAIN)) ++faults;
    if (draining_) {
      if (got != AVERROR(EAGAIN)) continue;
      return false;
    }
    const int read = av_read_frame(input_.get(), packet_.get());
    if (read < 0) {
      draining_ = true;
      avcodec_send_packet(codec_.get(), nullptr);
      continue;
    }
    if (packet_->stream_index == stream_) {
      if (avcodec_send_packet(codec_.get(), packet_.get()) < 0) ++faults;
    }
    av_packet_unref(packet_.get());
  }
  return false;
}

/// The frame, or at the end what the resampler still holds, into `ready_`. A file may change its rate and
/// channels on the way.
bool AvSoundReader::convert() {
  const bool more = next_frame();
  if (more && (!resampler_ || frame_->sample_rate != in_rate_ || frame_->format != in_format_ ||
               frame_->ch_layout.nb_channels != in_channels_)) {
    in_rate_ = frame_->sample_rate;
    in_format_ = frame_->format;
    in_channels_ = frame_->ch_layout.nb_channels;
    AVChannelLayout mono = AV_CHANNEL_LAYOUT_MONO;
    AVChannelLayout layout{};
    if (frame_->ch_layout.order == AV_CHANNEL_ORDER_UNSPEC)
      av_channel_layout_default(&layout, in_channels_);
    else
      av_channel_layout_copy(&layout, &frame_->ch_layout);
    SwrContext* made = nullptr;
    const int failed = swr_alloc_set_opts2(&made, &mono, AV_SAMPLE_FMT_S16, audio::sample_rate, &layout,
                                           static_cast<AVSampleFormat>(in_format_), in_rate_, 0, nullptr);
    av_channel_layout_uninit(&layout);
    resampler_.reset(made);
    if (failed < 0 || swr_init(made) < 0) return false;
  }
  if (!resampler_) return false;
  const int room = swr_get_out_samples(resampler_.get(), more ? frame_->nb_samples : 0);
  ready_.resize(static_cast<std::size_t>(std::max(room, 0)));
  given_ = 0;
  auto* out = reinterpret_cast<std::uint8_t*>(ready_.data());
  const int count = swr_convert(resampler_.get(), &out, room,
                                more ? const_cast<const std::uint8_t**>(frame_->extended_data) : nullptr,
                                more ? frame_->nb_samples : 0);
  av_frame_unref(frame_.get());
  ready_.resize(static_cast<std::size_t>(std::max(count, 0)));
  return more;
}

std::size_t AvSoundReader::read(std::span<std::int16_t> out) {
  std::size_t written = 0;
  while (written < out.size()) {
    if (given_ == ready_.size()) {
      if (ended_) break;
      ended_ = !convert();
      continue;
    }
    const std::size_t count = std::min(out.size() - written, ready_.size() - given_);
    std::copy_n(ready_.begin() + static_cast<std::ptrdiff_t>(given_), count,
                out.begin() + static_cast<std::ptrdiff_t>(written));
    written += count;
    given_ += count;
  }
  return written;
}

Result<void> AvSoundReader::rewind() {
  if (av_seek_frame(input_.get(), stream_, 0, AVSEEK_FLAG_BACKWARD) < 0 &&
      avformat_seek_file(input_.get(), -1, INT64_MIN, 0, INT64_MAX, AVSEEK_FLAG_BYTE) < 0)
    return bad("it cannot be played again from its beginning");
  avcodec_flush_buffers(codec_.get());
  resampler_.reset();
  draining_ = ended_ = false;
  ready_.clear();
  given_ = 0;
  return {};
}

Result<std::unique_ptr<SoundReader>> begun(std::unique_ptr<SoundBytes> bytes, const std::string& name) {
  auto reader = std::make_unique<AvSoundReader>(std::move(bytes), name);
  if (auto begun = reader->begin(); !begun) return std::move(begun).error();
  return std::unique_ptr<SoundReader>(std::move(reader));
}

}  // namespace

Result<std::unique_ptr<SoundReader>> SoundReader::open(const std::string& folder, const std::string& name) {
  auto bytes = SoundBytes::of_file(folder, name);
  if (!bytes) return std::move(bytes).error();
  return begun(std::move(*bytes), name);
}

Result<std::unique_ptr<SoundReader>> SoundReader::open_bytes(std::span<const std::uint8_t> bytes,
                                                             const std::string& name_for_messages) {
  return begun(SoundBytes::of_memory(bytes), name_for_messages);
}

bool is_sound_name(std::string_view name) {
  if (name.empty() || name.size() > 128 || name.front() == '.') return false;
  if (!g_utf8_validate(name.data(), static_cast<gssize>(name.size()), nullptr)) return false;
  for (const char* at = name.data(); at < name.data() + name.size(); at = g_utf8_next_char(at)) {
    const gunichar c = g_utf8_get_char(at);
    if (c == '/' || g_unichar_iscntrl(c)) return false;
  }
  return true;
}

}  // namespace tessera::media
