#include "remix/video_track.hpp"

#include "base/log.hpp"
#include "gst/element.hpp"
#include "media/colorimetry.hpp"

namespace tessera::remix {
namespace {

/// The planes as they are: the frame lives as long as the buffer.
gst::Ptr<GstBuffer> wrap(const AVFrame* frame, const GstVideoInfo& info) {
  auto buffer = gst::adopt(gst_buffer_new());
  gsize offset[GST_VIDEO_MAX_PLANES] = {};
  gint stride[GST_VIDEO_MAX_PLANES] = {};
  gsize at = 0;
  for (int plane = 0; plane < 3; ++plane) {
    const auto rows = static_cast<gsize>(GST_VIDEO_INFO_COMP_HEIGHT(&info, plane));
    const gsize size = static_cast<gsize>(frame->linesize[plane]) * rows;
    AVFrame* reference = av_frame_clone(frame);
    if (!reference) return nullptr;
    gst_buffer_append_memory(
        buffer.get(), gst_memory_new_wrapped(GST_MEMORY_FLAG_READONLY, frame->data[plane], size, 0, size,
                                             reference, [](gpointer data) {
                                               auto* last = static_cast<AVFrame*>(data);
                                               av_frame_free(&last);
                                             }));
    offset[plane] = at;
    stride[plane] = frame->linesize[plane];
    at += size;
  }
  gst_buffer_add_video_meta_full(buffer.get(), GST_VIDEO_FRAME_FLAG_NONE, GST_VIDEO_FORMAT_I420,
                                 static_cast<guint>(frame->width), static_cast<guint>(frame->height), 3,
                                 offset, stride);
  return buffer;
}

bool is_plain(const AVFrame* frame) {
  const bool format = frame->format == AV_PIX_FMT_YUV420P || frame->format == AV_PIX_FMT_YUVJ420P;
  return format && frame->width > 0 && frame->height > 0 && frame->linesize[0] > 0 &&
         frame->linesize[1] > 0 && frame->linesize[2] > 0;
}

}  // namespace

Result<std::unique_ptr<VideoTrack>> VideoTrack::open(const std::string& path, std::int64_t shift_ns) {
  gst::ensure_initialised();
  auto input = recording::av::open_input(path);
  if (!input) return input.error();
  std::unique_ptr<VideoTrack> track(new VideoTrack);
  track->input_ = std::move(*input);
  track->shift_ = shift_ns;
  for (unsigned i = 0; i < track->input_->nb_streams; ++i) {
    AVStream* stream = track->input_->streams[i];
    const bool wanted = stream->codecpar->codec_type == AVMEDIA_TYPE_VIDEO && track->stream_ < 0;
    if (wanted) track->stream_ = static_cast<int>(i);
    stream->discard = wanted ? AVDISCARD_DEFAULT : AVDISCARD_ALL;
  }
  if (track->stream_ < 0) return std::unique_ptr<VideoTrack>();
  const AVCodecParameters* codec = track->input_->streams[track->stream_]->codecpar;
  track->path_ = path;
  if (!track->open_decoder())
    return error("missing-plugin", "{}: FFmpeg cannot decode {}", path, avcodec_get_name(codec->codec_id));
  track->decoder_.reset();  // until it is needed
  return track;
}

bool VideoTrack::open_decoder() {
  const AVCodecParameters* codec = input_->streams[stream_]->codecpar;
  const AVCodec* decoder = avcodec_find_decoder(codec->codec_id);
  if (!decoder) return false;
  // A second thread: the next frame is decoded while this one is painted. One, where no more can be had.
  for (const int threads : {2, 1}) {
    decoder_.reset(avcodec_alloc_context3(decoder));
    if (!decoder_) break;
    decoder_->thread_count = threads;
    if (avcodec_parameters_to_context(decoder_.get(), codec) >= 0 &&
        avcodec_open2(decoder_.get(), decoder, nullptr) >= 0)
      return true;
  }
  decoder_.reset();
  return false;
}

void VideoTrack::close() {
  finished_ = true;
  decoder_.reset();
  input_.reset();
}

bool VideoTrack::advance(GstClockTime time) {
  bool moved = false;
  for (;;) {
    if (!next_.buffer && !decode_next(time)) return moved;
    if (next_.time > time) return moved;
    current_ = std::move(next_);
    next_ = {};
    moved = true;
  }
}

bool VideoTrack::read_packet() {
  int read = 0;
  while ((read = av_read_frame(input_.get(), packet_.get())) >= 0 && packet_->stream_index != stream_)
    av_packet_unref(packet_.get());
  return read >= 0;
}

std::int64_t VideoTrack::position_of(std::int64_t pts) const {
  return av_rescale_q(pts, input_->streams[stream_]->time_base, recording::av::nanoseconds) + shift_;
}

bool VideoTrack::begin(GstClockTime time) {
  if (!first_read_) first_read_ = read_packet();
  if (first_read_ && packet_->pts != AV_NOPTS_VALUE &&
      position_of(packet_->pts) > static_cast<std::int64_t>(time))
    return false;
  if (!first_read_ || !open_decoder()) {
    if (first_read_) log::warn("{} is not shown: no decoder can be opened any more", path_);
    close();
    return false;
  }
  avcodec_send_packet(decoder_.get(), packet_.get());
  av_packet_unref(packet_.get());
  return true;
}

bool VideoTrack::decode_next(GstClockTime time) {
  if (finished_ || (!decoder_ && !begin(time))) return false;
  const recording::av::Frame frame(av_frame_alloc());
  while (frame) {
    const int got = avcodec_receive_frame(decoder_.get(), frame.get());
    if (got == 0) {
      if (take(frame.get())) return true;
      continue;
    }
    if (got == AVERROR_EOF) close();
    if (got != AVERROR(EAGAIN) || ended_) return false;
    ended_ = !read_packet();
    avcodec_send_packet(decoder_.get(), ended_ ? nullptr : packet_.get());  // a bad packet gives no frame
    av_packet_unref(packet_.get());
  }
  return false;
}

bool VideoTrack::take(AVFrame* frame) {
  if (!is_plain(frame) || frame->best_effort_timestamp == AV_NOPTS_VALUE) return false;
  const std::int64_t time = position_of(frame->best_effort_timestamp);
  gst_video_info_set_format(&next_.info, GST_VIDEO_FORMAT_I420, static_cast<guint>(frame->width),
                            static_cast<guint>(frame->height));
  // libav's numbers are those of H.273. VP8 knows one matrix, whatever its decoder says.
  const bool full = frame->format == AV_PIX_FMT_YUVJ420P || frame->color_range == AVCOL_RANGE_JPEG;
  const bool tagged = decoder_->codec_id != AV_CODEC_ID_VP8;
  next_.info.colorimetry =
      media::colorimetry_of(tagged ? payload::PictureColors{static_cast<unsigned>(frame->colorspace), full}
                                   : payload::PictureColors{});
  next_.buffer = wrap(frame, next_.info);
  next_.time = static_cast<GstClockTime>(std::max<std::int64_t>(time, 0));
  ++decoded_;
  return next_.buffer != nullptr;
}

}  // namespace tessera::remix
