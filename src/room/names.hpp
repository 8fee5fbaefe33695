#pragma once
#include <string>

namespace tessera::room {

/// A display name as a tile and a list can show it: valid UTF-8, no control characters, no bidirectional
/// overrides that could disguise one name as another, runs of space folded, at most 64 characters. Empty
/// gives `fallback`.
std::string clean_name(const std::string& name, const std::string& fallback);

}  // namespace tessera::room
