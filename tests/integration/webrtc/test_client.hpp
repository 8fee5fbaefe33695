#pragma once
// A peer for the endpoint under test: webrtcbin as the offerer, sending test pictures and a tone, counting
// what it gets.

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/loop.hpp"
#include "gst/encoded_frame.hpp"
#include "gst/signal.hpp"
#include "webrtc/association_id.hpp"
#include "webrtc/gst_types.hpp"

namespace tessera::webrtc::test {

struct ClientSpec {
  gst::Codec video = gst::Codec::vp8;
  bool sends = true;
  bool receives = true;
  std::vector<std::string> channels{};  ///< labels of data channels that it opens
  std::string sound = "OPUS";           ///< or PCMA, PCMU, G722
};

/// Lives on the control thread (the test's). Destroying it stops its pipeline at once.
class TestClient {
 public:
  TestClient(Loop& loop, ClientSpec spec);
  ~TestClient();

  /// Makes the offer; blocks the test (running the loop) until it is there. With `complete` it holds all
  /// candidates.
  std::string offer(bool complete);
  void set_answer(const std::string& sdp);
  void add_candidate(const std::string& line, int mline);
  /// Candidates as they are found, from the loop; those found earlier come at once.
  void on_candidate(std::function<void(std::string, int)> callback);

  [[nodiscard]] std::string connection_state() const;
  /// PEM of what the other side showed in the DTLS handshake; empty before it.
  [[nodiscard]] std::string remote_certificate() const;

  // What arrived, counted after the jitter buffer; frames are whole access units.
  std::atomic<int> video_frames{0}, key_frames{0}, audio_packets{0}, key_frame_requests{0};
  std::atomic<bool> first_frame_was_key{false};
  std::atomic<GstClockTime> last_video_arrival{0};
  std::atomic<GstClockTime> last_packet_arrival{0};

  /// By PLI, or by FIR.
  void request_key_frame(bool full = false);

  /// From now on what it sends has other SSRCs, sequence numbers and times, as after a new start.
  void begin_anew() { life_.fetch_add(1); }
  /// From now on the picture has this payload type.
  void send_picture_as(int payload_type) { picture_type_.store(payload_type); }

  /// Ends DTLS in order (close_notify). It needs a data channel.
  void say_goodbye();
  /// From now on nothing of DTLS, RTP or RTCP leaves it. ICE goes on.
  void fall_silent();

  /// Over its first data channel; false while it is not open.
  bool send_data(std::size_t bytes);
  [[nodiscard]] bool channels_open() const;
  /// What came over its channels, "<label>: <text>".
  std::vector<std::string> texts();

 private:
  void open_channel(const std::string& label);
  void for_each(const char* factory, const std::function<void(GstElement*)>& work);
  void add_media(const ClientSpec& spec);
  void add_sender(const std::string& description, const char* caps_text);
  void add_receiver(const char* caps);
  void rewrite(GstBuffer* packet, bool video) const;
  void received(GstPad* pad);
  void count_frames(GstPad* pad, const char* depayloader);
  static void on_pad(GstElement*, GstPad* pad, gpointer self) {
    static_cast<TestClient*>(self)->received(pad);
  }

  Loop& loop_;
  gst::Ptr<GstElement> pipeline_;
  GstElement* webrtcbin_ = nullptr;
  std::vector<gst::Ptr<GstPad>> pads_;
  gst::Ptr<GstPad> video_in_;
  std::vector<std::pair<std::string, int>> candidates_;
  std::function<void(std::string, int)> candidate_callback_;
  std::atomic<std::uint32_t> life_{0};
  std::atomic<int> picture_type_{-1};
  std::shared_ptr<int> alive_ = std::make_shared<int>(0);
  AssociationId association_;  // the other side's table is this process's, too
  std::vector<gst::Ptr<GObject>> channels_;
  std::mutex texts_mutex_;
  std::vector<std::string> texts_;
  std::vector<gst::Signal> signals_;
};

/// Encoded test pictures: the first is a key frame, the rest are not.
std::vector<gst::EncodedFrame> encode_frames(gst::Codec codec, int count);

}  // namespace tessera::webrtc::test
