#include "test_client.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "gst/element.hpp"
#include "webrtc/promise.hpp"

namespace tessera::webrtc::test {
namespace {

using gst::Codec;

constexpr const char* vp8_caps =
    "application/x-rtp,media=video,encoding-name=VP8,payload=96,clock-rate=90000,"
    "extmap-3=http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";
constexpr const char* h264_caps =
    "application/"
    "x-rtp,media=video,encoding-name=H264,payload=102,clock-rate=90000,packetization-mode=(string)1,"
    "extmap-3=http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";
constexpr const char* opus_caps =
    "application/x-rtp,media=audio,encoding-name=OPUS,payload=111,clock-rate=48000,encoding-params=(string)2";

struct Sound {
  std::string caps, sender;
};
Sound sound_of(const std::string& coding) {
  const auto caps = [&](int type) {
    return fmt::format("application/x-rtp,media=audio,encoding-name={},payload={},clock-rate=8000", coding,
                       type);
  };
  const auto sender = [](int rate, const char* encoder, const char* payloader) {
    return fmt::format(
        "audiotestsrc is-live=true samplesperbuffer={} ! audio/x-raw,rate={},channels=1 ! {} ! {}", rate / 50,
        rate, encoder, payloader);
  };
  if (coding == "PCMA") return {caps(8), sender(8000, "alawenc", "rtppcmapay")};
  if (coding == "PCMU") return {caps(0), sender(8000, "mulawenc", "rtppcmupay")};
  if (coding == "G722") return {caps(9), sender(16000, "avenc_g722", "rtpg722pay")};
  return {opus_caps, sender(48000, "opusenc", "rtpopuspay pt=111")};
}

struct CandidateData {
  Loop* loop;
  std::weak_ptr<int> alive;
  std::function<void(std::string, int)> take;
};

void on_local_candidate(GstElement*, guint mline, gchar* line, gpointer data) {
  auto& target = *static_cast<CandidateData*>(data);
  target.loop->post([alive = target.alive, take = target.take, text = std::string(line), mline] {
    if (alive.lock()) take(text, static_cast<int>(mline));
  });
}

void number_association(GstBin*, GstBin*, GstElement* element, gpointer data) {
  GstElementFactory* factory = gst_element_get_factory(element);
  const std::string_view name = factory ? GST_OBJECT_NAME(factory) : "";
  if (name == "sctpdec" || name == "sctpenc")
    g_object_set(element, "sctp-association-id", guint{static_cast<AssociationId*>(data)->value()}, nullptr);
}

}  // namespace

TestClient::TestClient(Loop& loop, ClientSpec spec) : loop_(loop), pipeline_(gst::make_pipeline("client")) {
  webrtcbin_ = gst_element_factory_make("webrtcbin", nullptr);
  gst_util_set_object_arg(G_OBJECT(webrtcbin_), "bundle-policy", "max-bundle");
  g_object_set(webrtcbin_, "latency", 20u, nullptr);
  gst_bin_add(GST_BIN(pipeline_.get()), webrtcbin_);
  const auto ice = gst::object_property<GObject>(webrtcbin_, "ice-agent");
  const auto agent = gst::object_property<GObject>(ice.get(), "agent");
  g_object_set(agent.get(), "upnp", FALSE, nullptr);
  g_object_set(ice.get(), "ice-tcp", FALSE, nullptr);
  gboolean added = FALSE;
  g_signal_emit_by_name(ice.get(), "add-local-ip-address", "127.0.0.1", &added);
  signals_.emplace_back(webrtcbin_, "pad-added", &TestClient::on_pad, this);
  auto* data = new CandidateData{&loop_, alive_, [this](std::string line, int mline) {
                                   candidates_.emplace_back(line, mline);
                                   if (candidate_callback_) candidate_callback_(line, mline);
                                 }};
  signals_.emplace_back(webrtcbin_, "on-ice-candidate", &on_local_candidate, data,
                        [](gpointer held, GClosure*) { delete static_cast<CandidateData*>(held); });
  signals_.emplace_back(webrtcbin_, "deep-element-added", &number_association, &association_);
  add_media(spec);
  gst_element_set_state(pipeline_.get(), GST_STATE_PLAYING);
  for (const auto& label : spec.channels) open_channel(label);
}

TestClient::~TestClient() {
  signals_.clear();
  gst_element_set_state(pipeline_.get(), GST_STATE_NULL);
  channels_.clear();
  pads_.clear();
}

void TestClient::for_each(const char* factory, const std::function<void(GstElement*)>& work) {
  GstIterator* elements = gst_bin_iterate_all_by_element_factory_name(GST_BIN(webrtcbin_), factory);
  gst_iterator_foreach(
      elements,
      [](const GValue* item, gpointer data) {
        (*static_cast<const std::function<void(GstElement*)>*>(data))(GST_ELEMENT(g_value_get_object(item)));
      },
      const_cast<std::function<void(GstElement*)>*>(&work));
  gst_iterator_free(elements);
}

void TestClient::say_goodbye() {
  for_each("dtlsenc", [](GstElement* element) {
    if (const auto pad = gst::adopt(gst_element_get_static_pad(element, "sink")))
      gst_pad_send_event(pad.get(), gst_event_new_eos());
  });
}

void TestClient::fall_silent() {
  for_each("nicesink", [](GstElement* element) {
    const auto pad = gst::adopt(gst_element_get_static_pad(element, "sink"));
    gst_pad_add_probe(
        pad.get(),
        static_cast<GstPadProbeType>(int{GST_PAD_PROBE_TYPE_BUFFER} | int{GST_PAD_PROBE_TYPE_BUFFER_LIST}),
        [](GstPad*, GstPadProbeInfo*, gpointer) { return GST_PAD_PROBE_DROP; }, nullptr, nullptr);
  });
}

void TestClient::open_channel(const std::string& label) {
  GObject* raw = nullptr;
  g_signal_emit_by_name(webrtcbin_, "create-data-channel", label.c_str(), nullptr, &raw);
  if (!raw) throw std::runtime_error("the client has no data channel");
  channels_.push_back(gst::adopt(raw));
  auto* take = new std::function<void(std::string)>([this, label](std::string text) {
    const std::lock_guard lock(texts_mutex_);
    texts_.push_back(label + ": " + text);
  });
  signals_.emplace_back(
      raw, "on-message-string",
      +[](GObject*, gchar* text, gpointer data) {
        (*static_cast<std::function<void(std::string)>*>(data))(text);
      },
      take, [](gpointer data, GClosure*) { delete static_cast<std::function<void(std::string)>*>(data); });
}

bool TestClient::channels_open() const {
  return std::all_of(channels_.begin(), channels_.end(), [](const auto& channel) {
    return gst::enum_property(channel.get(), "ready-state") == "open";
  });
}

bool TestClient::send_data(std::size_t bytes) {
  if (channels_.empty() || gst::enum_property(channels_.front().get(), "ready-state") != "open") return false;
  g_signal_emit_by_name(channels_.front().get(), "send-string", std::string(bytes, 'x').c_str());
  return true;
}

std::vector<std::string> TestClient::texts() {
  const std::lock_guard lock(texts_mutex_);
  return texts_;
}

void TestClient::add_media(const ClientSpec& spec) {
  const bool h264 = spec.video == Codec::h264;
  const Sound sound = sound_of(spec.sound);
  if (spec.sends) {
    add_sender(sound.sender, sound.caps.c_str());
    const std::string picture =
        "videotestsrc is-live=true ! video/x-raw,width=160,height=90,framerate=30/1 ! ";
    add_sender(
        picture +
            (h264
                 ? "x264enc tune=zerolatency speed-preset=ultrafast key-int-max=3000 ! "
                   "video/x-h264,profile=constrained-baseline ! rtph264pay name=pay config-interval=-1 pt=102"
                 : "vp8enc deadline=1 keyframe-max-dist=3000 ! rtpvp8pay name=pay picture-id-mode=15-bit "
                   "pt=96"),
        h264 ? h264_caps : vp8_caps);
  } else {
    add_receiver(sound.caps.c_str());
    add_receiver(h264 ? h264_caps : vp8_caps);
  }
  if (spec.sends && !spec.receives) {
    for (auto& pad : pads_) {
      const auto transceiver = gst::object_property<GstWebRTCRTPTransceiver>(pad.get(), "transceiver");
      g_object_set(transceiver.get(), "direction", GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_SENDONLY, nullptr);
    }
  }
}

void TestClient::add_sender(const std::string& description, const char* caps_text) {
  auto bin = gst::parse_bin(description, fmt::format("sender{}", pads_.size()));
  if (!bin) throw std::runtime_error(bin.error().message);
  GstElement* element = bin->get();
  gst_bin_add(GST_BIN(pipeline_.get()), element);
  const auto caps = gst::adopt(gst_caps_from_string(caps_text));
  auto sink = gst::adopt(gst_element_request_pad(
      webrtcbin_, gst_element_get_pad_template(webrtcbin_, "sink_%u"), nullptr, caps.get()));
  const auto transceiver = gst::object_property<GstWebRTCRTPTransceiver>(sink.get(), "transceiver");
  g_object_set(transceiver.get(), "codec-preferences", caps.get(), "do-nack", TRUE, nullptr);
  const auto source = gst::adopt(gst_element_get_static_pad(element, "src"));
  if (gst_pad_link(source.get(), sink.get()) != GST_PAD_LINK_OK)
    throw std::runtime_error("cannot link a sender");
  gst_pad_add_probe(
      source.get(), GST_PAD_PROBE_TYPE_EVENT_UPSTREAM,
      [](GstPad*, GstPadProbeInfo* info, gpointer self) {
        if (gst_video_event_is_force_key_unit(GST_PAD_PROBE_INFO_EVENT(info)))
          static_cast<TestClient*>(self)->key_frame_requests.fetch_add(1);
        return GST_PAD_PROBE_OK;
      },
      this, nullptr);
  using Closure = std::pair<TestClient*, bool>;
  gst_pad_add_probe(
      source.get(),
      static_cast<GstPadProbeType>(int{GST_PAD_PROBE_TYPE_BUFFER} | int{GST_PAD_PROBE_TYPE_BUFFER_LIST}),
      [](GstPad*, GstPadProbeInfo* info, gpointer data) {
        const auto& [self, video] = *static_cast<Closure*>(data);
        if (info->type & GST_PAD_PROBE_TYPE_BUFFER) {
          info->data = gst_buffer_make_writable(GST_PAD_PROBE_INFO_BUFFER(info));
          self->rewrite(GST_PAD_PROBE_INFO_BUFFER(info), video);
          return GST_PAD_PROBE_OK;
        }
        GstBufferList* list = gst_buffer_list_make_writable(GST_PAD_PROBE_INFO_BUFFER_LIST(info));
        info->data = list;
        for (guint i = 0; i < gst_buffer_list_length(list); ++i)
          self->rewrite(gst_buffer_list_get_writable(list, i), video);
        return GST_PAD_PROBE_OK;
      },
      new Closure(this, std::string_view(caps_text).find("media=video") != std::string_view::npos),
      [](gpointer data) { delete static_cast<Closure*>(data); });
  pads_.push_back(std::move(sink));
}

void TestClient::rewrite(GstBuffer* packet, bool video) const {
  const auto life = life_.load();
  const int type = video ? picture_type_.load() : -1;
  if (life == 0 && type < 0) return;
  GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;
  if (!gst_rtp_buffer_map(packet, GST_MAP_READWRITE, &rtp)) return;
  gst_rtp_buffer_set_ssrc(&rtp, gst_rtp_buffer_get_ssrc(&rtp) + life * 1000);
  gst_rtp_buffer_set_seq(&rtp, static_cast<guint16>(gst_rtp_buffer_get_seq(&rtp) + life * 20'011));
  gst_rtp_buffer_set_timestamp(&rtp, gst_rtp_buffer_get_timestamp(&rtp) + life * 1'234'567'891u);
  if (type >= 0) gst_rtp_buffer_set_payload_type(&rtp, static_cast<guint8>(type));
  gst_rtp_buffer_unmap(&rtp);
}

void TestClient::add_receiver(const char* caps_text) {
  const auto caps = gst::adopt(gst_caps_from_string(caps_text));
  GstWebRTCRTPTransceiver* raw = nullptr;
  g_signal_emit_by_name(webrtcbin_, "add-transceiver", GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_RECVONLY,
                        caps.get(), &raw);
  const auto transceiver = gst::adopt(raw);
  g_object_set(transceiver.get(), "do-nack", TRUE, nullptr);
}

std::string TestClient::offer(bool complete) {
  std::string text;
  bool done = false, local = false;
  const auto tick = loop_.every(std::chrono::milliseconds(5), [] {});  // conditions that no event announces
  // Senders must have caps before the offer; the negotiation-needed signal would say when, polling is
  // simpler.
  loop_.run_until(
      [&] {
        for (auto& pad : pads_)
          if (!gst_pad_has_current_caps(pad.get())) return false;
        return true;
      },
      std::chrono::milliseconds(5000));
  const PendingReply made(loop_, [&](Result<PromiseReply> reply) {
    if (reply) text = reply->description;
    done = true;
  });
  g_signal_emit_by_name(webrtcbin_, "create-offer", nullptr, made.get());
  loop_.run_until([&] { return done; }, std::chrono::milliseconds(10'000));
  if (text.empty()) throw std::runtime_error("the client made no offer");
  GstSDPMessage* message = nullptr;
  gst_sdp_message_new_from_text(text.c_str(), &message);
  const auto description = gst::adopt(gst_webrtc_session_description_new(GST_WEBRTC_SDP_TYPE_OFFER, message));
  const PendingReply set(loop_, [&](Result<PromiseReply>) { local = true; });
  g_signal_emit_by_name(webrtcbin_, "set-local-description", description.get(), set.get());
  loop_.run_until([&] { return local; }, std::chrono::milliseconds(5000));
  if (!complete) return text;
  loop_.run_until([&] { return gst::enum_property(webrtcbin_, "ice-gathering-state") == "complete"; },
                  std::chrono::milliseconds(5000));
  GstWebRTCSessionDescription* raw = nullptr;
  g_object_get(webrtcbin_, "local-description", &raw, nullptr);
  const auto full = gst::adopt(raw);
  return gst::adopt(gst_sdp_message_as_text(full->sdp)).get();
}

void TestClient::set_answer(const std::string& sdp) {
  GstSDPMessage* message = nullptr;
  if (gst_sdp_message_new_from_text(sdp.c_str(), &message) != GST_SDP_OK)
    throw std::runtime_error("bad answer");
  const auto description =
      gst::adopt(gst_webrtc_session_description_new(GST_WEBRTC_SDP_TYPE_ANSWER, message));
  g_signal_emit_by_name(webrtcbin_, "set-remote-description", description.get(), nullptr);
}

void TestClient::add_candidate(const std::string& line, int mline) {
  g_signal_emit_by_name(webrtcbin_, "add-ice-candidate", static_cast<guint>(mline), line.c_str());
}

void TestClient::on_candidate(std::function<void(std::string, int)> callback) {
  candidate_callback_ = std::move(callback);
  for (const auto& [line, mline] : candidates_) candidate_callback_(line, mline);
}

std::string TestClient::remote_certificate() const {
  GstWebRTCRTPTransceiver* raw = nullptr;
  g_signal_emit_by_name(webrtcbin_, "get-transceiver", 0, &raw);
  const auto transceiver = gst::adopt(raw);
  const auto sender = transceiver ? gst::object_property<GObject>(transceiver.get(), "sender") : nullptr;
  const auto transport =
      sender ? gst::object_property<GstWebRTCDTLSTransport>(sender.get(), "transport") : nullptr;
  if (!transport) return "";
  gchar* pem = nullptr;
  g_object_get(transport.get(), "remote-certificate", &pem, nullptr);
  const auto text = gst::adopt(pem);
  return text ? text.get() : "";
}

std::string TestClient::connection_state() const {
  return gst::enum_property(webrtcbin_, "connection-state");
}

void TestClient::request_key_frame(bool full) {
  if (video_in_)
    gst_pad_push_event(video_in_.get(),
                       gst_video_event_new_upstream_force_key_unit(GST_CLOCK_TIME_NONE, full, full ? 1 : 0));
}

void TestClient::received(GstPad* pad) {
  if (GST_PAD_DIRECTION(pad) != GST_PAD_SRC) return;
  const auto caps = gst::adopt(gst_pad_get_current_caps(pad));
  const std::string encoding =
      gst_structure_get_string(gst_caps_get_structure(caps.get(), 0), "encoding-name");
  if (encoding == "VP8") return count_frames(pad, "rtpvp8depay");
  if (encoding == "H264") return count_frames(pad, "rtph264depay");
  GstElement* sink = gst_element_factory_make("fakesink", nullptr);
  g_object_set(sink, "sync", FALSE, "async", FALSE, nullptr);
  gst_bin_add(GST_BIN(pipeline_.get()), sink);
  gst_element_sync_state_with_parent(sink);
  const auto input = gst::adopt(gst_element_get_static_pad(sink, "sink"));
  gst_pad_add_probe(
      input.get(), GST_PAD_PROBE_TYPE_BUFFER,
      [](GstPad*, GstPadProbeInfo*, gpointer self) {
        static_cast<TestClient*>(self)->audio_packets.fetch_add(1);
        return GST_PAD_PROBE_OK;
      },
      this, nullptr);
  gst_pad_link(pad, input.get());
}

void TestClient::count_frames(GstPad* pad, const char* factory) {
  GstElement* depayloader = gst_element_factory_make(factory, nullptr);
  GstElement* sink = gst_element_factory_make("fakesink", nullptr);
  g_object_set(sink, "sync", FALSE, "async", FALSE, nullptr);
  gst_bin_add_many(GST_BIN(pipeline_.get()), depayloader, sink, nullptr);
  // Access units, so that a frame is counted once.
  const auto caps = gst::adopt(gst_caps_from_string(
      std::string(factory) == "rtph264depay" ? "video/x-h264,stream-format=byte-stream,alignment=au"
                                             : "video/x-vp8"));
  gst_element_link_filtered(depayloader, sink, caps.get());
  gst_element_sync_state_with_parent(sink);
  gst_element_sync_state_with_parent(depayloader);
  const auto output = gst::adopt(gst_element_get_static_pad(depayloader, "src"));
  gst_pad_add_probe(
      output.get(), GST_PAD_PROBE_TYPE_BUFFER,
      [](GstPad*, GstPadProbeInfo* info, gpointer data) {
        auto& self = *static_cast<TestClient*>(data);
        const bool key = !GST_BUFFER_FLAG_IS_SET(GST_PAD_PROBE_INFO_BUFFER(info), GST_BUFFER_FLAG_DELTA_UNIT);
        if (self.video_frames.load() == 0) self.first_frame_was_key.store(key);
        if (key) self.key_frames.fetch_add(1);
        self.video_frames.fetch_add(1);
        self.last_video_arrival.store(gst::now());
        return GST_PAD_PROBE_OK;
      },
      this, nullptr);
  video_in_ = gst::adopt(gst_element_get_static_pad(depayloader, "sink"));
  gst_pad_link(pad, video_in_.get());
}

std::vector<gst::EncodedFrame> encode_frames(Codec codec, int count) {
  const std::string encoder =
      codec == Codec::opus ? fmt::format(
                                 "audiotestsrc num-buffers={} samplesperbuffer=960 ! "
                                 "audio/x-raw,rate=48000,channels=1 ! opusenc",
                                 count)
      : codec == Codec::h264
          ? fmt::format(
                "videotestsrc num-buffers={} ! video/x-raw,width=320,height=180,framerate=30/1 ! x264enc "
                "tune=zerolatency key-int-max=1000 ! capsfilter "
                "caps=video/x-h264,profile=constrained-baseline,"
                "stream-format=byte-stream,alignment=au",
                count)
          : fmt::format(
                "videotestsrc num-buffers={} ! video/x-raw,width=320,height=180,framerate=30/1 ! vp8enc "
                "deadline=1 keyframe-max-dist=1000",
                count);
  auto bin = gst::parse_bin(encoder, "encoder");
  if (!bin) throw std::runtime_error(bin.error().message);
  const auto pipeline = gst::make_pipeline("encode");
  GstElement* element = bin->get();
  GstElement* sink = gst_element_factory_make("appsink", nullptr);
  g_object_set(sink, "sync", FALSE, nullptr);
  gst_bin_add_many(GST_BIN(pipeline.get()), element, sink, nullptr);
  gst_element_link(element, sink);
  gst_element_set_state(pipeline.get(), GST_STATE_PLAYING);
  std::vector<gst::EncodedFrame> frames;
  while (const auto sample = gst::adopt(gst_app_sink_try_pull_sample(GST_APP_SINK(sink), 5 * GST_SECOND))) {
    gst::EncodedFrame frame;
    frame.codec = codec;
    frame.duration = (codec == Codec::opus ? 20 : 33) * GST_MSECOND;
    GstBuffer* buffer = gst_sample_get_buffer(sample.get());
    frame.key = !GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_DELTA_UNIT);
    frame.buffer = gst::EncodedFrame::share(gst::ref(buffer));
    frames.push_back(frame);
  }
  gst_element_set_state(pipeline.get(), GST_STATE_NULL);
  return frames;
}

}  // namespace tessera::webrtc::test
