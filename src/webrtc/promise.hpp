#pragma once
// GstPromise as a callback on the control thread.

#include <functional>
#include <string>

#include "base/loop.hpp"
#include "base/result.hpp"
#include "webrtc/gst_types.hpp"

namespace tessera::webrtc {

/// What a promise of webrtcbin carried: a description's text, statistics, or nothing (success without content).
struct PromiseReply {
  std::string description;
  gst::Ptr<GstStructure> content;
};

/// A promise whose reply is delivered to `then` on the loop's thread. When webrtcbin goes away without replying,
/// `then` is never called.
gst::Ptr<GstPromise> promise(Loop& loop, std::function<void(Result<PromiseReply>)> then);

}  // namespace tessera::webrtc
