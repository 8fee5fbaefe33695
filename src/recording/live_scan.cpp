#include "recording/live_scan.hpp"

#include <algorithm>

#include "recording/filler.hpp"
#include "recording/opus_toc.hpp"
#include "recording/packet_reader.hpp"

namespace tessera::recording {
namespace {

constexpr AVRational microseconds{1, 1'000'000};
constexpr std::int64_t aac_frame = 1024;

std::span<const std::uint8_t> bytes_of(const AVPacket* packet) {
  return {packet->data, static_cast<std::size_t>(packet->size)};
}

std::int64_t samples_in(const AVPacket* packet, const LiveTimes& live) {
  switch (*live.audio_codec) {
    case AudioCodec::aac:
      return aac_frame;
    case AudioCodec::opus:
      return opus_samples(bytes_of(packet));
    case AudioCodec::pcm:
      return packet->size / (2 * live.channels);
  }
  return 0;
}

void describe_streams(const AVFormatContext* context, const LiveStreams& streams, LiveTimes& live) {
  if (streams.video >= 0) {
    const AVStream* stream = context->streams[streams.video];
    live.video_codec = stream->codecpar->codec_id == AV_CODEC_ID_H264 ? VideoCodec::h264 : VideoCodec::vp8;
    const AVRational rate = stream->avg_frame_rate;
    if (rate.num > 0 && rate.den > 0) live.frame_time = av_rescale(microsecond, rate.den, rate.num);
  }
  if (streams.audio >= 0) {
    const AVCodecParameters* codec = context->streams[streams.audio]->codecpar;
    live.audio_codec = codec->codec_id == AV_CODEC_ID_AAC    ? AudioCodec::aac
                       : codec->codec_id == AV_CODEC_ID_OPUS ? AudioCodec::opus
                                                             : AudioCodec::pcm;
    live.sample_rate = codec->sample_rate;
    live.channels = codec->ch_layout.nb_channels;
    if (live.audio_codec == AudioCodec::opus) live.lead = std::max(codec->initial_padding, 0);
  }
}

}  // namespace

Result<LiveTimes> scan_live(const std::string& path, const std::function<void(double)>& progress) {
  auto input = av::open_input(path);
  if (!input) return input.error();
  AVFormatContext* context = input->get();
  const LiveStreams streams = find_streams(context);
  if (streams.video < 0 && streams.audio < 0)
    return error("unreadable", "{} holds neither picture nor sound", path);
  LiveTimes live;
  describe_streams(context, streams, live);
  const auto read = each_packet(context, progress, [&](const AVPacket* packet) -> Result<void> {
    PacketTime time{
        .pts = av_rescale_q(packet->pts, context->streams[packet->stream_index]->time_base, microseconds),
        .key = (packet->flags & AV_PKT_FLAG_KEY) != 0};
    if (packet->stream_index == streams.video) {
      time.skip = is_filler(bytes_of(packet));
      time.key = time.key && !time.skip;
      live.video.push_back(time);
    } else if (packet->stream_index == streams.audio) {
      time.samples = samples_in(packet, live);
      live.audio.push_back(time);
    }
    return {};
  });
  if (!read) return read.error();
  return live;
}

Result<const Format*> format_for(const LiveTimes& live, const Format* wanted) {
  const auto fits = [&](const Format& format) {
    return format.video == live.video_codec && (!live.audio_codec || format.audio == *live.audio_codec);
  };
  if (wanted && fits(*wanted)) return wanted;
  for (const Format& format : all_formats())
    if (fits(format)) return &format;
  return error("unreadable", "no format takes {} with {}", name_of(live.video_codec),
               live.audio_codec ? name_of(*live.audio_codec) : "no sound");
}

}  // namespace tessera::recording
