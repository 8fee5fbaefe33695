#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "media/sound_reader.hpp"

namespace tessera::media {

/// The sounds that need no file: "recording" (a voice: "This meeting is being recorded."), "join" and "leave"
/// (chimes).
const std::vector<std::string>& own_sounds();

/// Error "unknown-sound" lists those there are.
Result<std::unique_ptr<SoundReader>> open_own_sound(std::string_view name);

}  // namespace tessera::media
