#include "webrtc/rtp_caps.hpp"

#include <algorithm>
#include <cctype>

namespace tessera::webrtc {

gst::Ptr<GstCaps> rtp_caps(const MediaPlan& media, const RtpFormat& format, std::uint32_t ssrc) {
  std::string encoding = format.encoding;
  std::transform(encoding.begin(), encoding.end(), encoding.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  auto caps = gst::adopt(gst_caps_new_simple("application/x-rtp", "media", G_TYPE_STRING, media.kind.c_str(),
                                             "encoding-name", G_TYPE_STRING, encoding.c_str(), "payload",
                                             G_TYPE_INT, format.payload_type, "clock-rate", G_TYPE_INT,
                                             format.clock_rate, nullptr));
  if (media.audio() && format.channels == 2)
    gst_caps_set_simple(caps.get(), "encoding-params", G_TYPE_STRING, "2", nullptr);
  if (encoding == "H264") gst_caps_set_simple(caps.get(), "packetization-mode", G_TYPE_STRING, "1", nullptr);
  if (ssrc) gst_caps_set_simple(caps.get(), "ssrc", G_TYPE_UINT, ssrc, nullptr);
  if (media.transport_cc)
    gst_caps_set_simple(caps.get(), fmt::format("extmap-{}", media.transport_cc).c_str(), G_TYPE_STRING,
                        std::string(extension::transport_cc).c_str(), nullptr);
  return caps;
}

}  // namespace tessera::webrtc
