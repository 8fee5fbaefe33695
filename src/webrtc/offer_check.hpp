#pragma once
// For the front, which decides on an offer before it opens a room for it. Pure, and without GStreamer: the
// one header of this folder that the server sees (src/CMakeLists.txt).

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace tessera::webrtc {

enum class OfferUse { publishing, watching };

/// What a room would refuse the offer for: "bad-sdp", "unsupported-offer". `codecs`: video.codecs of the
/// configuration.
Result<void> check_offer(std::string_view offer, OfferUse use, const std::vector<std::string>& codecs);

}  // namespace tessera::webrtc
