#include "media/backdrop.hpp"

#include "media/frame.hpp"
#include "media/image.hpp"
#include "media/pen.hpp"

namespace tessera::media {

BackdropPicture::BackdropPicture(const Backdrop& backdrop, int width, int height)
    : backdrop_(backdrop), buffer_(solid(width, height, to_yuv(backdrop.color))) {
  if (!backdrop.image) return;
  surface_ = new_surface(width, height);
  {
    const CairoContext cairo(cairo_create(surface_.get()));
    set_source(cairo.get(), backdrop.color);
    cairo_paint(cairo.get());
    backdrop.image->draw(cairo.get(), width, height, Fit::cover);
  }
  const GstVideoInfo info = i420_info(width, height);
  MappedFrame frame(info, buffer_.get(), GST_MAP_WRITE);
  if (frame) media::paint(surface_.get(), frame.get());
}

void BackdropPicture::paint(cairo_t* cairo, int x, int y) const {
  if (surface_)
    cairo_set_source_surface(cairo, surface_.get(), -x, -y);
  else
    set_source(cairo, backdrop_.color);
  cairo_paint(cairo);
}

}  // namespace tessera::media
