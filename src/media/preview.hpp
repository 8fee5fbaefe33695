#pragma once
// A picture of a layout with people who are not there, drawn with the same code as the live picture.

#include <string>

#include "base/result.hpp"
#include "layout/layout.hpp"
#include "media/fake_people.hpp"
#include "media/overlay.hpp"

namespace tessera::media {

struct PreviewSpec {
  int width = 1280, height = 720;  ///< of the canvas, even, 64 to 4096
  FakeCrowd crowd;
};

/// RGB. `directory`: where the layout's images are. Errors: "bad-request" (the spec), "bad-image",
/// "cannot-read".
Result<CairoSurface> draw_preview(const layout::Layout& layout, const std::string& directory,
                                  const PreviewSpec& spec);

/// The bytes of a PNG file.
std::string png_of(cairo_surface_t* surface);

}  // namespace tessera::media
