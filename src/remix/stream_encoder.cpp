#include "remix/stream_encoder.hpp"

#include <algorithm>
#include <climits>
#include <string_view>

#include "media/colorimetry.hpp"

namespace tessera::remix {
namespace {

constexpr int sample_rate = 48'000;

/// Bits for a pixel of each picture at most: 2.8 Mbit/s for 1280x720 at 30 a second. Meetings need less; a
/// picture of noise alone would take several times that at a constant quality, and the time to write it.
constexpr double most_bits_per_pixel = 0.1;
constexpr std::int64_t least_rate = 300'000;  ///< bits a second, for small pictures
constexpr int least_framerate = 15;           ///< key frames come every two seconds, however few pictures
constexpr int buffered_seconds = 2;           ///< over which `most_bits_per_pixel` counts

std::int64_t highest_rate(int width, int height, int framerate) {
  const double pixels = 1.0 * width * height * std::max(framerate, least_framerate);
  return std::max(least_rate, static_cast<std::int64_t>(most_bits_per_pixel * pixels));
}

/// The first encoder of these that this build of FFmpeg has.
const AVCodec* first_of(std::initializer_list<const char*> names) {
  for (const char* name : names)
    if (const AVCodec* codec = avcodec_find_encoder_by_name(name)) return codec;
  return nullptr;
}

bool is_webm(const AVFormatContext* output) {
  return std::string_view(output->oformat->name) == "webm";
}

/// A sample in the form that the encoder takes, written to its channel and place.
void put(AVFrame* frame, int channel, int channels, int index, std::int16_t value) {
  switch (frame->format) {
    case AV_SAMPLE_FMT_FLTP:
      reinterpret_cast<float*>(frame->data[channel])[index] = static_cast<float>(value) / 32768.0F;
      break;
    case AV_SAMPLE_FMT_FLT:
      reinterpret_cast<float*>(frame->data[0])[index * channels + channel] =
          static_cast<float>(value) / 32768.0F;
      break;
    default:
      reinterpret_cast<std::int16_t*>(frame->data[0])[index * channels + channel] = value;
  }
}

AVSampleFormat format_for(const AVCodec* codec) {
  for (const AVSampleFormat* at = codec->sample_fmts; at && *at != AV_SAMPLE_FMT_NONE; ++at)
    if (*at == AV_SAMPLE_FMT_FLTP || *at == AV_SAMPLE_FMT_FLT || *at == AV_SAMPLE_FMT_S16) return *at;
  return AV_SAMPLE_FMT_S16;
}

}  // namespace

Result<StreamEncoder> StreamEncoder::open(AVFormatContext* output, recording::av::Codec context,
                                          const AVCodec* codec, AVDictionary* options) {
  if (output->oformat->flags & AVFMT_GLOBALHEADER) context->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  const int opened = avcodec_open2(context.get(), codec, &options);
  av_dict_free(&options);
  StreamEncoder encoder;
  encoder.stream_ = opened < 0 ? nullptr : avformat_new_stream(output, nullptr);
  if (!encoder.stream_ || avcodec_parameters_from_context(encoder.stream_->codecpar, context.get()) < 0)
    return error("missing-plugin", "FFmpeg's encoder {} cannot be used: {}", codec->name,
                 recording::av::text_of(opened));
  encoder.stream_->time_base = context->time_base;
  encoder.context_ = std::move(context);
  return encoder;
}

Result<StreamEncoder> StreamEncoder::video(AVFormatContext* output, int width, int height, int framerate) {
  const bool webm = is_webm(output);
  const AVCodec* codec = webm ? first_of({"libvpx"}) : first_of({"libx264", "libopenh264"});
  if (!codec) return error("missing-plugin", "FFmpeg has no encoder for {}", webm ? "VP8" : "H.264");
  recording::av::Codec context(avcodec_alloc_context3(codec));
  if (!context) return error("cannot-write", "out of memory");
  context->width = width;
  context->height = height;
  context->pix_fmt = AV_PIX_FMT_YUV420P;
  context->time_base = {1, framerate};
  context->framerate = {framerate, 1};
  context->gop_size = 2 * framerate;
  context->max_b_frames = 0;
  context->thread_count = 0;  // as the encoder finds best for the machine
  const GstVideoColorimetry sent = media::sent_colorimetry(webm ? gst::Codec::vp8 : gst::Codec::h264, height);
  context->colorspace = static_cast<AVColorSpace>(gst_video_color_matrix_to_iso(sent.matrix));
  context->color_primaries = static_cast<AVColorPrimaries>(gst_video_color_primaries_to_iso(sent.primaries));
  context->color_trc =
      static_cast<AVColorTransferCharacteristic>(gst_video_transfer_function_to_iso(sent.transfer));
  context->color_range = AVCOL_RANGE_MPEG;
  // A constant quality, and below it no more than so many bits.
  context->rc_max_rate = highest_rate(width, height, framerate);
  context->rc_buffer_size =
      static_cast<int>(std::min<std::int64_t>(context->rc_max_rate * buffered_seconds, INT_MAX));
  AVDictionary* options = nullptr;
  if (webm) {
    context->bit_rate = context->rc_max_rate;  // with crf: the most, not the aim
    av_dict_set(&options, "crf", "16", 0);
    av_dict_set(&options, "deadline", "realtime", 0);
    av_dict_set(&options, "cpu-used", "8", 0);
  } else if (std::string_view(codec->name) == "libx264") {
    av_dict_set(&options, "preset", "superfast", 0);
    av_dict_set(&options, "crf", "23", 0);
    // Small partitions are a tenth of the work and saved less than a hundredth of the bits, of photographs
    // as of text.
    av_dict_set(&options, "x264-params", "partitions=none", 0);
  } else {
    context->bit_rate = context->rc_max_rate;
  }
  auto encoder = open(output, std::move(context), codec, options);
  if (!encoder) return encoder;
  encoder->colors_ = media::ColorMatrix::between(media::i420_info(width, height).colorimetry, sent);
  if (encoder->colors_) encoder->recolored_ = std::make_unique<media::FramePool>(width, height);
  return encoder;
}

Result<StreamEncoder> StreamEncoder::audio(AVFormatContext* output, int channels) {
  const bool webm = is_webm(output);
  const AVCodec* codec = webm ? first_of({"libopus"}) : first_of({"aac"});
  if (!codec) return error("missing-plugin", "FFmpeg has no encoder for {}", webm ? "Opus" : "AAC");
  recording::av::Codec context(avcodec_alloc_context3(codec));
  if (!context) return error("cannot-write", "out of memory");
  context->sample_rate = sample_rate;
  context->time_base = {1, sample_rate};
  context->bit_rate = 64'000LL * channels;
  context->sample_fmt = format_for(codec);
  av_channel_layout_default(&context->ch_layout, channels);
  return open(output, std::move(context), codec, nullptr);
}

int StreamEncoder::drain(const Write& write) {
  const auto packet = recording::av::new_packet();
  for (;;) {
    const int got = avcodec_receive_packet(context_.get(), packet.get());
    if (got == AVERROR(EAGAIN) || got == AVERROR_EOF) return 0;
    if (got < 0) return got;
    packet->stream_index = stream_->index;
    av_packet_rescale_ts(packet.get(), context_->time_base, stream_->time_base);
    if (const int written = write(packet.get()); written < 0) return written;
  }
}

int StreamEncoder::encode_picture(GstBuffer* buffer, const GstVideoInfo& info, const Write& write) {
  int code = AVERROR(ENOMEM);
  if (!colors_) {
    code = send_picture(buffer, info);
  } else if (const auto copy = recolored_->acquire()) {
    {
      media::MappedFrame in(info, buffer, GST_MAP_READ), out(info, copy.get(), GST_MAP_WRITE);
      if (!in || !out) return AVERROR(EINVAL);
      colors_->apply(in.get(), out.get(), {0, 0, info.width, info.height});
    }
    code = send_picture(copy.get(), info);
  }
  return code < 0 ? code : drain(write);
}

int StreamEncoder::send_picture(GstBuffer* buffer, const GstVideoInfo& info) {
  GstVideoFrame mapped;
  if (!gst_video_frame_map(&mapped, &info, buffer, GST_MAP_READ)) return AVERROR(EINVAL);
  const recording::av::Frame frame(av_frame_alloc());
  int code = AVERROR(ENOMEM);
  if (frame) {
    frame->format = context_->pix_fmt;
    frame->width = context_->width;
    frame->height = context_->height;
    for (int plane = 0; plane < 3; ++plane) {
      frame->data[plane] = static_cast<std::uint8_t*>(GST_VIDEO_FRAME_PLANE_DATA(&mapped, plane));
      frame->linesize[plane] = GST_VIDEO_FRAME_PLANE_STRIDE(&mapped, plane);
    }
    frame->pts = next_++;
    // Not reference counted: the encoder copies what it keeps.
    code = avcodec_send_frame(context_.get(), frame.get());
  }
  gst_video_frame_unmap(&mapped);
  return code;
}

int StreamEncoder::encode_full_frames(bool last, const Write& write) {
  const int channels = context_->ch_layout.nb_channels;
  const auto full = static_cast<std::size_t>(context_->frame_size > 0 ? context_->frame_size : 1024);
  std::size_t taken = 0;
  for (;;) {
    const std::size_t left = waiting_.size() / static_cast<std::size_t>(channels) - taken;
    if (left == 0 || (left < full && !last)) break;
    const recording::av::Frame frame(av_frame_alloc());
    if (!frame) return AVERROR(ENOMEM);
    frame->format = context_->sample_fmt;
    frame->nb_samples = static_cast<int>(std::min(left, full));
    frame->sample_rate = sample_rate;
    av_channel_layout_copy(&frame->ch_layout, &context_->ch_layout);
    if (const int code = av_frame_get_buffer(frame.get(), 0); code < 0) return code;
    const std::int16_t* from = waiting_.data() + taken * static_cast<std::size_t>(channels);
    for (int i = 0; i < frame->nb_samples; ++i)
      for (int channel = 0; channel < channels; ++channel)
        put(frame.get(), channel, channels, i, from[i * channels + channel]);
    frame->pts = next_;
    next_ += frame->nb_samples;
    taken += static_cast<std::size_t>(frame->nb_samples);
    int code = avcodec_send_frame(context_.get(), frame.get());
    if (code >= 0) code = drain(write);
    if (code < 0) return code;
  }
  waiting_.erase(waiting_.begin(),
                 waiting_.begin() + static_cast<std::ptrdiff_t>(taken * static_cast<std::size_t>(channels)));
  return 0;
}

int StreamEncoder::encode_sound(std::span<const std::int16_t> samples, const Write& write) {
  waiting_.insert(waiting_.end(), samples.begin(), samples.end());
  return encode_full_frames(false, write);
}

int StreamEncoder::finish(const Write& write) {
  if (context_->codec_type == AVMEDIA_TYPE_AUDIO)
    if (const int code = encode_full_frames(true, write); code < 0) return code;
  if (const int code = avcodec_send_frame(context_.get(), nullptr); code < 0) return code;
  return drain(write);
}

}  // namespace tessera::remix
