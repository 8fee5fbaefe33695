#include "webrtc/video_tap.hpp"

#include "gst/element.hpp"

namespace tessera::webrtc {
namespace {

// Lives as long as the probe; used on the stream's thread only.
struct VideoTap {
  gst::Codec codec;
  std::shared_ptr<Link> link;
  gst::Ptr<GstCaps> caps{};  ///< what `avcc` was read from
  std::shared_ptr<GstBuffer> avcc{};
};

GstClockTime running_time_of(GstPad* pad, GstBuffer* frame) {
  const auto event = gst::adopt(gst_pad_get_sticky_event(pad, GST_EVENT_SEGMENT, 0));
  const GstSegment* segment = nullptr;
  if (event) gst_event_parse_segment(event.get(), &segment);
  if (!segment || segment->format != GST_FORMAT_TIME || !GST_BUFFER_PTS_IS_VALID(frame)) return gst::now();
  const GstClockTime time = gst_segment_to_running_time(segment, GST_FORMAT_TIME, GST_BUFFER_PTS(frame));
  return GST_CLOCK_TIME_IS_VALID(time) ? time : gst::now();
}

/// H.264 may carry its parameter sets in the caps instead of in the stream.
void read_caps(VideoTap& tap, GstPad* pad) {
  if (tap.codec != gst::Codec::h264) return;
  auto caps = gst::adopt(gst_pad_get_current_caps(pad));
  if (!caps || caps.get() == tap.caps.get()) return;
  const GValue* value = gst_structure_get_value(gst_caps_get_structure(caps.get(), 0), "codec_data");
  GstBuffer* data = value && GST_VALUE_HOLDS_BUFFER(value) ? gst_value_get_buffer(value) : nullptr;
  tap.avcc = data ? gst::EncodedFrame::share(gst::ref(data)) : nullptr;
  tap.caps = std::move(caps);
}

void deliver(VideoTap& tap, GstPad* pad, GstBuffer* frame) {
  tap.link->with_events([&](const EndpointEvents& events) {
    if (!events.video_frame) return;
    read_caps(tap, pad);
    events.video_frame({.codec = tap.codec,
                        .frame = frame,
                        .running_time = running_time_of(pad, frame),
                        .key = !GST_BUFFER_FLAG_IS_SET(frame, GST_BUFFER_FLAG_DELTA_UNIT),
                        .avcc = tap.avcc});
  });
}

GstPadProbeReturn on_frame(GstPad* pad, GstPadProbeInfo* info, gpointer data) {
  auto& tap = *static_cast<VideoTap*>(data);
  if (info->type & GST_PAD_PROBE_TYPE_BUFFER) {
    deliver(tap, pad, GST_PAD_PROBE_INFO_BUFFER(info));
  } else if (GstBufferList* list = GST_PAD_PROBE_INFO_BUFFER_LIST(info)) {
    for (guint i = 0; i < gst_buffer_list_length(list); ++i) deliver(tap, pad, gst_buffer_list_get(list, i));
  }
  return GST_PAD_PROBE_OK;
}

}  // namespace

void tap_video(GstPad* source, gst::Codec codec, std::shared_ptr<Link> link) {
  gst_pad_add_probe(
      source,
      static_cast<GstPadProbeType>(int{GST_PAD_PROBE_TYPE_BUFFER} | int{GST_PAD_PROBE_TYPE_BUFFER_LIST}),
      on_frame, new VideoTap{codec, std::move(link)},
      [](gpointer data) { delete static_cast<VideoTap*>(data); });
}

}  // namespace tessera::webrtc
