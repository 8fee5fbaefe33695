#include "media/scaler.hpp"

namespace tessera::media {
namespace {

std::uint8_t* pixel(GstVideoFrame* frame, int plane, int x, int y) {
  return static_cast<std::uint8_t*>(GST_VIDEO_FRAME_PLANE_DATA(frame, plane)) +
         static_cast<std::ptrdiff_t>(y) * GST_VIDEO_FRAME_PLANE_STRIDE(frame, plane) + x;
}

ScaledAxis whole(int start, int source, int limit, int dest) {
  return {.start = start, .source = source, .limit = limit, .dest = dest, .first = 0, .count = dest};
}

ScaledAxis halved(int start, int source, int limit, int dest) {
  return whole(start / 2, (source + 1) / 2, (limit + 1) / 2, (dest + 1) / 2);
}

}  // namespace

Scaler::Scaler(int width, int height, Fit fit, Yuv bars)
    : width_(width), height_(height), fit_(fit), bars_(bars) {
  gst_video_info_init(&source_);
}

bool Scaler::prepare(const GstVideoInfo& info) {
  if ((luma_ || converter_) && gst_video_info_is_equal(&info, &source_)) return true;
  source_ = info;
  plan_ = plan_fit({info.width, info.height, info.par_n, info.par_d}, width_, height_, fit_);
  luma_.reset();
  chroma_.reset();
  converter_.reset();
  colors_.reset();
  if (GST_VIDEO_INFO_IS_YUV(&info))
    colors_ = ColorMatrix::between(info.colorimetry, i420_info(width_, height_).colorimetry);
  // Two taps (bilinear) down to half the size; below that they would skip pixels, so the filter widens.
  const bool small = plan_.source.w <= 2 * plan_.dest.w && plan_.source.h <= 2 * plan_.dest.h;
  if (!small || GST_VIDEO_INFO_FORMAT(&info) != GST_VIDEO_FORMAT_I420)
    return prepare_converter(info, small ? 2 : 0);
  prepare_planes(info);
  return true;
}

void Scaler::prepare_planes(const GstVideoInfo& info) {
  const Rect &from = plan_.source, &to = plan_.dest;
  luma_.emplace(whole(from.x, from.w, info.width, to.w), whole(from.y, from.h, info.height, to.h));
  chroma_.emplace(halved(from.x, from.w, info.width, to.w), halved(from.y, from.h, info.height, to.h));
}

bool Scaler::prepare_converter(const GstVideoInfo& info, unsigned taps) {
  GstVideoInfo out = i420_info(width_, height_);
  GstVideoInfo in = info;
  // The converter refuses to change these, and colours are changed afterwards, in a tenth of its time.
  in.fps_n = out.fps_n;
  in.fps_d = out.fps_d;
  in.interlace_mode = out.interlace_mode;
  in.par_n = in.par_d = 1;
  if (GST_VIDEO_INFO_IS_YUV(&in)) {
    in.colorimetry = out.colorimetry;
    in.chroma_site = out.chroma_site;
  }
  GstStructure* options = gst_structure_new(
      "options", GST_VIDEO_CONVERTER_OPT_RESAMPLER_METHOD, GST_TYPE_VIDEO_RESAMPLER_METHOD,
      GST_VIDEO_RESAMPLER_METHOD_LINEAR, GST_VIDEO_CONVERTER_OPT_RESAMPLER_TAPS, G_TYPE_UINT, taps,
      GST_VIDEO_CONVERTER_OPT_SRC_X, G_TYPE_INT, plan_.source.x, GST_VIDEO_CONVERTER_OPT_SRC_Y, G_TYPE_INT,
      plan_.source.y, GST_VIDEO_CONVERTER_OPT_SRC_WIDTH, G_TYPE_INT, plan_.source.w,
      GST_VIDEO_CONVERTER_OPT_SRC_HEIGHT, G_TYPE_INT, plan_.source.h, GST_VIDEO_CONVERTER_OPT_DEST_X,
      G_TYPE_INT, plan_.dest.x, GST_VIDEO_CONVERTER_OPT_DEST_Y, G_TYPE_INT, plan_.dest.y,
      GST_VIDEO_CONVERTER_OPT_DEST_WIDTH, G_TYPE_INT, plan_.dest.w, GST_VIDEO_CONVERTER_OPT_DEST_HEIGHT,
      G_TYPE_INT, plan_.dest.h, GST_VIDEO_CONVERTER_OPT_FILL_BORDER, G_TYPE_BOOLEAN, FALSE,
      GST_VIDEO_CONVERTER_OPT_MATRIX_MODE, GST_TYPE_VIDEO_MATRIX_MODE,
      GST_VIDEO_INFO_IS_YUV(&in) ? GST_VIDEO_MATRIX_MODE_NONE : GST_VIDEO_MATRIX_MODE_FULL,
      GST_VIDEO_CONVERTER_OPT_THREADS, G_TYPE_UINT, 1u, nullptr);
  converter_ = gst::adopt(gst_video_converter_new(&in, &out, options));
  return converter_ != nullptr;
}

bool Scaler::scale(const GstVideoInfo& info, GstBuffer* raw, GstVideoFrame* out) {
  if (!prepare(info)) return false;
  MappedFrame in(info, raw, GST_MAP_READ);
  if (!in) return false;
  const Rect& box = plan_.dest;
  if (box.x > 0 || box.w < width_) {
    fill(out, {0, 0, box.x, height_}, bars_);
    fill(out, {box.x + box.w, 0, width_ - box.x - box.w, height_}, bars_);
  }
  if (box.y > 0 || box.h < height_) {
    fill(out, {0, 0, width_, box.y}, bars_);
    fill(out, {0, box.y + box.h, width_, height_ - box.y - box.h}, bars_);
  }
  if (luma_)
    scale_planes(in.get(), out);
  else
    gst_video_converter_frame(converter_.get(), in.get(), out);
  if (colors_) colors_->apply(out, out, box);
  return true;
}

void Scaler::scale_planes(GstVideoFrame* in, GstVideoFrame* out) {
  for (int plane = 0; plane < 3; ++plane) {
    const int x = plane == 0 ? plan_.dest.x : plan_.dest.x / 2,
              y = plane == 0 ? plan_.dest.y : plan_.dest.y / 2;
    (plane == 0 ? *luma_ : *chroma_)
        .scale(pixel(out, plane, x, y), GST_VIDEO_FRAME_PLANE_STRIDE(out, plane), pixel(in, plane, 0, 0),
               GST_VIDEO_FRAME_PLANE_STRIDE(in, plane));
  }
}

}  // namespace tessera::media
