#pragma once
// The bridge: one sound of the room, by mix-minus. A 20 ms tick thread pulls every talker's next 20 ms from
// their playout buffer, sums once, subtracts each talker's own, and encodes: one shared Opus encode for all
// who only listen, a private one for each who talks.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "audio/opus_codec.hpp"
#include "audio/program.hpp"
#include "audio/voice_processor.hpp"
#include "base/loop.hpp"
#include "base/result.hpp"
#include "gst/encoded_frame.hpp"

namespace tessera::media {

/// 48 kHz, 960 samples of each channel per tick.
struct PcmFrame {
  GstClockTime running_time = 0;          ///< of the first sample; perfect multiples of 20 ms
  const std::int16_t* samples = nullptr;  ///< count × channels, interleaved, left first
  std::size_t count = 0;                  ///< of each channel
  int channels = 1;
};
using PcmConsumer = std::function<void(const PcmFrame&)>;

/// Sound that is nobody's voice: announcements, chimes, music on hold. Called on the tick thread, once a
/// tick, and must not block there; it may also be destroyed there.
class ProgramSource {
 public:
  virtual ~ProgramSource() = default;
  /// Fills in the next 20 ms. False: nothing to be heard and nothing ducked at this tick.
  virtual bool next(audio::Program& out) = 0;
};

/// One seat at the bridge. Owned by the room; dropping it leaves the mix at the next tick.
/// `push` comes from a streaming thread, everything else from the control thread.
class BridgeSeat {
 public:
  virtual ~BridgeSeat() = default;

  /// One received Opus packet (depayloaded), PTS = running time of its capture as the jitter buffer says,
  /// plus the RTP sequence number's gap when known (`lost` packets missing just before this one). `level`:
  /// RFC 6464 audio level in −dBov (0 loudest … 127 silence), or −1 when the sender gives none.
  virtual void push(GstBuffer* packet, GstClockTime running_time, int lost, int level) = 0;
  /// Forget buffered sound (the endpoint went away); the next push starts afresh.
  virtual void reset_input() = 0;

  /// The same for the sound of a screen that the seat shares: not heard by the seat itself, and nobody's
  /// talk. Without the seat's gain and processing.
  virtual void push_screen(GstBuffer* packet, GstClockTime running_time, int lost, int level) = 0;
  virtual void reset_screen() = 0;
  virtual void set_screen_muted(bool muted) = 0;

  /// What this seat hears: each 20 ms exactly one Opus packet, called on the tick thread. Empty function:
  /// nothing.
  virtual void set_output(gst::FrameConsumer consumer) = 0;

  virtual void set_muted(bool muted) = 0;  ///< by self or by an operator: not heard by anyone
  virtual void set_gain(double gain) = 0;  ///< linear, 0…4
  virtual void set_playout_delay(std::chrono::milliseconds delay) = 0;
  /// Noise suppression and automatic gain for this voice. Without effect in a room for music.
  virtual void set_processing(audio::VoiceProcessing processing) = 0;
  /// What the peer's RTCP says: the fraction (0…1) lost of the packets that `set_output`'s consumer sent. Any
  /// thread.
  virtual void report_loss(double fraction) = 0;

  /// On hold: heard by no one, and hears the hold program (Bridge::set_hold_program) instead of the room.
  virtual void set_held(bool held) = 0;
  /// What this seat alone hears, over everything else. Null: nothing.
  virtual void set_program(std::shared_ptr<ProgramSource> program) = 0;

  struct Stats {
    std::uint64_t packets = 0, concealed = 0, late = 0;
    int buffered_ms = 0;     ///< in the playout buffer at the last tick
    double level_db = -127;  ///< of the last 20 ms, dBFS RMS
    double meter_db = -127;  ///< the same as a meter shows it: up at once, down by 30 dB a second
    bool talking = false;
    bool private_encode = false;
    int expected_loss = 0;   ///< per cent of what it is sent; from `report_loss`
    bool processed = false;  ///< by noise suppression or automatic gain
    int delay_ms = 0;  ///< media time behind the tick: the delay that the playout buffer adds; 0 while silent
  };
  [[nodiscard]] virtual Stats stats() const = 0;
};

struct BridgeSpec {
  int max_talkers = 8;         ///< loudest K in the mix
  audio::EncoderSpec encoder;  ///< of each encode; two channels make it a room for music
};

class Bridge {
 public:
  static Result<std::unique_ptr<Bridge>> create(Loop& loop, BridgeSpec spec);
  virtual ~Bridge() = default;

  virtual std::shared_ptr<BridgeSeat> add_seat(const std::string& name) = 0;

  /// What everybody but those on hold hears over the voices; it is in the recording too. Null: nothing.
  virtual void set_room_program(std::shared_ptr<ProgramSource> program) = 0;
  /// What all who are on hold hear. Null: silence.
  virtual void set_hold_program(std::shared_ptr<ProgramSource> program) = 0;

  /// The whole mix as PCM (for the recorder), on the tick thread, until the token is dropped.
  [[nodiscard]] virtual std::shared_ptr<void> subscribe_pcm(PcmConsumer consumer) = 0;
  /// Called on the control thread when the set or order of talkers changed (loudest first), with the names of
  /// seats.
  virtual void on_speakers(std::function<void(std::vector<std::string>)> callback) = 0;

  struct Stats {
    std::uint64_t ticks = 0, late_ticks = 0;
    int encoders = 0;  ///< Opus encoders that ran at the last tick
    int seats = 0;
    int delay_ms = 0;                 ///< the longest of the seats that play now; the limiter's 1 ms included
    int expected_loss = 0;            ///< per cent; what the shared encode is set to
    std::uint64_t skipped_ticks = 0;  ///< left out because the thread was more than 200 ms behind
  };
  [[nodiscard]] virtual Stats stats() const = 0;
};

}  // namespace tessera::media
