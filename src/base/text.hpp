#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace tessera {

/// UTF-8 text for a message or a log: as it is when it has at most `most` bytes (at least 3), else its
/// beginning and "...", together at most `most`. Never ends within a character: half of one would make the
/// message that quotes it invalid.
std::string shortened(std::string_view text, std::size_t most);

/// Characters (Unicode code points) of valid UTF-8 text.
std::size_t characters_in(std::string_view text);

}  // namespace tessera
