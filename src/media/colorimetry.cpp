#include "media/colorimetry.hpp"

#include <gst/video/video.h>

#include <memory>

namespace tessera::media {
namespace {

constexpr int hd_height = 720;

GstVideoColorimetry named(const char* name) {
  GstVideoColorimetry colorimetry;
  gst_video_colorimetry_from_string(&colorimetry, name);
  return colorimetry;
}

}  // namespace

GstVideoColorimetry colorimetry_of(const payload::PictureColors& colors) {
  GstVideoColorimetry colorimetry = named(GST_VIDEO_COLORIMETRY_BT601);
  const GstVideoColorMatrix matrix = gst_video_color_matrix_from_iso(colors.matrix);
  // Some of the matrices of H.273 depend on primaries or are no matrices at all; nobody films in them.
  gdouble red = 0, blue = 0;
  if (matrix != GST_VIDEO_COLOR_MATRIX_RGB && gst_video_color_matrix_get_Kr_Kb(matrix, &red, &blue))
    colorimetry.matrix = matrix;
  if (colors.full_range) colorimetry.range = GST_VIDEO_COLOR_RANGE_0_255;
  return colorimetry;
}

GstVideoColorimetry sent_colorimetry(gst::Codec codec, int height) {
  return named(codec == gst::Codec::h264 && height >= hd_height ? GST_VIDEO_COLORIMETRY_BT709
                                                                : GST_VIDEO_COLORIMETRY_BT601);
}

GstCaps* ColoredCaps::of(GstCaps* decoded, const payload::PictureColors& colors) {
  if (decoded == decoded_.get() && colors == colors_) return colored_.get();
  decoded_ = gst::ref(decoded);
  colors_ = colors;
  colored_ = gst::ref(decoded);
  GstVideoInfo info;
  if (!gst_video_info_from_caps(&info, decoded) || !GST_VIDEO_INFO_IS_YUV(&info)) return colored_.get();
  const GstVideoColorimetry colorimetry = colorimetry_of(colors);
  const std::unique_ptr<gchar, decltype(&g_free)> words(gst_video_colorimetry_to_string(&colorimetry),
                                                        g_free);
  colored_ = gst::adopt(gst_caps_copy(decoded));
  gst_caps_set_simple(colored_.get(), "colorimetry", G_TYPE_STRING, words.get(), nullptr);
  return colored_.get();
}

}  // namespace tessera::media
