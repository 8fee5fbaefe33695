#include "recording/remux.hpp"

#include <algorithm>
#include <cmath>

#include "recording/av.hpp"
#include "recording/filler.hpp"
#include "recording/media_probe.hpp"

namespace tessera::recording {
namespace {

constexpr AVRational microseconds{1, 1'000'000};
constexpr int video_rate = 90'000;

struct Streams {
  int video = -1;
  int audio = -1;
};

Streams find_streams(const AVFormatContext* context) {
  Streams found;
  for (int i = static_cast<int>(context->nb_streams) - 1; i >= 0; --i) {
    const AVCodecParameters* codec = context->streams[i]->codecpar;
    if (codec->codec_id == AV_CODEC_ID_H264 && codec->extradata_size > 0) found.video = i;
    if (codec->codec_id == AV_CODEC_ID_AAC && codec->extradata_size > 0 && codec->sample_rate > 0)
      found.audio = i;
  }
  return found;
}

/// Reads packets to the end of the file. A packet that the end of the file cut is left out.
template <typename Visit>
Result<void> each_packet(AVFormatContext* context, const Progress& progress, Visit visit) {
  const auto size = static_cast<double>(std::max<std::int64_t>(avio_size(context->pb), 1));
  const auto packet = av::new_packet();
  int code = 0;
  for (std::uint64_t count = 0; (code = av_read_frame(context, packet.get())) >= 0; ++count) {
    if (packet->size > 0 && packet->pts != AV_NOPTS_VALUE && !(packet->flags & AV_PKT_FLAG_CORRUPT))
      if (auto visited = visit(packet.get()); !visited) return visited;
    av_packet_unref(packet.get());
    if (progress && count % 1024 == 0)
      progress(std::min(1.0, static_cast<double>(avio_tell(context->pb)) / size));
  }
  if (code == AVERROR(EIO))
    return error("cannot-read", "cannot read {}: {}", context->url, av::text_of(code));
  return {};  // the end, or a torn one
}

Error write_error(const std::string& path, int code) {
  const bool full = code == AVERROR(ENOSPC) || code == AVERROR(EDQUOT);
  return error(full ? "disk-full" : "cannot-write", "cannot write {}: {}", path, av::text_of(code));
}

Result<AVStream*> add_stream(AVFormatContext* output, const AVStream* source, AVRational time_base) {
  AVStream* stream = avformat_new_stream(output, nullptr);
  if (!stream || avcodec_parameters_copy(stream->codecpar, source->codecpar) < 0)
    return error("cannot-write", "out of memory");
  stream->codecpar->codec_tag = 0;  // Matroska's tags mean nothing in MP4
  stream->time_base = time_base;
  return stream;
}

}  // namespace

Result<LiveTimes> scan_live(const std::string& path, const Progress& progress) {
  auto input = av::open_input(path);
  if (!input) return input.error();
  AVFormatContext* context = input->get();
  const Streams streams = find_streams(context);
  if (streams.video < 0) return error("unreadable", "{} has no H.264 picture", path);
  LiveTimes live;
  if (streams.audio >= 0) live.sample_rate = context->streams[streams.audio]->codecpar->sample_rate;
  const AVRational rate = context->streams[streams.video]->avg_frame_rate;
  if (rate.num > 0 && rate.den > 0) live.frame_time = av_rescale(microsecond, rate.den, rate.num);
  const auto read = each_packet(context, progress, [&](const AVPacket* packet) -> Result<void> {
    const AVRational unit = context->streams[packet->stream_index]->time_base;
    const bool filler = packet->stream_index == streams.video &&
                        is_filler({packet->data, static_cast<std::size_t>(packet->size)});
    const PacketTime time{.pts = av_rescale_q(packet->pts, unit, microseconds),
                          .key = (packet->flags & AV_PKT_FLAG_KEY) != 0 && !filler,
                          .skip = filler};
    if (packet->stream_index == streams.video) live.video.push_back(time);
    if (packet->stream_index == streams.audio) live.audio.push_back(time);
    return {};
  });
  if (!read) return read.error();
  return live;
}

Result<void> write_mp4(const std::string& input_path, const std::string& output_path, const RemuxPlan& plan,
                       const Tags& tags, const Progress& progress) {
  auto input = av::open_input(input_path);
  if (!input) return input.error();
  AVFormatContext* source = input->get();
  const Streams streams = find_streams(source);
  if (streams.video < 0) return error("unreadable", "{} has no H.264 picture", input_path);

  AVFormatContext* raw = nullptr;
  const std::string url = "file:" + output_path;
  if (const int code = avformat_alloc_output_context2(&raw, nullptr, "mp4", url.c_str()); code < 0)
    return write_error(output_path, code);
  const av::Output output(raw);
  const auto video = add_stream(raw, source->streams[streams.video], {1, video_rate});
  if (!video) return video.error();
  AVStream* audio = nullptr;
  if (plan.audio_packets > 0) {
    const auto added = add_stream(raw, source->streams[streams.audio],
                                  {1, source->streams[streams.audio]->codecpar->sample_rate});
    if (!added) return added.error();
    audio = *added;
    audio->codecpar->frame_size = 1024;
    audio->codecpar->initial_padding = 0;  // the recorder took the encoder's run-up away
  }
  av_dict_set(&raw->metadata, "title", tags.title.c_str(), 0);
  av_dict_set(&raw->metadata, "creation_time", tags.created.c_str(), 0);
  raw->avoid_negative_ts = AVFMT_AVOID_NEG_TS_DISABLED;  // the plan's times are final
  if (const int code = avio_open(&raw->pb, url.c_str(), AVIO_FLAG_WRITE); code < 0)
    return write_error(output_path, code);
  AVDictionary* options = nullptr;
  av_dict_set(&options, "movflags", "+faststart", 0);
  av_dict_set_int(&options, "video_track_timescale", video_rate, 0);
  const int header = avformat_write_header(raw, &options);
  av_dict_free(&options);
  if (header < 0) return write_error(output_path, header);

  std::size_t next_video = 0, next_audio = 0;
  const auto copied = each_packet(source, progress, [&](AVPacket* packet) -> Result<void> {
    const bool is_video = packet->stream_index == streams.video;
    if (!is_video && (packet->stream_index != streams.audio || !audio)) return {};
    const Places& places = is_video ? plan.video : plan.audio;
    std::size_t& next = is_video ? next_video : next_audio;
    if (next >= places.size()) return {};
    const auto& place = places[next++];
    if (!place) return {};
    const AVStream* target = is_video ? *video : audio;
    const AVRational unit{1, is_video ? video_rate : target->codecpar->sample_rate};
    packet->pts = av_rescale_q(place->pts, unit, target->time_base);
    packet->dts = av_rescale_q(place->dts, unit, target->time_base);
    packet->duration = av_rescale_q(place->duration, unit, target->time_base);
    packet->stream_index = target->index;
    packet->pos = -1;
    if (const int code = av_interleaved_write_frame(raw, packet); code < 0)
      return write_error(output_path, code);
    return {};
  });
  if (!copied) return copied.error();
  if (const int code = av_write_trailer(raw); code < 0) return write_error(output_path, code);
  // What was buffered may fail only now.
  avio_flush(raw->pb);
  if (raw->pb->error < 0) return write_error(output_path, raw->pb->error);
  if (const int code = avio_closep(&raw->pb); code < 0) return write_error(output_path, code);
  return {};
}

Result<void> verify_mp4(const std::string& output, const RemuxPlan& plan, const Progress& progress) {
  auto probe = probe_media(output, progress);
  if (!probe) return error("verify-failed", "{}", probe.error().message);
  const StreamProbe* video = probe->find("video");
  const StreamProbe* audio = probe->find("audio");
  const auto packets = [](const StreamProbe* stream) { return stream ? stream->packets : 0; };
  if (packets(video) != plan.video_packets || packets(audio) != plan.audio_packets)
    return error("verify-failed", "{} holds {} pictures and {} pieces of sound; {} and {} were written",
                 output, packets(video), packets(audio), plan.video_packets, plan.audio_packets);
  const auto seconds = [](std::int64_t us) {
    return static_cast<double>(us) / static_cast<double>(microsecond);
  };
  const auto off = [](double a, double b) { return std::abs(a - b) > 0.1; };
  if (off(video->end, seconds(plan.video_end)) || (audio && off(audio->end, seconds(plan.audio_end))) ||
      off(probe->duration, seconds(std::max(plan.video_end, plan.audio_end))))
    return error("verify-failed",
                 "{} lasts {:.3f} s, picture to {:.3f} s, sound to {:.3f} s; expected {:.3f} and {:.3f}",
                 output, probe->duration, video->end, audio ? audio->end : 0, seconds(plan.video_end),
                 seconds(plan.audio_end));
  return {};
}

}  // namespace tessera::recording
