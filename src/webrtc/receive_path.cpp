#include "webrtc/receive_path.hpp"

#include "base/log.hpp"
#include "gst/element.hpp"
#include "webrtc/audio_tap.hpp"
#include "webrtc/gate_probe.hpp"
#include "webrtc/owned_bytes.hpp"
#include "webrtc/parameter_sets.hpp"
#include "webrtc/video_tap.hpp"

namespace tessera::webrtc {
namespace {

using gst::Codec;

const char* depayloader_of(Codec codec) {
  switch (codec) {
    case Codec::h264:
      return "rtph264depay";
    case Codec::vp8:
      return "rtpvp8depay";
    case Codec::vp9:
      return "rtpvp9depay";
    case Codec::opus:
      break;
  }
  return "";
}

std::optional<MediaPlan> receiving(const MediaPlan* media) {
  return media && media->receives ? std::optional(*media) : std::nullopt;
}

bool link_to(GstPad* pad, GstElement* element) {
  const auto sink = gst::adopt(gst_element_get_static_pad(element, "sink"));
  return gst_pad_link(pad, sink.get()) == GST_PAD_LINK_OK;
}

int payload_type_of(GstPad* pad) {
  const auto caps = gst::adopt(gst_pad_get_current_caps(pad));
  int payload_type = -1;
  if (caps) gst_structure_get_int(gst_caps_get_structure(caps.get(), 0), "payload", &payload_type);
  return payload_type;
}

}  // namespace

ReceivePath::ReceivePath(GstElement* pipeline, const AnswerPlan& plan, std::shared_ptr<Link> link,
                         std::string owner, std::function<void()> on_shut)
    : pipeline_(pipeline),
      audio_(receiving(plan.audio())),
      video_(receiving(plan.video())),
      link_(std::move(link)),
      owner_(std::move(owner)),
      on_shut_(std::move(on_shut)) {}

std::optional<Codec> ReceivePath::codec_of_payload(const MediaPlan* media, int payload_type) const {
  if (!media) return std::nullopt;
  for (const auto& format : media->formats())
    if (format.payload_type == payload_type) return codec_of(format, false);
  return std::nullopt;
}

// The payload type decides, not the m-line that webrtcbin chose: an SSRC that the offer did not announce
// lands on the first one. What is nobody's, or a second stream of a kind, is used for nothing.
ReceivePath::Use ReceivePath::claim(int payload_type, Codec& codec) {
  const std::lock_guard lock(mutex_);
  if (const auto found = codec_of_payload(video_ ? &*video_ : nullptr, payload_type); found && !has_video_) {
    codec = *found;
    has_video_ = true;
    return Use::video;
  }
  if (codec_of_payload(audio_ ? &*audio_ : nullptr, payload_type) && !has_audio_) {
    has_audio_ = true;
    return Use::audio;
  }
  return Use::nothing;
}

void ReceivePath::stream_added(GstPad* pad) {
  if (GST_PAD_DIRECTION(pad) != GST_PAD_SRC) return;
  const int payload_type = payload_type_of(pad);
  link_->with_events([&](const EndpointEvents& events) {
    Codec codec = Codec::opus;
    const Use use = claim(payload_type, codec);
    const bool attached = (use == Use::video && attach_video(pad, codec, events)) ||
                          (use == Use::audio && attach_audio(pad, audio_->audio_level));
    if (attached) return;
    log::debug("{}: a stream of payload type {} is not used", GST_ELEMENT_NAME(pipeline_), payload_type);
    attach_nothing(pad);
  });
}

bool ReceivePath::attach_video(GstPad* pad, Codec codec, const EndpointEvents& events) {
  auto depayloader = gst::make(depayloader_of(codec));
  if (!depayloader) {
    log::error("{}: {}", GST_ELEMENT_NAME(pipeline_), depayloader.error().message);
    return false;
  }
  GstElement* element = depayloader->get();
  // Never show what follows a loss; ask the sender for a fresh start instead.
  g_object_set(element, "request-keyframe", TRUE, "wait-for-keyframe", TRUE, nullptr);
  gst_bin_add(GST_BIN(pipeline_), element);
  if (auto sets = codec == Codec::h264 ? parameter_sets_of(payload_type_of(pad)) : ""; !sets.empty())
    give_parameter_sets(gst::adopt(gst_element_get_static_pad(element, "sink")).get(), std::move(sets));
  const auto output = gst::adopt(gst_element_get_static_pad(element, "src"));
  tap_video(output.get(), codec, link_);
  if (events.video_source) events.video_source(GST_BIN(pipeline_), output.get(), codec);
  if (!gst_pad_is_linked(output.get())) attach_nothing(output.get());
  gst_element_sync_state_with_parent(element);
  if (!link_through_gate(pad, element, codec)) return false;
  const std::lock_guard lock(mutex_);
  video_pad_ = gst::adopt(gst_element_get_static_pad(element, "sink"));
  return true;
}

std::string ReceivePath::parameter_sets_of(int payload_type) const {
  if (!video_) return "";
  for (const auto& format : video_->formats()) {
    const auto found = format.parameters.find("sprop-parameter-sets");
    if (format.payload_type == payload_type && found != format.parameters.end())
      return checked_parameter_sets(found->second);
  }
  return "";
}

bool ReceivePath::attach_audio(GstPad* pad, int level_id) {
  auto sink = make_audio_tap(link_, level_id);
  if (!sink) {
    log::error("{}: {}", GST_ELEMENT_NAME(pipeline_), sink.error().message);
    return false;
  }
  gst_bin_add(GST_BIN(pipeline_), sink->get());
  gst_element_sync_state_with_parent(sink->get());
  return link_through_gate(pad, sink->get(), Codec::opus);
}

bool ReceivePath::link_through_gate(GstPad* pad, GstElement* element, Codec codec) {
  const auto sink = gst::adopt(gst_element_get_static_pad(element, "sink"));
  install_gate(sink.get(), codec, link_->refused, on_shut_);
  mark_bytes_of(sink.get(), owner_);
  return gst_pad_link(pad, sink.get()) == GST_PAD_LINK_OK;
}

void ReceivePath::attach_nothing(GstPad* pad) {
  auto sink = gst::make("fakesink");
  if (!sink) return;
  g_object_set(sink->get(), "sync", FALSE, "async", FALSE, nullptr);
  gst_bin_add(GST_BIN(pipeline_), sink->get());
  gst_element_sync_state_with_parent(sink->get());
  link_to(pad, sink->get());
}

void ReceivePath::request_key_frame() {
  gst::Ptr<GstPad> pad;
  {
    const std::lock_guard lock(mutex_);
    pad = gst::ref(video_pad_.get());
  }
  if (pad)
    gst_pad_push_event(pad.get(), gst_video_event_new_upstream_force_key_unit(GST_CLOCK_TIME_NONE, FALSE, 0));
}

void ReceivePath::release() {
  const std::lock_guard lock(mutex_);
  video_pad_.reset();
}

}  // namespace tessera::webrtc
