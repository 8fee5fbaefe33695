#pragma once
// What a name looks like on a tile: cleaned text, initials and a colour. Pure.

#include <cstdint>
#include <string>
#include <string_view>

namespace tessera::media {

/// Valid UTF-8 on one line: broken bytes replaced, control and direction-override characters and runs of
/// white space become one space, at most `most` characters.
std::string clean_name(std::string_view name, int most = 80);

/// One or two graphemes: the first of the first word and of the last one, upper case ("Ada Lovelace" → "AL",
/// "grace" → "G", "👩‍💻 dev" → "👩‍💻D"). "?" when there is nothing to show.
std::string initials(std::string_view name);

/// A colour (0xRRGGBB) that goes well with white text, the same for the same name everywhere.
std::uint32_t name_color(std::string_view name);

}  // namespace tessera::media
