#pragma once
// What all drawings on tiles share: surfaces, colours, rounded rectangles and lines of text.

#include <pango/pangocairo.h>

#include <cstdint>
#include <memory>
#include <string>

#include "media/overlay.hpp"

namespace tessera::media {

struct PangoDeleter {
  void operator()(gpointer object) const { g_object_unref(object); }
};
using TextLayout = std::unique_ptr<PangoLayout, PangoDeleter>;

/// ARGB32, all transparent.
CairoSurface new_surface(int width, int height);
void set_source(cairo_t* cairo, std::uint32_t rgb, double alpha = 1);
/// A path; the radius is narrowed to what fits.
void rounded_rectangle(cairo_t* cairo, double x, double y, double width, double height, double radius);

/// One elided line of text. `size` in pixels; Pango picks fonts for every script and direction.
TextLayout make_text(cairo_t* cairo, const std::string& text, double size, int most_width, bool bold = false);

struct TextSize {
  int width = 0, height = 0;
};
TextSize size_of(PangoLayout* text);

/// The size that a line of text would have, without a surface of its own.
TextSize measure_text(const std::string& text, double size, int most_width, bool bold = false);

}  // namespace tessera::media
