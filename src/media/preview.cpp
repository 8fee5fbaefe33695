#include "media/preview.hpp"

#include <algorithm>
#include <filesystem>

#include "gst/element.hpp"
#include "media/backdrop.hpp"
#include "media/blit.hpp"
#include "media/corner_cut.hpp"
#include "media/image.hpp"
#include "media/placement_style.hpp"
#include "media/tile_view.hpp"

namespace tessera::media {
namespace {

constexpr int most_people = 200;

Result<void> check(const PreviewSpec& spec) {
  for (const int side : {spec.width, spec.height})
    if (side < 64 || side > 4096 || side % 2 != 0)
      return error("bad-request", "the size of a preview is two even numbers from 64 to 4096, not {}×{}",
                   spec.width, spec.height);
  const FakeCrowd& crowd = spec.crowd;
  if (crowd.participants < 0 || crowd.participants > most_people)
    return error("bad-request", "participants: 0 to {}, not {}", most_people, crowd.participants);
  for (const int one : {crowd.speaking, crowd.pinned})
    if (one < 0 || one > most_people) return error("bad-request", "there is no participant {}", one);
  return {};
}

bool overlap(const layout::Rect& a, const layout::Rect& b) {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

/// BT.601 back to RGB, as a browser would show it.
CairoSurface to_rgb(GstVideoFrame* frame) {
  const int width = GST_VIDEO_FRAME_WIDTH(frame), height = GST_VIDEO_FRAME_HEIGHT(frame);
  CairoSurface surface(cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height));
  cairo_surface_flush(surface.get());
  unsigned char* data = cairo_image_surface_get_data(surface.get());
  const int stride = cairo_image_surface_get_stride(surface.get());
  const auto sample = [&](int plane, int x, int y) {
    return static_cast<const std::uint8_t*>(
        GST_VIDEO_FRAME_PLANE_DATA(frame, plane))[y * GST_VIDEO_FRAME_PLANE_STRIDE(frame, plane) + x];
  };
  const auto part = [](int value) {
    return static_cast<std::uint32_t>(std::clamp((value + 128) >> 8, 0, 255));
  };
  for (int y = 0; y < height; ++y) {
    auto* line = reinterpret_cast<std::uint32_t*>(data + static_cast<std::ptrdiff_t>(y) * stride);
    for (int x = 0; x < width; ++x) {
      const int c = 298 * (sample(0, x, y) - 16), d = sample(1, x / 2, y / 2) - 128,
                e = sample(2, x / 2, y / 2) - 128;
      line[x] = part(c + 409 * e) << 16 | part(c - 100 * d - 208 * e) << 8 | part(c + 516 * d);
    }
  }
  cairo_surface_mark_dirty(surface.get());
  return surface;
}

class Preview {
 public:
  Preview(const layout::Layout& layout, std::string directory, const PreviewSpec& spec)
      : spec_(spec), directory_(std::move(directory)), info_(i420_info(spec.width, spec.height)) {
    solution_ = layout::solve(layout, spec.width, spec.height, fake_situation(spec.crowd));
  }

  Result<CairoSurface> draw() {
    Backdrop backdrop{solution_.background, nullptr};
    if (!solution_.background_image.empty()) {
      auto image = load(solution_.background_image);
      if (!image) return std::move(image).error();
      backdrop.image = std::move(*image);
    }
    behind_ = std::make_shared<const BackdropPicture>(backdrop, spec_.width, spec_.height);
    MappedFrame canvas(info_, behind_->buffer(), GST_MAP_READWRITE);
    if (!canvas) return error("no-memory", "no memory for a picture of {}×{}", spec_.width, spec_.height);
    for (const auto& placement : solution_.placements)
      if (auto drawn = draw_tile(placement, canvas.get()); !drawn) return std::move(drawn).error();
    return to_rgb(canvas.get());
  }

 private:
  Result<std::shared_ptr<const Image>> load(const std::string& file) const {
    return Image::load((std::filesystem::path(directory_) / file).string());
  }

  Result<gst::Ptr<GstSample>> source_of(const layout::Placement& placement) const {
    if (placement.kind == layout::Kind::screen) return fake_screen(1280, 720);
    if (placement.kind != layout::Kind::image) {
      const int number = number_of(placement.id);
      const bool upright = spec_.crowd.portrait && number % 3 == 0;
      return fake_camera(number, upright ? 360 : 640, upright ? 640 : 360);
    }
    auto image = load(placement.image);
    if (!image) return std::move(image).error();
    return (*image)->sample(solution_.background);
  }

  Result<void> draw_tile(const layout::Placement& placement, GstVideoFrame* canvas) const {
    const Rect rect{placement.rect.x, placement.rect.y, placement.rect.w, placement.rect.h};
    const bool over =
        std::any_of(solution_.placements.begin(), solution_.placements.begin() + placement.z,
                    [&](const layout::Placement& below) { return overlap(below.rect, placement.rect); });
    TileView view(look_of(rect, style_of(placement), behind_, over));
    Dress dress;
    bool card = false;
    if (placement.kind != layout::Kind::image) {
      const int number = number_of(placement.id);
      const FakePerson person = fake_person(number);
      const bool screen = placement.kind == layout::Kind::screen;
      dress.name = screen ? person.name + " (screen)" : person.name;
      dress.speaking = !screen && number == spec_.crowd.speaking;
      dress.muted = !screen && !dress.speaking && person.muted;
      dress.hand = !screen && person.hand;
      card = placement.kind == layout::Kind::audio_only;
    }
    view.set_dress(dress);
    if (card) {
      view.draw_card("");
    } else {
      auto source = source_of(placement);
      if (!source) return std::move(source).error();
      GstVideoInfo info;
      gst_video_info_from_caps(&info, gst_sample_get_caps(source->get()));
      view.draw_frame(info, gst_sample_get_buffer(source->get()), 0);
    }
    bool fresh = false;
    auto picture = card ? view.still() : view.due(0, fresh);
    if (view.look().over)
      picture = gst::adopt(gst_buffer_copy_deep(picture.get()));  // the view's own is shared
    const GstVideoInfo info = i420_info(rect.w, rect.h);
    MappedFrame tile(info, picture.get(), view.look().over ? GST_MAP_READWRITE : GST_MAP_READ);
    if (!tile) return {};
    if (view.look().over) {
      const CornerCut cut(rect.w, rect.h, placement.radius);
      for (int corner = 0; corner < CornerCut::corners; ++corner)
        cut.reveal(corner, tile.get(), canvas, rect.x, rect.y);
    }
    blit(canvas, rect, tile.get(), {0, 0, rect.w, rect.h});
    return {};
  }

  const PreviewSpec spec_;
  const std::string directory_;
  const GstVideoInfo info_;
  layout::Solution solution_;
  std::shared_ptr<const BackdropPicture> behind_;
};

}  // namespace

Result<CairoSurface> draw_preview(const layout::Layout& layout, const std::string& directory,
                                  const PreviewSpec& spec) {
  gst::ensure_initialised();
  if (auto sane = check(spec); !sane) return std::move(sane).error();
  return Preview(layout, directory, spec).draw();
}

std::string png_of(cairo_surface_t* surface) {
  std::string bytes;
  cairo_surface_write_to_png_stream(
      surface,
      [](void* to, const unsigned char* data, unsigned length) {
        static_cast<std::string*>(to)->append(reinterpret_cast<const char*>(data), length);
        return CAIRO_STATUS_SUCCESS;
      },
      &bytes);
  return bytes;
}

}  // namespace tessera::media
