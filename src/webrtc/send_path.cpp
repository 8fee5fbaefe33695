#include "webrtc/send_path.hpp"

#include "base/log.hpp"
#include "gst/element.hpp"
#include "webrtc/rtp_caps.hpp"
#include "webrtc/telephone.hpp"

namespace tessera::webrtc {
namespace {

using gst::Codec;

constexpr GstClockTime queue_limit = 500 * GST_MSECOND;
constexpr GstClockTime backlog_limit = 400 * GST_MSECOND;  // below the queue's own limit: we drop, not it
constexpr GstClockTime ask_again_after = 500 * GST_MSECOND;
constexpr guint packet_size = 1200;  // what browsers use: fits any path without fragmentation

const char* payloader_of(Codec codec) {
  switch (codec) {
    case Codec::h264:
      return "rtph264pay";
    case Codec::vp8:
      return "rtpvp8pay";
    case Codec::vp9:
      return "rtpvp9pay";
    case Codec::opus:
      return "rtpopuspay";
  }
  return "";
}

gst::Ptr<GstCaps> source_caps(Codec codec) {
  switch (codec) {
    case Codec::h264:
      return gst::adopt(gst_caps_new_simple("video/x-h264", "stream-format", G_TYPE_STRING, "byte-stream",
                                            "alignment", G_TYPE_STRING, "au", nullptr));
    case Codec::vp8:
      return gst::adopt(gst_caps_new_empty_simple("video/x-vp8"));
    case Codec::vp9:
      return gst::adopt(gst_caps_new_empty_simple("video/x-vp9"));
    case Codec::opus:
      break;
  }
  return gst::adopt(gst_caps_new_simple("audio/x-opus", "rate", G_TYPE_INT, 48000, "channels", G_TYPE_INT, 2,
                                        "channel-mapping-family", G_TYPE_INT, 0, nullptr));
}

// How sound is coded for who has no Opus; nothing for picture and for Opus.
std::optional<SoundCoding> telephone_of(const MediaPlan& media) {
  const auto coding = media.audio() ? sound_coding_of(*media.send) : std::nullopt;
  return coding == SoundCoding::opus ? std::nullopt : coding;
}

std::uint32_t random_ssrc() {
  return g_random_int_range(1, G_MAXINT32);
}

// webrtcbin connects a pad only once it knows the pad's caps, and writes a=ssrc from them. Payloaders such as
// H.264's announce theirs with the first frame, which comes long after the answer: so say them here.
void announce_caps(GstPad* pad, GstCaps* caps) {
  const std::string id = fmt::format("tessera-{}", GST_PAD_NAME(pad));
  gst_pad_send_event(pad, gst_event_new_stream_start(id.c_str()));
  gst_pad_send_event(pad, gst_event_new_caps(caps));
}

}  // namespace

Result<std::unique_ptr<SendPath>> SendPath::create(GstElement* pipeline, GstElement* webrtcbin,
                                                   const MediaPlan& media, std::shared_ptr<Link> link) {
  // A telephone gets the room's Opus, recoded.
  const auto codec = telephone_of(media) ? Codec::opus : codec_of(*media.send, true);
  if (!codec) return error("internal", "the plan sends a codec that cannot be sent");
  std::unique_ptr<SendPath> path(new SendPath(*codec, std::move(link)));
  if (auto built = path->build(pipeline, webrtcbin, media); !built) return built.error();
  return path;
}

Result<gst::Ptr<GstPad>> SendPath::request_pad(GstElement* webrtcbin, const MediaPlan& media,
                                               std::uint32_t ssrc) {
  const auto caps = rtp_caps(media, *media.send, ssrc);
  const std::string name = fmt::format("sink_{}", media.index);
  GstPadTemplate* pad_template = gst_element_get_pad_template(webrtcbin, "sink_%u");
  auto pad = gst::adopt(gst_element_request_pad(webrtcbin, pad_template, name.c_str(), caps.get()));
  if (!pad)
    return error("missing-plugin",
                 "webrtcbin gave no pad {}; are gstreamer1.0-nice and the dtls and srtp plugins installed?",
                 name);
  const auto transceiver = gst::object_property<GstWebRTCRTPTransceiver>(pad.get(), "transceiver");
  const auto direction = media.receives ? GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_SENDRECV
                                        : GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_SENDONLY;
  g_object_set(transceiver.get(), "direction", direction, "do-nack", media.audio() ? FALSE : TRUE,
               "codec-preferences", caps.get(), nullptr);
  announce_caps(pad.get(), caps.get());
  return pad;
}

Result<gst::Ptr<GstElement>> SendPath::make_payloader(const MediaPlan& media, std::uint32_t ssrc) {
  const auto telephone = telephone_of(media);
  auto payloader = gst::make(telephone ? telephone_payloader(*telephone) : payloader_of(codec_));
  if (!payloader) return payloader.error();
  GstElement* element = payloader->get();
  g_object_set(element, "pt", static_cast<guint>(media.send->payload_type), "ssrc", ssrc, "mtu", packet_size,
               nullptr);
  if (codec_ == Codec::vp8) gst_util_set_object_arg(G_OBJECT(element), "picture-id-mode", "15-bit");
  if (codec_ == Codec::h264) {
    g_object_set(element, "config-interval", -1, nullptr);
    gst_util_set_object_arg(G_OBJECT(element), "aggregate-mode", "zero-latency");
  }
  if (media.transport_cc) {
    GstRTPHeaderExtension* sequence =
        gst_rtp_header_extension_create_from_uri(std::string(extension::transport_cc).c_str());
    if (!sequence)
      return error("missing-plugin", "GStreamer has no rtphdrexttwcc; install gstreamer1.0-plugins-good");
    const auto owned = gst::sink(GST_ELEMENT(sequence));
    gst_rtp_header_extension_set_id(sequence, static_cast<guint>(media.transport_cc));
    g_signal_emit_by_name(element, "add-extension", sequence);
  }
  return payloader;
}

Result<GstElement*> SendPath::add_recoder(GstElement* pipeline, SoundCoding coding) {
  auto recoder = gst::parse_bin(opus_to_telephone(coding), "telephone-out");
  if (!recoder) return recoder.error();
  gst_bin_add(GST_BIN(pipeline), recoder->get());
  gst_element_sync_state_with_parent(recoder->get());
  return recoder->get();
}

Result<void> SendPath::build(GstElement* pipeline, GstElement* webrtcbin, const MediaPlan& media) {
  const std::uint32_t ssrc = random_ssrc();
  if (media.audio()) link_->audio_ssrc.store(ssrc);
  auto pad = request_pad(webrtcbin, media, ssrc);
  if (!pad) return pad.error();
  auto source = gst::make("appsrc", fmt::format("send-{}", media.kind).c_str());
  if (!source) return source.error();
  auto payloader = make_payloader(media, ssrc);
  if (!payloader) return payloader.error();

  const auto caps = source_caps(codec_);
  g_object_set(source->get(), "caps", caps.get(), "is-live", TRUE, "format", GST_FORMAT_TIME, "do-timestamp",
               FALSE, "max-bytes", guint64{0}, "max-buffers", guint64{0}, "max-time", guint64{queue_limit},
               "min-latency", gint64{0}, "max-latency", gint64{0}, nullptr);
  gst_util_set_object_arg(G_OBJECT(source->get()), "leaky-type", "downstream");
  gst_bin_add_many(GST_BIN(pipeline), source->get(), payloader->get(), nullptr);

  const auto output = gst::adopt(gst_element_get_static_pad(payloader->get(), "src"));
  GstElement* before_payloader = source->get();
  if (const auto coding = telephone_of(media)) {
    auto recoder = add_recoder(pipeline, *coding);
    if (!recoder) return recoder.error();
    if (!gst_element_link(source->get(), *recoder))
      return error("internal", "cannot link the telephone's sound");
    before_payloader = *recoder;
  }
  if (gst_pad_link(output.get(), pad->get()) != GST_PAD_LINK_OK ||
      !gst_element_link(before_payloader, payloader->get()))
    return error("internal", "cannot link the {} payloader to webrtcbin", media.kind);
  if (gst::is_video(codec_))
    key_frame_probe_ = gst::PadProbe(output.get(), GST_PAD_PROBE_TYPE_EVENT_UPSTREAM,
                                     [link = link_](GstPad*, GstPadProbeInfo* info) {
                                       if (!gst_video_event_is_force_key_unit(GST_PAD_PROBE_INFO_EVENT(info)))
                                         return GST_PAD_PROBE_OK;
                                       link->with_events([](const EndpointEvents& events) {
                                         if (events.key_frame_wanted) events.key_frame_wanted();
                                       });
                                       return GST_PAD_PROBE_DROP;  // there is no encoder further up
                                     });
  source_ = std::move(*source);
  gst_element_sync_state_with_parent(payloader->get());
  gst_element_sync_state_with_parent(source_.get());
  return {};
}

void SendPath::open() {
  needs_key_frame_.store(gst::is_video(codec_));
  asked_at_.store(gst::now());
  open_.store(true);
}

// Whether the frame may go: a decoder can use it, and the queue before the network is not clogged.
bool SendPath::admits(const gst::EncodedFrame& frame) {
  const bool clogged = gst_app_src_get_current_level_time(GST_APP_SRC(source_.get())) > backlog_limit;
  if (!gst::is_video(codec_)) return !clogged;
  if (clogged) needs_key_frame_.store(true);  // what follows a gap cannot be decoded
  if (!needs_key_frame_.load()) return true;
  if (frame.key && !clogged) {
    needs_key_frame_.store(false);
    return true;
  }
  const GstClockTime now = gst::now();
  if (now > asked_at_.load() + ask_again_after) {
    asked_at_.store(now);
    link_->with_events([](const EndpointEvents& events) {
      if (events.key_frame_wanted) events.key_frame_wanted();
    });
  }
  return false;
}

void SendPath::push(const gst::EncodedFrame& frame) {
  if (!open_.load() || !frame.buffer || frame.codec != codec_) return;
  if (!admits(frame)) {
    link_->frames_dropped.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  // The bytes are shared with every other consumer; the time stamps and flags are ours.
  GstBuffer* buffer = gst_buffer_copy_region(
      frame.buffer.get(), static_cast<GstBufferCopyFlags>(GST_BUFFER_COPY_MEMORY), 0, static_cast<gsize>(-1));
  if (!buffer) return;
  GST_BUFFER_PTS(buffer) = frame.running_time;
  GST_BUFFER_DTS(buffer) = GST_CLOCK_TIME_NONE;
  GST_BUFFER_DURATION(buffer) = frame.duration;
  if (!frame.key) GST_BUFFER_FLAG_SET(buffer, GST_BUFFER_FLAG_DELTA_UNIT);
  if (gst_app_src_push_buffer(GST_APP_SRC(source_.get()), buffer) == GST_FLOW_OK)
    link_->frames_sent.fetch_add(1, std::memory_order_relaxed);
}

}  // namespace tessera::webrtc
