#pragma once
#include "base/result.hpp"
#include "webrtc/endpoint.hpp"
#include "webrtc/gst_types.hpp"

namespace tessera::webrtc {

/// Applies the settings to a new webrtcbin, before it gathers. "bad-config" names the setting that was
/// refused.
Result<void> configure_ice(GstElement* webrtcbin, const IceSettings& settings);

}  // namespace tessera::webrtc
