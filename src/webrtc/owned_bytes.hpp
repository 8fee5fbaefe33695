#pragma once
#include <string>

#include "webrtc/gst_types.hpp"

namespace tessera::webrtc {

/// From now on whatever arrives at this sink pad is handled as bytes of `owner` (see ReadingBytesOf), by the
/// pad's element and by all that follows on the same thread: depayloader, decoder, taps. Before the first
/// buffer. The mark is gone when the pad's own function returns, which no probe could tell.
void mark_bytes_of(GstPad* sink, const std::string& owner);

}  // namespace tessera::webrtc
