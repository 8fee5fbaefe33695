#include "recording/picture.hpp"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libswscale/swscale.h>
}

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "recording/av.hpp"

namespace tessera::recording {
namespace {

struct FreeScaler {
  void operator()(SwsContext* scaler) const { sws_freeContext(scaler); }
};

struct Spread {
  double mean = 0, deviation = 0;
};

/// Of one plane, a sample each 4 × 4.
Spread spread_of(const AVFrame& picture, int plane, int width, int height) {
  double sum = 0, squares = 0, count = 0;
  for (int y = 0; y < height; y += 4)
    for (int x = 0; x < width; x += 4) {
      const double value = picture.data[plane][static_cast<std::ptrdiff_t>(y) * picture.linesize[plane] + x];
      sum += value;
      squares += value * value;
      ++count;
    }
  if (count == 0) return {};
  const double mean = sum / count;
  return {mean, std::sqrt(std::max(0.0, squares / count - mean * mean))};
}

}  // namespace

Result<av::Frame> new_picture(int width, int height) {
  av::Frame picture(av_frame_alloc());
  if (picture) {
    picture->format = AV_PIX_FMT_YUV420P;
    picture->width = width;
    picture->height = height;
    picture->color_range = AVCOL_RANGE_JPEG;
    picture->colorspace = AVCOL_SPC_BT470BG;
  }
  if (!picture || av_frame_get_buffer(picture.get(), 0) < 0)
    return error("cannot-write", "no memory for a picture of {} × {}", width, height);
  for (int plane = 0; plane < 3; ++plane)
    std::memset(picture->data[plane], plane == 0 ? 0 : 128,
                static_cast<std::size_t>(picture->linesize[plane]) *
                    static_cast<std::size_t>(plane == 0 ? height : height / 2));
  return picture;
}

Result<void> draw_into(const AVFrame& source, AVFrame& target, PictureArea area) {
  // Fit: the larger of the two reductions, on even pixels, in the middle.
  const double scale = std::min(static_cast<double>(area.width) / source.width,
                                static_cast<double>(area.height) / source.height);
  const int width = std::clamp(static_cast<int>(std::lround(source.width * scale / 2)) * 2, 2, area.width);
  const int height = std::clamp(static_cast<int>(std::lround(source.height * scale / 2)) * 2, 2, area.height);
  const int x = area.x + (area.width - width) / 4 * 2, y = area.y + (area.height - height) / 4 * 2;
  const std::unique_ptr<SwsContext, FreeScaler> scaler(
      sws_getContext(source.width, source.height, static_cast<AVPixelFormat>(source.format), width, height,
                     AV_PIX_FMT_YUV420P, SWS_AREA | SWS_ACCURATE_RND, nullptr, nullptr, nullptr));
  if (!scaler)
    return error("unreadable", "a picture of {} × {} cannot be scaled", source.width, source.height);
  const int* from = sws_getCoefficients(source.colorspace == AVCOL_SPC_BT709 ? SWS_CS_ITU709 : SWS_CS_ITU601);
  sws_setColorspaceDetails(scaler.get(), from, source.color_range == AVCOL_RANGE_JPEG,
                           sws_getCoefficients(SWS_CS_ITU601), 1, 0, 1 << 16, 1 << 16);
  std::array<std::uint8_t*, 4> planes{};
  for (int plane = 0; plane < 3; ++plane) {
    const int shift = plane == 0 ? 0 : 1;
    planes[static_cast<std::size_t>(plane)] =
        target.data[plane] + static_cast<std::ptrdiff_t>(y >> shift) * target.linesize[plane] + (x >> shift);
  }
  if (sws_scale(scaler.get(), source.data, source.linesize, 0, source.height, planes.data(),
                target.linesize) <= 0)
    return error("unreadable", "a picture cannot be scaled");
  return {};
}

double liveliness(const AVFrame& picture) {
  const Spread luma = spread_of(picture, 0, picture.width, picture.height);
  double colour = 0;
  for (const int plane : {1, 2}) {
    const Spread chroma = spread_of(picture, plane, picture.width / 2, picture.height / 2);
    colour += chroma.deviation;
  }
  return luma.deviation + colour / 2;
}

Result<std::string> encode_jpeg(const AVFrame& picture, int quality) {
  const AVCodec* codec = avcodec_find_encoder(AV_CODEC_ID_MJPEG);
  const av::Codec encoder(codec ? avcodec_alloc_context3(codec) : nullptr);
  if (!encoder) return error("missing-plugin", "FFmpeg was built without an encoder for JPEG");
  encoder->width = picture.width;
  encoder->height = picture.height;
  encoder->pix_fmt = AV_PIX_FMT_YUVJ420P;
  encoder->color_range = AVCOL_RANGE_JPEG;
  encoder->time_base = {1, 25};
  encoder->thread_count = 1;
  encoder->flags |= AV_CODEC_FLAG_QSCALE;
  encoder->global_quality = quality * FF_QP2LAMBDA;
  int code = avcodec_open2(encoder.get(), codec, nullptr);
  av::Frame input(av_frame_clone(&picture));
  const auto packet = av::new_packet();
  if (code >= 0 && input) {
    input->format = AV_PIX_FMT_YUVJ420P;
    input->quality = encoder->global_quality;
    input->pts = 0;
    input->pict_type = AV_PICTURE_TYPE_NONE;
    code = avcodec_send_frame(encoder.get(), input.get());
    if (code >= 0) code = avcodec_receive_packet(encoder.get(), packet.get());
  }
  if (code < 0 || !input)
    return error("unreadable", "a picture cannot be written as JPEG: {}", av::text_of(code));
  return std::string(reinterpret_cast<const char*>(packet->data), static_cast<std::size_t>(packet->size));
}

}  // namespace tessera::recording
