#pragma once
#include <string>
#include <vector>

namespace tessera::webrtc {

/// Which of a sender's simulcast layers (their rids, in the order of a=simulcast) is the full size. Names
/// that clients use decide: "f" or "h" among "q;h;f" and "h;m;l", "hi", "high", "full", or the highest number
/// in "r0;r1;r2". Else it is the last. `rids` is not empty.
std::string largest_layer(const std::vector<std::string>& rids);

}  // namespace tessera::webrtc
