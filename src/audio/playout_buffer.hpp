#pragma once
// From a participant's Opus packets, which come when the network likes, to 20 ms at every tick.

#include <deque>
#include <optional>
#include <vector>

#include "audio/delay_target.hpp"
#include "audio/opus_codec.hpp"
#include "audio/resampler.hpp"
#include "audio/sample_fifo.hpp"

namespace tessera::audio {

struct PlayoutPacket {
  std::vector<std::uint8_t> data;
  Nanoseconds running_time{};  ///< of its first sample
  Nanoseconds arrival{};       ///< when it came, on the same clock
  int lost = 0;                ///< packets known to be missing just before it
  int level = -1;              ///< RFC 6464, −dBov: 0 loudest … 127 silence; −1 unknown
};

/// The playout buffer of one seat. Belongs to the tick thread; every time comes in as an argument.
///
/// Everything is placed by running time on one axis. The tick at t puts out media time t − D; DelayTarget
/// says what D should be and why. What D is, is steered towards that:
///  - less than 20 ms off: by resampling, 0.05 % for every millisecond off, at most 0.5 % (drift ends here),
///  - more: by cutting out or repeating one pitch period at a time, at most every 80 ms (about 12 %),
///  - more than 60 ms too late for half a second, or 250 ms at once: by a jump, cross-faded.
/// Nothing to play: concealment for up to 80 ms, then silence until a packet comes. A packet that comes after
/// its place was concealed is still played, which makes D larger, as long as D stays within 60 ms of its
/// target; so a hiccup costs no word, and the delay is worked off afterwards. So D is bounded at all times.
class PlayoutBuffer {
 public:
  void push(PlayoutPacket packet);
  /// Drops everything; the next packet starts afresh.
  void reset();
  void set_playout_delay(Nanoseconds delay) { target_.set_floor(delay); }

  /// The level that the senders' headers give for what the next `pull(tick)` would have to decode: nothing
  /// when a packet in it has none, the last packet's when it lasts for this tick too, −127 dB when nothing
  /// plays. Lets a silent participant go undecoded.
  [[nodiscard]] std::optional<double> next_level(Nanoseconds tick) const;

  /// Fills the tick's 20 ms. With `decode` false the packets due are passed over in silence; the last few are
  /// kept so that the decoder has settled when it is wanted again. Returns false when the tick is silence.
  bool pull(Nanoseconds tick, Frame& out, bool decode = true);

  struct Stats {
    std::uint64_t packets = 0;
    std::uint64_t concealed = 0;  ///< stretches (up to 20 ms) made up because nothing was there
    std::uint64_t recovered = 0;  ///< of them, packets rebuilt from in-band FEC or what stood in for it
    std::uint64_t late = 0;       ///< packets that came too late to be played
    std::uint64_t skipped = 0;    ///< packets left undecoded
    std::uint64_t jumps = 0;      ///< times the delay was cut at once
    std::uint64_t splices = 0;
    Nanoseconds delay{};  ///< D at the last tick; 0 while nothing plays
    Nanoseconds target{};
    Nanoseconds buffered{};  ///< held at the end of the last tick
  };
  [[nodiscard]] Stats stats() const;

 private:
  struct Held {
    PlayoutPacket packet;
    double start = 0;  // samples on the shared clock
    std::size_t samples = 0;
  };
  struct Now {
    double time = 0;    // samples: the tick
    double target = 0;  // samples: D wanted
    bool decode = true;
  };
  enum class Next { appended, nothing };

  [[nodiscard]] double delay(const Now& now) const {  // D, as it is
    return now.time - (end_ - static_cast<double>(fifo_.size()));
  }
  bool begin(const Now& now, double slack);
  void steer(const Now& now);
  void jump(const Now& now);
  void splice(const Now& now, double off);
  Next append(const Now& now, std::size_t missing);
  bool fill_gap(const Now& now, std::size_t missing, double gap);
  bool conceal(const Now& now, std::size_t samples);
  void play(const Now& now, Held held, std::size_t trim);
  bool ensure_decoder();
  void fade_out();
  void drop_excess();
  bool place_on_axis(const PlayoutPacket& packet);

  DelayTarget target_;
  std::deque<Held> queue_;
  Nanoseconds bias_{};  // added to running times that stay nowhere near the clock
  std::optional<Nanoseconds> astray_since_;
  int last_level_ = 127;  // of the packet played last

  std::optional<Decoder> decoder_;
  std::deque<std::vector<std::uint8_t>> undecoded_;  // the last few passed over
  SampleFifo fifo_;
  Resampler resampler_;
  double end_ = 0;  // media time, in samples, of what is appended to the fifo next
  bool playing_ = false;
  std::size_t concealed_run_ = 0;  // samples since the last real one

  double off_ = 0;  // D − target, smoothed, in samples
  int ticks_over_ = 0;
  int ticks_since_splice_ = 0;
  Stats stats_;
};

}  // namespace tessera::audio
