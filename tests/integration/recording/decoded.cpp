#include "decoded.hpp"

#include <cmath>
#include <memory>
#include <numbers>
#include <stdexcept>

#include "recording/av.hpp"

namespace tessera::recording::test {
namespace {

struct FreeCodec {
  void operator()(AVCodecContext* context) const { avcodec_free_context(&context); }
};
struct FreeFrame {
  void operator()(AVFrame* frame) const { av_frame_free(&frame); }
};
using Codec = std::unique_ptr<AVCodecContext, FreeCodec>;

Codec open_codec(const AVStream* stream) {
  Codec codec(avcodec_alloc_context3(avcodec_find_decoder(stream->codecpar->codec_id)));
  avcodec_parameters_to_context(codec.get(), stream->codecpar);
  codec->pkt_timebase = stream->time_base;
  codec->thread_count = 1;
  if (avcodec_open2(codec.get(), codec->codec, nullptr) < 0) throw std::runtime_error("no decoder");
  return codec;
}

double mean_luma(const AVFrame* frame) {
  double sum = 0;
  for (int y = 0; y < frame->height; ++y)
    for (int x = 0; x < frame->width; ++x) sum += frame->data[0][y * frame->linesize[0] + x];
  return sum / frame->width / frame->height;
}

}  // namespace

Decoded decode(const std::string& path) {
  auto input = av::open_input(path);
  if (!input) throw std::runtime_error(input.error().message);
  AVFormatContext* context = input->get();
  if (avformat_find_stream_info(context, nullptr) < 0) throw std::runtime_error("no stream information");
  std::vector<Codec> codecs;
  for (unsigned i = 0; i < context->nb_streams; ++i) codecs.push_back(open_codec(context->streams[i]));
  Decoded result;
  const std::unique_ptr<AVFrame, FreeFrame> frame(av_frame_alloc());
  const auto drain = [&](std::size_t index) {
    const double unit = av_q2d(context->streams[index]->time_base);
    while (avcodec_receive_frame(codecs[index].get(), frame.get()) >= 0) {
      const double time = static_cast<double>(frame->best_effort_timestamp) * unit;
      if (codecs[index]->codec_type == AVMEDIA_TYPE_VIDEO) {
        result.pictures.push_back({time, mean_luma(frame.get()), frame->width, frame->height});
      } else {
        if (result.samples.empty()) result.sound_start = time;
        if (frame->format == AV_SAMPLE_FMT_S16) {
          const auto* samples = reinterpret_cast<const std::int16_t*>(frame->data[0]);
          for (int i = 0; i < frame->nb_samples; ++i)
            result.samples.push_back(static_cast<float>(samples[i]) / 32768);
        } else {
          const auto* samples = reinterpret_cast<const float*>(frame->data[0]);
          result.samples.insert(result.samples.end(), samples, samples + frame->nb_samples);
        }
      }
    }
  };
  const auto packet = av::new_packet();
  while (av_read_frame(context, packet.get()) >= 0) {
    const auto index = static_cast<std::size_t>(packet->stream_index);
    if (avcodec_send_packet(codecs[index].get(), packet.get()) < 0) ++result.errors;
    av_packet_unref(packet.get());
    drain(index);
  }
  for (std::size_t i = 0; i < codecs.size(); ++i) {
    avcodec_send_packet(codecs[i].get(), nullptr);
    drain(i);
  }
  return result;
}

double Decoded::luma_at(double seconds) const {
  double luma = -1;
  for (const Picture& picture : pictures)
    if (picture.time <= seconds + 1e-3) luma = picture.luma;
  return luma;
}

double Decoded::tone(double seconds, double hertz) const {
  const auto first = std::llround((seconds - sound_start) * 48'000);
  constexpr std::int64_t count = 4'800;
  if (first < 0 || first + count > static_cast<std::int64_t>(samples.size())) return 0;
  double re = 0, im = 0;
  for (std::int64_t i = 0; i < count; ++i) {
    const double phase = 2 * std::numbers::pi * hertz * static_cast<double>(i) / 48'000;
    re += samples[static_cast<std::size_t>(first + i)] * std::cos(phase);
    im += samples[static_cast<std::size_t>(first + i)] * std::sin(phase);
  }
  return 2 * std::hypot(re, im) / count;
}

std::vector<double> Decoded::flashes() const {
  std::vector<double> times;
  bool white = false;
  for (const Picture& picture : pictures) {
    const bool now = picture.luma > 200;
    if (now && !white) times.push_back(picture.time);
    white = now;
  }
  return times;
}

std::vector<double> Decoded::beeps() const {
  std::vector<double> times;
  std::size_t quiet = 48'000;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    if (std::abs(samples[i]) < 0.3f) {
      ++quiet;
      continue;
    }
    if (quiet > 12'000) times.push_back(sound_start + static_cast<double>(i) / 48'000);
    quiet = 0;
  }
  return times;
}

}  // namespace tessera::recording::test
