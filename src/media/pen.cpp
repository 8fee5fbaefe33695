#include "media/pen.hpp"

#include <algorithm>
#include <numbers>

namespace tessera::media {

CairoSurface new_surface(int width, int height) {
  return CairoSurface(cairo_image_surface_create(CAIRO_FORMAT_ARGB32, width, height));
}

void set_source(cairo_t* cairo, std::uint32_t rgb, double alpha) {
  cairo_set_source_rgba(cairo, (rgb >> 16 & 0xff) / 255.0, (rgb >> 8 & 0xff) / 255.0, (rgb & 0xff) / 255.0,
                        alpha);
}

void rounded_rectangle(cairo_t* cairo, double x, double y, double width, double height, double radius) {
  constexpr double quarter = std::numbers::pi / 2;
  radius = std::clamp(radius, 0.0, std::min(width, height) / 2);
  cairo_new_sub_path(cairo);
  cairo_arc(cairo, x + width - radius, y + radius, radius, -quarter, 0);
  cairo_arc(cairo, x + width - radius, y + height - radius, radius, 0, quarter);
  cairo_arc(cairo, x + radius, y + height - radius, radius, quarter, 2 * quarter);
  cairo_arc(cairo, x + radius, y + radius, radius, 2 * quarter, 3 * quarter);
  cairo_close_path(cairo);
}

TextLayout make_text(cairo_t* cairo, const std::string& text, double size, int most_width, bool bold) {
  TextLayout layout(pango_cairo_create_layout(cairo));
  PangoFontDescription* font = pango_font_description_from_string(bold ? "Sans Bold" : "Sans Semi-Bold");
  pango_font_description_set_absolute_size(font, size * PANGO_SCALE);
  pango_layout_set_font_description(layout.get(), font);
  pango_font_description_free(font);
  pango_layout_set_single_paragraph_mode(layout.get(), TRUE);
  pango_layout_set_text(layout.get(), text.c_str(), static_cast<int>(text.size()));
  int width = 0;
  pango_layout_get_pixel_size(layout.get(), &width, nullptr);
  if (width > most_width) {  // a width set on a short line would push right-to-left text to its far end
    pango_layout_set_width(layout.get(), most_width * PANGO_SCALE);
    pango_layout_set_ellipsize(layout.get(), PANGO_ELLIPSIZE_END);
  }
  return layout;
}

TextSize size_of(PangoLayout* text) {
  TextSize size;
  pango_layout_get_pixel_size(text, &size.width, &size.height);
  return size;
}

TextSize measure_text(const std::string& text, double size, int most_width, bool bold) {
  if (text.empty()) return {};
  const auto surface = new_surface(1, 1);
  const CairoContext cairo(cairo_create(surface.get()));
  return size_of(make_text(cairo.get(), text, size, most_width, bold).get());
}

}  // namespace tessera::media
