#pragma once
// From depayloaded video to a tile: the decoder of one received stream, inside the endpoint's own pipeline.

#include <memory>

#include "base/result.hpp"
#include "gst/encoded_frame.hpp"
#include "media/canvas.hpp"

namespace tessera::config {
class Pipelines;
}

namespace tessera::media {

/// Builds "decode-<codec>" from pipelines/, adds it to `pipeline`, links it to `source` (a depayloader's src
/// pad), ends it in an appsink that pushes every frame into `tile`, and brings it to the pipeline's state.
/// Called on a streaming thread. The elements belong to the pipeline and go with it.
Result<void> attach_video_input(GstBin* pipeline, GstPad* source, gst::Codec codec,
                                const config::Pipelines& pipelines, std::shared_ptr<Tile> tile);

}  // namespace tessera::media
