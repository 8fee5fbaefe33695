#include "webrtc/receive_path.hpp"

#include "base/log.hpp"
#include "gst/element.hpp"
#include "webrtc/audio_tap.hpp"
#include "webrtc/gate_probe.hpp"
#include "webrtc/owned_bytes.hpp"
#include "webrtc/parameter_sets.hpp"
#include "webrtc/session_tap.hpp"
#include "webrtc/telephone.hpp"
#include "webrtc/video_tap.hpp"

namespace tessera::webrtc {
namespace {

using gst::Codec;

// Retransmissions and probes have SSRCs too, but no pads here.
constexpr unsigned spare_streams = 8;

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

int payload_type_of(GstPad* pad) {
  const auto caps = gst::adopt(gst_pad_get_current_caps(pad));
  int payload_type = -1;
  if (caps) gst_structure_get_int(gst_caps_get_structure(caps.get(), 0), "payload", &payload_type);
  return payload_type;
}

}  // namespace

ReceivePath::ReceivePath(GstElement* pipeline, const AnswerPlan& plan, std::shared_ptr<Link> link,
                         std::string owner, Handlers handlers)
    : pipeline_(pipeline),
      audio_(receiving(plan.audio())),
      video_(receiving(plan.video())),
      link_(std::move(link)),
      owner_(std::move(owner)),
      handlers_(std::move(handlers)) {}

// The payload type decides, not the m-line that webrtcbin chose: an SSRC that the offer did not announce
// lands on the first one.
ReceivePath::Use ReceivePath::use_of(int payload_type, Codec& codec) const {
  const auto format_in = [&](const std::optional<MediaPlan>& media) -> std::optional<RtpFormat> {
    if (!media) return std::nullopt;
    for (auto& format : media->formats())
      if (format.payload_type == payload_type) return format;
    return std::nullopt;
  };
  if (const auto format = format_in(video_)) {
    const auto found = codec_of(*format, false);
    codec = found.value_or(Codec::vp8);
    return found ? Use::video : Use::nothing;
  }
  return format_in(audio_) ? Use::audio : Use::nothing;
}

void ReceivePath::stream_added(GstPad* pad) {
  if (GST_PAD_DIRECTION(pad) != GST_PAD_SRC) return;
  if (++streams_ > max_streams - spare_streams) handlers_.on_used_up();
  const int payload_type = payload_type_of(pad);
  link_->with_events([&](const EndpointEvents& events) {
    Codec codec = Codec::opus;
    const Use use = use_of(payload_type, codec);
    const bool attached = (use == Use::video && attach_video(pad, codec, events)) ||
                          (use == Use::audio && attach_audio(pad, payload_type));
    if (attached) return;
    log::debug("{}: a stream of payload type {} is not used", GST_ELEMENT_NAME(pipeline_), payload_type);
    attach_nothing(pad);
  });
}

bool ReceivePath::attach_video(GstPad* pad, Codec codec, const EndpointEvents& events) {
  const std::lock_guard lock(mutex_);
  auto& branch = video_branches_[codec];
  if (!branch) {
    auto made = video_branch(codec, payload_type_of(pad), events);
    if (!made) {
      log::error("{}: {}", GST_ELEMENT_NAME(pipeline_), made.error().message);
      return false;
    }
    branch = std::move(*made);
  } else {
    log::info("{}: the picture goes on in a new stream", GST_ELEMENT_NAME(pipeline_));
  }
  return branch->add(pad);
}

Result<std::unique_ptr<StreamFunnel>> ReceivePath::video_branch(Codec codec, int payload_type,
                                                                const EndpointEvents& events) {
  auto depayloader = gst::make(depayloader_of(codec));
  if (!depayloader) return depayloader.error();
  auto funnel = StreamFunnel::create(pipeline_, newest_video_);
  if (!funnel) return funnel.error();
  GstElement* element = depayloader->get();
  // Never show what follows a loss; ask the sender for a fresh start instead.
  g_object_set(element, "request-keyframe", TRUE, "wait-for-keyframe", TRUE, nullptr);
  gst_bin_add(GST_BIN(pipeline_), element);
  if (auto sets = codec == Codec::h264 ? parameter_sets_of(payload_type) : ""; !sets.empty())
    give_parameter_sets(gst::adopt(gst_element_get_static_pad(element, "sink")).get(), std::move(sets));
  const auto output = gst::adopt(gst_element_get_static_pad(element, "src"));
  tap_video(output.get(), codec, link_);
  if (events.video_source) events.video_source(GST_BIN(pipeline_), output.get(), codec);
  if (!gst_pad_is_linked(output.get())) attach_nothing(output.get());
  gst_element_sync_state_with_parent(element);
  if (!link_through_gate(**funnel, element, format_of(codec)))
    return error("internal", "cannot link the depayloader of {}", gst::name_of(codec));
  gst_element_sync_state_with_parent((*funnel)->element());
  video_pad_ = gst::adopt(gst_element_get_static_pad(element, "sink"));
  return funnel;
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

bool ReceivePath::attach_audio(GstPad* pad, int payload_type) {
  const std::lock_guard lock(mutex_);
  if (!audio_branch_) {
    SoundCoding coding = SoundCoding::opus;
    for (const auto& format : audio_->formats())
      if (format.payload_type == payload_type) coding = sound_coding_of(format).value_or(coding);
    auto made = audio_branch(coding);
    if (!made) {
      log::error("{}: {}", GST_ELEMENT_NAME(pipeline_), made.error().message);
      return false;
    }
    audio_branch_ = std::move(*made);
  } else {
    log::info("{}: the sound goes on in a new stream", GST_ELEMENT_NAME(pipeline_));
  }
  return audio_branch_->add(pad);
}

Result<std::unique_ptr<StreamFunnel>> ReceivePath::audio_branch(SoundCoding coding) {
  const bool opus = coding == SoundCoding::opus;
  auto sink = make_audio_tap(link_, opus ? audio_->audio_level : 0);
  if (!sink) return sink.error();
  auto funnel = StreamFunnel::create(pipeline_, newest_audio_);
  if (!funnel) return funnel.error();
  GstElement* first = sink->get();
  gst_bin_add(GST_BIN(pipeline_), sink->get());
  if (!opus) {
    auto recoder = gst::parse_bin(telephone_to_opus(coding), "telephone-in");
    if (!recoder) return recoder.error();
    first = recoder->get();
    gst_bin_add(GST_BIN(pipeline_), first);
    if (!gst_element_link(first, sink->get())) return error("internal", "cannot link the telephone's sound");
  }
  gst_element_sync_state_with_parent(sink->get());
  if (!opus) gst_element_sync_state_with_parent(first);
  if (!link_through_gate(**funnel, first, opus ? payload::Format::opus : payload::Format::samples))
    return error("internal", "cannot link the way of the sound");
  gst_element_sync_state_with_parent((*funnel)->element());
  return funnel;
}

bool ReceivePath::link_through_gate(const StreamFunnel& funnel, GstElement* element, payload::Format format) {
  const auto sink = gst::adopt(gst_element_get_static_pad(element, "sink"));
  install_gate(sink.get(), format, link_->refused, handlers_.on_shut);
  mark_bytes_of(sink.get(), owner_);
  return gst_element_link_pads(funnel.element(), "src", element, "sink");
}

// Nothing is linked: the pad's packets end at it.
void ReceivePath::attach_nothing(GstPad* pad) {
  gst_pad_add_probe(
      pad, static_cast<GstPadProbeType>(GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST),
      [](GstPad*, GstPadProbeInfo*, gpointer) { return GST_PAD_PROBE_DROP; }, nullptr, nullptr);
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
