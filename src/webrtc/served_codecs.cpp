#include "webrtc/served_codecs.hpp"

namespace tessera::webrtc {

std::vector<gst::Codec> served_codecs(const std::vector<std::string>& names) {
  std::vector<gst::Codec> codecs;
  for (const auto& name : names) {
    if (name == "h264")
      codecs.push_back(gst::Codec::h264);
    else if (name == "vp8")
      codecs.push_back(gst::Codec::vp8);
  }
  codecs.push_back(gst::Codec::vp9);  // decoded when it is all a sender has; never encoded
  return codecs;
}

std::vector<gst::Codec> received_codecs() {
  return {gst::Codec::vp8, gst::Codec::h264, gst::Codec::vp9};
}

}  // namespace tessera::webrtc
