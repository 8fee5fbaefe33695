#include "recording/packet_reader.hpp"

#include <algorithm>

namespace tessera::recording {
namespace {

bool is_whole(const AVPacket* packet) {
  return packet->size > 0 && packet->pts != AV_NOPTS_VALUE && !(packet->flags & AV_PKT_FLAG_CORRUPT);
}

double part_read(const AVFormatContext* context) {
  const auto size = static_cast<double>(std::max<std::int64_t>(avio_size(context->pb), 1));
  return std::min(1.0, static_cast<double>(avio_tell(context->pb)) / size);
}

Error read_error(const AVFormatContext* context, int code) {
  return error("cannot-read", "cannot read {}: {}", context->url, av::text_of(code));
}

bool is_usable(const AVCodecParameters* codec) {
  switch (codec->codec_id) {
    case AV_CODEC_ID_H264:
      return codec->extradata_size > 0;
    case AV_CODEC_ID_VP8:
      return true;
    case AV_CODEC_ID_AAC:
    case AV_CODEC_ID_OPUS:
      return codec->extradata_size > 0 && codec->sample_rate > 0;
    case AV_CODEC_ID_PCM_S16LE:
      return codec->sample_rate > 0 && codec->ch_layout.nb_channels > 0;
    default:
      return false;
  }
}

}  // namespace

LiveStreams find_streams(const AVFormatContext* context) {
  LiveStreams found;
  for (int i = static_cast<int>(context->nb_streams) - 1; i >= 0; --i) {
    const AVCodecParameters* codec = context->streams[i]->codecpar;
    if (!is_usable(codec)) continue;
    (codec->codec_type == AVMEDIA_TYPE_VIDEO ? found.video : found.audio) = i;
  }
  return found;
}

Result<void> each_packet(AVFormatContext* context, const std::function<void(double)>& progress,
                         const std::function<Result<void>(AVPacket*)>& visit) {
  const auto packet = av::new_packet();
  int code = 0;
  for (std::uint64_t count = 0; (code = av_read_frame(context, packet.get())) >= 0; ++count) {
    if (is_whole(packet.get()))
      if (auto visited = visit(packet.get()); !visited) return visited;
    av_packet_unref(packet.get());
    if (progress && count % 1024 == 0) progress(part_read(context));
  }
  if (av::failed_reading(context, code)) return read_error(context, code);
  return {};  // the end, or a torn one
}

PacketReader::PacketReader(av::Input input, int index)
    : input_(std::move(input)), packet_(av::new_packet()), index_(index) {}

Result<PacketReader> PacketReader::open(const std::string& path, Kind kind) {
  auto input = av::open_input(path);
  if (!input) return input.error();
  const LiveStreams streams = find_streams(input->get());
  const int index = kind == Kind::video ? streams.video : streams.audio;
  if (index < 0)
    return error("unreadable", "{} holds no {} that can be finished", path,
                 kind == Kind::video ? "picture" : "sound");
  for (int i = 0; i < static_cast<int>((*input)->nb_streams); ++i)
    if (i != index) (*input)->streams[i]->discard = AVDISCARD_ALL;
  return PacketReader(std::move(*input), index);
}

AVPacket* PacketReader::next() {
  while (code_ >= 0) {
    av_packet_unref(packet_.get());
    code_ = av_read_frame(input_.get(), packet_.get());
    if (code_ >= 0 && packet_->stream_index == index_ && is_whole(packet_.get())) return packet_.get();
  }
  return nullptr;
}

Result<void> PacketReader::status() const {
  if (av::failed_reading(input_.get(), code_)) return read_error(input_.get(), code_);
  return {};
}

double PacketReader::fraction() const {
  return part_read(input_.get());
}

}  // namespace tessera::recording
