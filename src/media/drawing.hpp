#pragma once
// Captions and cards on tiles, drawn with cairo and Pango. Everything here runs on the control thread
// (Pango's font map belongs to a thread, and drawing text takes milliseconds); what comes out is used on any
// thread.

#include <cstdint>
#include <string>

#include "gst/ptr.hpp"
#include "media/overlay.hpp"

namespace tessera::media {

class Image;

/// A line of text on a plate in the middle of the tile ("connection lost").
Overlay draw_caption(const std::string& text, int tile_width, int tile_height);

/// Fills the picture with a card: the avatar, or initials where there is none, in a circle on the name's
/// colour, and a caption below (may be empty).
void draw_card(GstVideoFrame* frame, const std::string& name, const Image* avatar,
               const std::string& caption);

/// Draws something once, so that the fonts are found before a room needs them (100 ms and more the first
/// time).
void warm_up_fonts();

}  // namespace tessera::media
