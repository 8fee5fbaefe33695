#include "media/image.hpp"

#include <gst/app/gstappsink.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "gst/element.hpp"
#include "media/frame.hpp"
#include "media/pen.hpp"

namespace tessera::media {
namespace {

constexpr std::uintmax_t most_bytes = 16 * 1024 * 1024;
constexpr GstClockTime decode_limit = 5 * GST_SECOND;

bool sides_are_sane(int width, int height) {
  return width >= 1 && height >= 1 && width <= largest_side && height <= largest_side;
}

Error bad_image(const std::string& path, std::string_view reason) {
  return error("bad-image", "{}: {}", path, reason);
}

Result<CairoSurface> read_png(const std::string& path) {
  CairoSurface surface(cairo_image_surface_create_from_png(path.c_str()));
  if (const auto status = cairo_surface_status(surface.get()); status != CAIRO_STATUS_SUCCESS)
    return bad_image(path, cairo_status_to_string(status));
  return surface;
}

// One frame of BGRx from a pipeline that ends in the appsink "out".
Result<CairoSurface> pull_surface(const std::string& path, GstElement* pipeline) {
  const auto sink = gst::adopt(gst_bin_get_by_name(GST_BIN(pipeline), "out"));
  gst_element_set_state(pipeline, GST_STATE_PLAYING);
  const auto sample = gst::adopt(gst_app_sink_try_pull_sample(GST_APP_SINK(sink.get()), decode_limit));
  GstVideoInfo info;
  if (!sample || !gst_video_info_from_caps(&info, gst_sample_get_caps(sample.get())))
    return bad_image(path, "is no JPEG picture that can be decoded");
  if (!sides_are_sane(info.width, info.height))
    return bad_image(path, fmt::format("a side has at most {} pixels", largest_side));
  MappedFrame frame(info, gst_sample_get_buffer(sample.get()), GST_MAP_READ);
  if (!frame) return bad_image(path, "cannot be read into memory");
  CairoSurface surface(cairo_image_surface_create(CAIRO_FORMAT_RGB24, info.width, info.height));
  cairo_surface_flush(surface.get());
  unsigned char* to = cairo_image_surface_get_data(surface.get());
  const auto* from = static_cast<const unsigned char*>(GST_VIDEO_FRAME_PLANE_DATA(frame.get(), 0));
  for (int y = 0; y < info.height; ++y)
    std::memcpy(to + static_cast<std::ptrdiff_t>(y) * cairo_image_surface_get_stride(surface.get()),
                from + static_cast<std::ptrdiff_t>(y) * GST_VIDEO_FRAME_PLANE_STRIDE(frame.get(), 0),
                static_cast<std::size_t>(info.width) * 4);
  cairo_surface_mark_dirty(surface.get());
  return surface;
}

Result<CairoSurface> read_jpeg(const std::string& path) {
  gst::ensure_initialised();
  GError* problem = nullptr;
  const auto pipeline = gst::sink(gst_parse_launch(
      "filesrc name=in ! jpegdec ! videoconvert ! video/x-raw,format=BGRx ! appsink name=out sync=false",
      &problem));
  const auto owned = gst::adopt(problem);
  if (!pipeline) return error("missing-plugin", "{}: {}", path, owned ? owned->message : "no JPEG decoder");
  const auto source = gst::adopt(gst_bin_get_by_name(GST_BIN(pipeline.get()), "in"));
  g_object_set(source.get(), "location", path.c_str(), nullptr);
  auto surface = pull_surface(path, pipeline.get());
  gst_element_set_state(pipeline.get(), GST_STATE_NULL);
  return surface;
}

}  // namespace

Result<std::shared_ptr<const Image>> Image::load(const std::string& path) {
  std::error_code failure;
  const auto bytes = std::filesystem::file_size(path, failure);
  std::ifstream file(path, std::ios::binary);
  char head[8] = {};
  if (failure || !file.read(head, sizeof head))
    return error("cannot-read", "the image {} cannot be read", path);
  if (bytes > most_bytes) return bad_image(path, "an image has at most 16 MB");
  Result<CairoSurface> surface = bad_image(path, "is neither PNG nor JPEG");
  if (std::memcmp(head, "\x89PNG\r\n\x1a\n", 8) == 0) {
    // The sides stand in the first chunk; they are looked at before anything is allocated for them.
    unsigned char header[16] = {};
    file.read(reinterpret_cast<char*>(header), sizeof header);
    const auto side = [&](int at) {
      return header[at] << 24 | header[at + 1] << 16 | header[at + 2] << 8 | header[at + 3];
    };
    if (!file || !sides_are_sane(side(8), side(12)))
      return bad_image(path, fmt::format("a side has 1 to {} pixels", largest_side));
    surface = read_png(path);
  } else if (std::memcmp(head, "\xff\xd8\xff", 3) == 0) {
    surface = read_jpeg(path);
  }
  if (!surface) return std::move(surface).error();
  const int width = cairo_image_surface_get_width(surface->get());
  const int height = cairo_image_surface_get_height(surface->get());
  return std::make_shared<const Image>(std::move(*surface), width, height);
}

void Image::draw(cairo_t* cairo, double width, double height, Fit fit) const {
  const double across = width / width_, down = height / height_;
  const double scale = fit == Fit::cover ? std::max(across, down) : std::min(across, down);
  cairo_save(cairo);
  cairo_rectangle(cairo, 0, 0, width, height);
  cairo_clip(cairo);
  cairo_translate(cairo, (width - width_ * scale) / 2, (height - height_ * scale) / 2);
  cairo_scale(cairo, scale, scale);
  cairo_set_source_surface(cairo, surface_.get(), 0, 0);
  cairo_pattern_set_filter(cairo_get_source(cairo), CAIRO_FILTER_GOOD);
  cairo_pattern_set_extend(cairo_get_source(cairo), CAIRO_EXTEND_PAD);
  cairo_rectangle(cairo, 0, 0, width_, height_);
  cairo_fill(cairo);
  cairo_restore(cairo);
}

gst::Ptr<GstSample> Image::sample(std::uint32_t behind) const {
  const auto surface = new_surface(width_, height_);
  {
    const CairoContext cairo(cairo_create(surface.get()));
    set_source(cairo.get(), behind);
    cairo_paint(cairo.get());
    draw(cairo.get(), width_, height_, Fit::cover);
  }
  GstVideoInfo info = i420_info(width_, height_);
  auto buffer = gst::adopt(gst_buffer_new_allocate(nullptr, info.size, nullptr));
  {
    MappedFrame frame(info, buffer.get(), GST_MAP_WRITE);
    if (frame) paint(surface.get(), frame.get());
  }
  const auto caps = gst::adopt(gst_video_info_to_caps(&info));
  return gst::adopt(gst_sample_new(buffer.get(), caps.get(), nullptr, nullptr));
}

}  // namespace tessera::media
