#pragma once
// H.264's parameter sets that stand in the offer and not in the stream (RFC 6184, 8.1:
// sprop-parameter-sets).

#include <string>
#include <string_view>

#include "webrtc/gst_types.hpp"

namespace tessera::webrtc {

/// The parameter sets of the format parameter, written anew: nothing but sequence and picture parameter sets
/// in base64. "" when one of them cannot be read, when they are too many or too long, or when one of the two
/// kinds is missing.
std::string checked_parameter_sets(std::string_view sprop);

/// Gives them to the depayloader whose sink pad this is, with the caps of its stream. To be called before the
/// pad is linked; lives as long as the pad.
void give_parameter_sets(GstPad* sink, std::string checked);

}  // namespace tessera::webrtc
