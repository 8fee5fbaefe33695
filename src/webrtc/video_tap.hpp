#pragma once
#include "webrtc/gst_types.hpp"
#include "webrtc/link.hpp"

namespace tessera::webrtc {

/// Calls events.video_frame for each frame that leaves a depayloader by `source`, before it is decoded. The
/// probe lives as long as the pad.
void tap_video(GstPad* source, gst::Codec codec, std::shared_ptr<Link> link);

}  // namespace tessera::webrtc
