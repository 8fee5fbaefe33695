#include "media/canvas.hpp"

#include "media/mix_canvas.hpp"

namespace tessera::media {

Result<std::unique_ptr<Canvas>> Canvas::create(Loop& loop, CanvasSpec spec) {
  return MixCanvas::create(loop, spec);
}

}  // namespace tessera::media
