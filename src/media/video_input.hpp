#pragma once
// From depayloaded video to a tile: the decoder of one received stream, inside the endpoint's own pipeline.

#include <atomic>
#include <memory>

#include "base/result.hpp"
#include "gst/encoded_frame.hpp"
#include "media/canvas.hpp"
#include "media/pixel_meter.hpp"

namespace tessera::config {
class Pipelines;
}

namespace tessera::media {

/// Builds "decode-<codec>" from pipelines/, adds it to `pipeline`, links it to `source` (a depayloader's src
/// pad), ends it in an appsink that pushes every frame into `tile`, and brings it to the pipeline's state.
/// Pictures that are too large (see FrameInspector) or that `meter` does not admit are not decoded.
/// Called on a streaming thread. The elements belong to the pipeline and go with it.
Result<void> attach_video_input(GstBin* pipeline, GstPad* source, gst::Codec codec,
                                const config::Pipelines& pipelines, std::shared_ptr<Tile> tile,
                                std::shared_ptr<PixelMeter> meter = nullptr);

/// Frames of this process that were not decoded: too large, or with a header that cannot be read.
std::atomic<std::uint64_t>& refused_frames();

}  // namespace tessera::media
