#include "recording/media_output.hpp"

#include <algorithm>

namespace tessera::recording {
namespace {

constexpr AVRational milliseconds{1, 1000};
constexpr int aac_frame = 1024;

}  // namespace

// They live in the context, which frees them.
bool add_chapters(AVFormatContext* context, const std::vector<Chapter>& chapters, std::int64_t length_ms) {
  if (chapters.empty()) return true;
  context->chapters = static_cast<AVChapter**>(av_calloc(chapters.size(), sizeof(AVChapter*)));
  if (!context->chapters) return false;
  for (std::size_t i = 0; i < chapters.size(); ++i) {
    auto* chapter = static_cast<AVChapter*>(av_mallocz(sizeof(AVChapter)));
    if (!chapter) return false;
    context->chapters[context->nb_chapters++] = chapter;
    chapter->id = static_cast<std::int64_t>(i) + 1;
    chapter->time_base = milliseconds;
    chapter->start = chapters[i].ms;
    chapter->end = std::max(i + 1 < chapters.size() ? chapters[i + 1].ms : length_ms, chapter->start);
    av_dict_set(&chapter->metadata, "title", chapters[i].title.c_str(), 0);
  }
  return true;
}

Result<std::unique_ptr<MediaOutput>> MediaOutput::create(const std::string& path, const Format& format,
                                                         const Tags& tags, std::int64_t length) {
  av::route_log();
  std::unique_ptr<MediaOutput> made(new MediaOutput(path, format));
  AVFormatContext* raw = nullptr;
  const std::string url = "file:" + path;
  const std::string muxer(format.muxer);
  if (const int code = avformat_alloc_output_context2(&raw, nullptr, muxer.c_str(), url.c_str()); code < 0)
    return made->failure(code);
  made->context_.reset(raw);
  av_dict_set(&raw->metadata, "title", tags.title.c_str(), 0);
  av_dict_set(&raw->metadata, "creation_time", tags.created.c_str(), 0);
  if (!add_chapters(raw, tags.chapters, length / 1000)) return made->failure(AVERROR(ENOMEM));
  raw->avoid_negative_ts = AVFMT_AVOID_NEG_TS_DISABLED;  // the plan's times are final
  if (const int code = avio_open(&raw->pb, url.c_str(), AVIO_FLAG_WRITE); code < 0)
    return made->failure(code);
  return made;
}

Result<OutputStream> MediaOutput::add(const AVStream* source, int rate) {
  AVStream* stream = avformat_new_stream(context_.get(), nullptr);
  if (!stream || avcodec_parameters_copy(stream->codecpar, source->codecpar) < 0)
    return failure(AVERROR(ENOMEM));
  stream->codecpar->codec_tag = 0;  // Matroska's tags mean nothing elsewhere
  stream->time_base = {1, rate};
  if (source->codecpar->codec_type == AVMEDIA_TYPE_VIDEO) stream->avg_frame_rate = source->avg_frame_rate;
  if (source->codecpar->codec_id == AV_CODEC_ID_AAC) {
    stream->codecpar->frame_size = aac_frame;
    stream->codecpar->initial_padding = 0;  // the recorder took the encoder's run-up away
  }
  // Matroska counts what a decoder drops at the beginning (CodecDelay) into its times; this version of the
  // muxer writes the one and leaves the other to us. A block before 0 stops Chromium's decoder.
  const bool delayed =
      std::string_view(format_.muxer) == "webm" && source->codecpar->codec_id == AV_CODEC_ID_OPUS;
  lanes_.push_back({stream, rate, 0, {}, delayed ? std::max(stream->codecpar->initial_padding, 0) : 0});
  return OutputStream{static_cast<int>(lanes_.size()) - 1};
}

Result<void> MediaOutput::begin() {
  AVDictionary* options = nullptr;
  const std::string_view muxer = format_.muxer;
  if (muxer == "mp4" || muxer == "ipod") {
    av_dict_set(&options, "movflags", "+faststart", 0);
    av_dict_set_int(&options, "video_track_timescale", video_rate, 0);
  }
  if (muxer == "webm") av_dict_set_int(&options, "cues_to_front", 1, 0);
  if (muxer == "wav") av_dict_set(&options, "rf64", "auto", 0);  // more than 4 GiB: 12 hours of stereo
  const int code = avformat_write_header(context_.get(), &options);
  av_dict_free(&options);
  if (code < 0) return failure(code);
  return {};
}

Result<void> MediaOutput::fill_until(OutputStream stream, std::int64_t time) {
  if (format_.audio != AudioCodec::pcm) return {};
  Lane& to = lanes_[static_cast<std::size_t>(stream.index)];
  while (to.next < time)
    if (auto written = write_silence(to, std::min<std::int64_t>(time - to.next, to.rate)); !written)
      return written;
  return {};
}

Result<void> MediaOutput::write_silence(Lane& lane, std::int64_t samples) {
  const auto packet = av::new_packet();
  const int bytes = static_cast<int>(samples) * lane.stream->codecpar->ch_layout.nb_channels * 2;
  if (const int code = av_new_packet(packet.get(), bytes); code < 0) return failure(code);
  std::fill_n(packet->data, bytes, std::uint8_t{0});
  return write({lane.stream->index}, packet.get(), {.pts = lane.next, .dts = lane.next, .duration = samples});
}

Result<void> MediaOutput::write(OutputStream stream, AVPacket* packet, const Place& place) {
  Lane& to = lanes_[static_cast<std::size_t>(stream.index)];
  const AVRational unit{1, to.rate};
  packet->pts = av_rescale_q(place.pts + to.delay, unit, to.stream->time_base);
  packet->dts = av_rescale_q(place.dts + to.delay, unit, to.stream->time_base);
  packet->duration = av_rescale_q(place.duration, unit, to.stream->time_base);
  packet->stream_index = to.stream->index;
  packet->pos = -1;
  ++to.sum.packets;
  to.sum.bytes += static_cast<std::uint64_t>(packet->size);
  to.sum.crc = av::crc32(to.sum.crc, {packet->data, static_cast<std::size_t>(packet->size)});
  to.next = place.pts + place.duration;
  if (const int code = av_interleaved_write_frame(context_.get(), packet); code < 0) return failure(code);
  return {};
}

Result<void> MediaOutput::end() {
  if (const int code = av::end_file(context_.get()); code < 0) return failure(code);
  return {};
}

}  // namespace tessera::recording
