#include "webrtc/gate_probe.hpp"

namespace tessera::webrtc {
namespace {

using payload::Fault;

// Lives as long as the probe; used on the stream's thread only.
struct Gate {
  payload::PayloadGate payloads;
  std::shared_ptr<RefusedPackets> refused;
  std::function<void()> on_shut;
};

// The header counts as unreadable too when its padding is longer than what it pads.
Fault fault_of(payload::PayloadGate& gate, GstBuffer* packet) {
  GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;
  if (!gst_rtp_buffer_map(packet, GST_MAP_READ, &rtp)) {
    gate.missed();
    return Fault::unreadable;
  }
  const std::size_t size = gst_rtp_buffer_get_payload_len(&rtp);
  const auto* bytes = static_cast<const std::uint8_t*>(gst_rtp_buffer_get_payload(&rtp));
  const bool readable = size <= gst_buffer_get_size(packet) && (bytes || size == 0);
  if (!readable) gate.missed();
  const Fault fault =
      readable ? gate.check(gst_rtp_buffer_get_seq(&rtp), {bytes, bytes ? size : 0}) : Fault::unreadable;
  gst_rtp_buffer_unmap(&rtp);
  return fault;
}

bool let_through(Gate& gate, GstBuffer* packet) {
  if (gate.refused->shut()) return false;
  const Fault fault = fault_of(gate.payloads, packet);
  if (fault == Fault::none) return true;
  if (gate.refused->note(fault)) gate.on_shut();
  return false;
}

gboolean sieve(GstBuffer** packet, guint, gpointer gate) {
  if (!let_through(*static_cast<Gate*>(gate), *packet)) gst_clear_buffer(packet);  // takes it out of the list
  return TRUE;
}

GstPadProbeReturn on_packet(GstPad*, GstPadProbeInfo* info, gpointer data) {
  auto& gate = *static_cast<Gate*>(data);
  if (info->type & GST_PAD_PROBE_TYPE_BUFFER)
    return let_through(gate, GST_PAD_PROBE_INFO_BUFFER(info)) ? GST_PAD_PROBE_OK : GST_PAD_PROBE_DROP;
  GstBufferList* list = gst_buffer_list_make_writable(GST_PAD_PROBE_INFO_BUFFER_LIST(info));
  info->data = list;
  gst_buffer_list_foreach(list, sieve, &gate);
  return gst_buffer_list_length(list) > 0 ? GST_PAD_PROBE_OK : GST_PAD_PROBE_DROP;
}

}  // namespace

payload::Format format_of(gst::Codec codec) {
  switch (codec) {
    case gst::Codec::h264:
      return payload::Format::h264;
    case gst::Codec::vp8:
      return payload::Format::vp8;
    case gst::Codec::vp9:
      return payload::Format::vp9;
    case gst::Codec::opus:
      break;
  }
  return payload::Format::opus;
}

void install_gate(GstPad* sink, payload::Format format, std::shared_ptr<RefusedPackets> refused,
                  std::function<void()> on_shut) {
  gst_pad_add_probe(
      sink,
      static_cast<GstPadProbeType>(int{GST_PAD_PROBE_TYPE_BUFFER} | int{GST_PAD_PROBE_TYPE_BUFFER_LIST}),
      on_packet, new Gate{payload::PayloadGate(format), std::move(refused), std::move(on_shut)},
      [](gpointer data) { delete static_cast<Gate*>(data); });
}

}  // namespace tessera::webrtc
