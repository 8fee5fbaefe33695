#include "webrtc/report_blocks.hpp"

namespace tessera::webrtc {

std::optional<double> reported_loss(GstBuffer* rtcp, std::uint32_t ssrc) {
  std::optional<double> found;
  GstRTCPBuffer mapped = GST_RTCP_BUFFER_INIT;
  if (!rtcp || gst_buffer_get_size(rtcp) == 0) return found;  // GStreamer takes either for a mistake
  if (!gst_rtcp_buffer_validate_reduced(rtcp) || !gst_rtcp_buffer_map(rtcp, GST_MAP_READ, &mapped))
    return found;
  GstRTCPPacket packet;
  for (gboolean more = gst_rtcp_buffer_get_first_packet(&mapped, &packet); more;
       more = gst_rtcp_packet_move_to_next(&packet)) {
    const auto type = gst_rtcp_packet_get_type(&packet);
    if (type != GST_RTCP_TYPE_RR && type != GST_RTCP_TYPE_SR) continue;
    for (guint i = 0; i < gst_rtcp_packet_get_rb_count(&packet); ++i) {
      guint32 about = 0, highest = 0, jitter = 0, last = 0, delay = 0;
      guint8 fraction = 0;
      gint32 lost = 0;
      gst_rtcp_packet_get_rb(&packet, i, &about, &fraction, &lost, &highest, &jitter, &last, &delay);
      if (about == ssrc) found = fraction / 256.0;
    }
  }
  gst_rtcp_buffer_unmap(&mapped);
  return found;
}

}  // namespace tessera::webrtc
