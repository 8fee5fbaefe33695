#pragma once
// One peer connection: one webrtcbin in its own GstPipeline, created from one offer, answered once, never
// renegotiated.

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/loop.hpp"
#include "base/result.hpp"
#include "base/worker.hpp"
#include "gst/encoded_frame.hpp"
#include "gst/ptr.hpp"

namespace tessera::webrtc {

enum class EndpointKind {
  participant,  ///< sends and receives
  publisher,    ///< sends to us only (WHIP, screen share)
  viewer        ///< receives only (WHEP)
};

struct IceSettings {
  std::vector<std::string> addresses;  ///< local addresses to gather on; empty: all but loopback
  int min_port = 0, max_port = 0;      ///< 0: any
  std::string stun;                    ///< "stun://host:port" or empty
  std::vector<std::string> turn;       ///< "turn(s)://user:pass@host:port?transport=udp"
  /// Whether checks go to such addresses of a peer. They do also when one of `addresses` is of the kind.
  bool loopback = false, link_local = false;
  std::vector<std::string> announced{};  ///< addresses outside a NAT, see announced.hpp
};

struct EndpointSpec {
  std::string name;   ///< for logs and element names
  std::string owner;  ///< whose bytes it receives: the participant, for the black box
  EndpointKind kind = EndpointKind::participant;
  std::string offer;    ///< SDP text as received
  bool trickle = true;  ///< false: the answer waits for complete gathering (bounded)
  std::vector<gst::Codec> codecs{gst::Codec::h264, gst::Codec::vp8,
                                 gst::Codec::vp9};  ///< video, by preference; VP9 only received
  /// What the peer should send us, by preference; empty: the codec that we send to it. Only where both sides
  /// offer it may it differ: the answer then lists both, this one first.
  std::vector<gst::Codec> receive_codecs;
  bool stereo = false;    ///< ask for and announce two channels of sound
  int audio_bitrate = 0;  ///< bits per second that the peer should send sound with; 0: as it likes
  IceSettings ice;
  std::chrono::milliseconds jitter_latency{60};
  std::chrono::milliseconds silence_limit{10'000};  ///< nothing came for so long: closed
};

/// A frame as the depayloader gives it: a whole access unit, not decoded.
struct ReceivedFrame {
  gst::Codec codec = gst::Codec::vp8;
  GstBuffer* frame = nullptr;
  GstClockTime running_time = 0;  ///< in the shared clock
  bool key = false;
  std::shared_ptr<GstBuffer> avcc{};  ///< H.264: the parameter sets, when they are not in the stream
};

/// Callbacks. "control" ones run on the control thread, "streaming" ones on a streaming thread.
struct EndpointEvents {
  std::function<void(std::string sdp)> answer;                            ///< control, once
  std::function<void(Error)> failed;                                      ///< control: no answer will come
  std::function<void(std::string candidate, int mline)> local_candidate;  ///< control; only when trickle
  std::function<void()> connected;                 ///< control: DTLS up, fingerprint verified
  std::function<void(std::string reason)> closed;  ///< control, once: ICE failed, silence, bad fingerprint …
  /// streaming: a depayloaded video stream starts; link a decoder to `source` inside `pipeline`.
  std::function<void(GstBin* pipeline, GstPad* source, gst::Codec codec)> video_source;
  /// streaming: each frame of that stream, before it is decoded. Must not block.
  std::function<void(const ReceivedFrame&)> video_frame;
  /// streaming: one Opus packet; `running_time` in the shared clock, `lost` packets missing before it,
  /// `level` −1 if unknown.
  std::function<void(GstBuffer* packet, GstClockTime running_time, int lost, int level)> audio_packet;
  /// streaming: the peer reports that this fraction (0…1) of our sound did not arrive.
  std::function<void(double fraction)> audio_loss;
  std::function<void()> key_frame_wanted;  ///< streaming: the peer sent PLI or FIR
};

/// Owned by a room seat; lives on the control thread. Destroying it cuts every callback first, then takes the
/// pipeline to NULL on `worker`.
class Endpoint {
 public:
  /// Checks the offer (pure code first: "bad-sdp", "unsupported-offer"), builds the pipeline
  /// ("missing-plugin"), and starts negotiation; the answer arrives by `events.answer`.
  static Result<std::shared_ptr<Endpoint>> create(Loop& loop, Worker& worker, EndpointSpec spec,
                                                  EndpointEvents events);
  virtual ~Endpoint() = default;

  /// A remote candidate line ("candidate:…"); "" is the end. Malformed → "bad-request"; mDNS ones are dropped
  /// silently. More than 100 per endpoint → "too-large".
  virtual Result<void> add_candidate(const std::string& candidate, int mline) = 0;

  /// What this endpoint receives from us; nothing when it only sends. Known after create().
  [[nodiscard]] virtual std::optional<gst::Codec> send_video_codec() const = 0;
  [[nodiscard]] virtual bool sends_audio() const = 0;     ///< we send audio to it
  [[nodiscard]] virtual bool receives_video() const = 0;  ///< it may send us video
  [[nodiscard]] virtual bool receives_audio() const = 0;

  /// Any thread; dropped until `connected`. PTS is taken from running_time.
  virtual void send_video(const gst::EncodedFrame& frame) = 0;
  virtual void send_audio(const gst::EncodedFrame& frame) = 0;
  /// Asks the peer for a key frame (PLI). Any thread.
  virtual void request_key_frame() = 0;
  /// Whether the peer has opened a data channel for events (labelled "tessera").
  [[nodiscard]] virtual bool takes_events() const = 0;
  /// To that channel, when it is open and the peer reads it; else it is dropped.
  virtual void send_event(const std::string& text) = 0;

  /// How long ago anything came from the verified peer: RTP, RTCP, data, or a check of ICE. Zero before it is
  /// connected.
  [[nodiscard]] virtual std::chrono::milliseconds silence() const = 0;

  struct Stats {
    std::uint64_t packets_received = 0, packets_lost = 0, bytes_received = 0, bytes_sent = 0;
    std::uint64_t bad_packets = 0;  ///< malformed ones, which the payload gates refused
    std::uint64_t frames_sent = 0, frames_dropped = 0;
    double round_trip_ms = 0, jitter_ms = 0;
    double peer_loss = 0;  ///< fraction the peer reports lost of what we send
    std::string ice_state, selected_pair;
  };
  [[nodiscard]] virtual Stats stats() const = 0;
};

}  // namespace tessera::webrtc
