#pragma once
#include <string>
#include <string_view>

namespace tessera::recording {

/// For a terminal: control characters and what is not UTF-8 become "?", and at most `limit` characters are
/// kept. Names come from strangers; a terminal obeys escape sequences.
std::string printable(std::string_view text, std::size_t limit = 80);

}  // namespace tessera::recording
