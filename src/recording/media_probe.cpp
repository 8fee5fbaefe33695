#include "recording/media_probe.hpp"

#include <algorithm>
#include <string_view>

#include "recording/av.hpp"

namespace tessera::recording {

const StreamProbe* MediaProbe::find(std::string_view kind) const {
  const auto found =
      std::find_if(streams.begin(), streams.end(), [&](const auto& s) { return s.kind == kind; });
  return found == streams.end() ? nullptr : &*found;
}

Result<MediaProbe> probe_media(const std::string& path, const std::function<void(double)>& progress) {
  auto input = av::open_input(path);
  if (!input) return input.error();
  AVFormatContext* context = input->get();
  MediaProbe probe;
  probe.format = context->iformat->name;
  if (context->duration != AV_NOPTS_VALUE)
    probe.duration = static_cast<double>(context->duration) / AV_TIME_BASE;
  for (unsigned i = 0; i < context->nb_streams; ++i) {
    const AVCodecParameters* codec = context->streams[i]->codecpar;
    StreamProbe stream;
    stream.kind = codec->codec_type == AVMEDIA_TYPE_VIDEO   ? "video"
                  : codec->codec_type == AVMEDIA_TYPE_AUDIO ? "audio"
                                                            : "other";
    stream.codec = avcodec_get_name(codec->codec_id);
    stream.width = codec->width;
    stream.height = codec->height;
    stream.sample_rate = codec->sample_rate;
    stream.channels = codec->ch_layout.nb_channels;
    probe.streams.push_back(stream);
  }
  const auto size = static_cast<double>(std::max<std::int64_t>(avio_size(context->pb), 1));
  const auto packet = av::new_packet();
  int code = 0;
  for (std::uint64_t count = 0; (code = av_read_frame(context, packet.get())) >= 0; ++count) {
    const auto index = static_cast<std::size_t>(packet->stream_index);
    if (index < probe.streams.size()) {
      StreamProbe& stream = probe.streams[index];
      const double unit = av_q2d(context->streams[index]->time_base);
      const std::int64_t pts = packet->pts != AV_NOPTS_VALUE ? packet->pts : packet->dts;
      if (pts != AV_NOPTS_VALUE) {
        const double start = static_cast<double>(pts) * unit;
        stream.start = stream.packets == 0 ? start : std::min(stream.start, start);
        stream.last = stream.packets == 0 ? start : std::max(stream.last, start);
        stream.end = std::max(stream.end, start + static_cast<double>(packet->duration) * unit);
      }
      ++stream.packets;
      stream.bytes += static_cast<std::uint64_t>(packet->size);
      stream.crc = av::crc32(stream.crc, {packet->data, static_cast<std::size_t>(packet->size)});
      if (packet->flags & AV_PKT_FLAG_KEY) ++stream.key_packets;
    }
    av_packet_unref(packet.get());
    if (progress && count % 1024 == 0)
      progress(std::min(1.0, static_cast<double>(avio_tell(context->pb)) / size));
  }
  // WAV says it per stream only, a file without an index not at all.
  for (unsigned i = 0; i < context->nb_streams && probe.duration <= 0; ++i)
    if (const AVStream* stream = context->streams[i]; stream->duration > 0)
      probe.duration = static_cast<double>(stream->duration) * av_q2d(stream->time_base);
  // A file cut short ends with an error; what was read counts. A failing disk does not.
  if (av::failed_reading(context, code))
    return error("cannot-read", "cannot read {}: {}", path, av::text_of(code));
  return probe;
}

}  // namespace tessera::recording
