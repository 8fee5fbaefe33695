#pragma once
#include <optional>
#include <string>
#include <vector>

#include "gst/signal.hpp"
#include "webrtc/answer.hpp"
#include "webrtc/data_channels.hpp"
#include "webrtc/endpoint.hpp"
#include "webrtc/link.hpp"
#include "webrtc/negotiation.hpp"
#include "webrtc/receive_path.hpp"
#include "webrtc/send_path.hpp"
#include "webrtc/session_tap.hpp"

namespace tessera::webrtc {

/// See Endpoint. Its life only moves forward: negotiating → answered → connected → closed. Signal handlers of
/// webrtcbin run on its own threads and do no more than post here.
class EndpointImpl final : public Endpoint, public std::enable_shared_from_this<EndpointImpl> {
 public:
  EndpointImpl(Loop& loop, Worker& worker, EndpointSpec spec, EndpointEvents events, AnswerPlan plan);
  ~EndpointImpl() override;
  /// Builds the pipeline and starts to negotiate.
  Result<void> start();

  Result<void> add_candidate(const std::string& candidate, int mline) override;
  [[nodiscard]] std::optional<gst::Codec> send_video_codec() const override;
  [[nodiscard]] bool sends_audio() const override { return plan_.audio() && plan_.audio()->sends; }
  [[nodiscard]] bool receives_video() const override { return plan_.video() && plan_.video()->receives; }
  [[nodiscard]] bool receives_audio() const override { return plan_.audio() && plan_.audio()->receives; }
  void send_video(const gst::EncodedFrame& frame) override;
  void send_audio(const gst::EncodedFrame& frame) override;
  void request_key_frame() override { receive_->request_key_frame(); }
  [[nodiscard]] bool takes_events() const override { return data_ && data_->takes_events(); }
  void send_event(const std::string& text) override;
  [[nodiscard]] std::chrono::milliseconds silence() const override;
  [[nodiscard]] Stats stats() const override;

 private:
  enum class Phase { negotiating, gathering, answered, connected, closed };

  Result<void> build();
  void watch_signals();
  void watch_bus();
  void watch_data();
  void negotiate();
  // Steps, all on the control thread.
  void on_negotiated(Result<LocalParameters> local);
  void on_local_candidate(const std::string& line);
  void on_gathering_state();
  void on_gathered();
  void on_connection_state();
  void answer();
  void verify();
  void on_dtls_state();
  void check_silence();
  void on_bad_packets();
  void on_streams_used_up();
  void on_data_flood();
  void on_data_channel(gst::Ptr<GObject> channel);
  void warn_of(GstMessage* message);
  [[nodiscard]] Error no_candidates() const;
  void fail(Error failure);
  void close(const std::string& reason);
  /// A function for any thread that runs `step` on the control thread while this exists.
  std::function<void()> post(void (EndpointImpl::*step)());

  Loop& loop_;
  Worker& worker_;
  const EndpointSpec spec_;
  const AnswerPlan plan_;
  const std::shared_ptr<Link> link_;
  Phase phase_ = Phase::negotiating;
  std::optional<LocalParameters> local_;
  std::vector<std::string> local_candidates_;
  int remote_candidates_ = 0;
  GstClockTime answered_at_ = 0;
  std::string ice_state_ = "new", selected_pair_;
  GstClockTime warned_at_ = 0;
  std::uint64_t unsaid_warnings_ = 0;

  gst::Ptr<GstWebRTCDTLSTransport> dtls_;
  std::unique_ptr<DataChannels> data_;
  gst::Ptr<GstElement> pipeline_;
  GstElement* webrtcbin_ = nullptr;  // the pipeline's
  std::shared_ptr<ReceivePath> receive_;
  std::unique_ptr<SessionTap> tap_;
  std::unique_ptr<SendPath> video_, audio_;
  std::unique_ptr<Negotiation> negotiation_;
  PendingReply statistics_;
  // What calls back comes last: it goes first.
  std::vector<gst::Signal> signals_;
  gst::BusWatch bus_;
  SourceGuard deadline_, silence_watch_;
};

}  // namespace tessera::webrtc
