#pragma once
// Copies and scales I420 pictures into one another: for pictures that are made without the compositor.

#include "gst/ptr.hpp"
#include "media/canvas.hpp"

namespace tessera::media {

/// Draws `source` (a part of `from`; even) into `dest` of `to` (even offset, any size from 2×2), scaled
/// bilinearly where the sizes differ. What falls outside of `to` is left out.
void blit(GstVideoFrame* to, const Rect& dest, GstVideoFrame* from, const Rect& source);

}  // namespace tessera::media
