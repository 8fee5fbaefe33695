#pragma once
#include "base/result.hpp"
#include "webrtc/candidate.hpp"
#include "webrtc/endpoint.hpp"
#include "webrtc/gst_types.hpp"

namespace tessera::webrtc {

/// "stun:host:port" (RFC 7064) as webrtcbin wants it, "stun://host:port": the former it passes over without a
/// word.
std::string stun_url_for_webrtcbin(std::string_view url);

/// The near addresses that a peer of this endpoint may have.
Reach reach_of(const IceSettings& settings);

/// Applies the settings to a new webrtcbin, before it gathers. "bad-config" names the setting that was
/// refused.
Result<void> configure_ice(GstElement* webrtcbin, const IceSettings& settings);

}  // namespace tessera::webrtc
