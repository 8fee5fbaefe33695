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
///
/// While nobody hears the seat, delay beyond the target is simply left out. That pays for `look_back`, which
/// makes D up to 20 ms larger at the beginning of a word.
class PlayoutBuffer {
 public:
  explicit PlayoutBuffer(int channels = 1) : fifo_(channels), resampler_(channels) {}

  void push(PlayoutPacket packet);
  /// Drops everything; the next packet starts afresh.
  void reset();
  void set_playout_delay(Nanoseconds delay) { target_.set_floor(delay); }

  /// The level that the senders' headers give for what the next `pull(tick)` would have to decode: nothing
  /// when a packet in it has none, the last packet's when it lasts for this tick too, −127 dB when nothing
  /// plays. Lets a silent participant go undecoded.
  [[nodiscard]] std::optional<double> next_level(Nanoseconds tick) const;

  struct Pull {
    /// False: the packets due are passed over in silence; the last few are kept so that the decoder has
    /// settled, and what they held is there, when it is wanted again.
    bool decode = true;
    bool heard = true;  ///< false: steps in the sound do not matter
  };
  /// Fills the tick (tick_values). Returns false when it is silence.
  bool pull(Nanoseconds tick, std::span<std::int16_t> out, Pull how);
  bool pull(Nanoseconds tick, std::span<std::int16_t> out) { return pull(tick, out, Pull{}); }
  /// The tick pulled last once more, and up to 20 ms of what came before it: it turned out to hold the
  /// beginning of a word, and who begins softly began earlier. Not for a seat that is heard already.
  void look_back(std::span<std::int16_t> out);

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
    Pull how;
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
  void wake();
  void leave_out(const Now& now);
  void produce(std::size_t needs, std::span<std::int16_t> out);
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
  std::size_t unheard_ = 0;                          // samples at the fifo's end that stand for them
  SampleFifo fifo_;
  Resampler resampler_;
  double end_ = 0;  // media time, in samples, of what is appended to the fifo next
  bool playing_ = false;
  std::size_t concealed_run_ = 0;  // samples since the last real one
  std::size_t taken_ = 0;          // samples that the last tick took from the fifo

  double off_ = 0;  // D − target, smoothed, in samples
  int ticks_over_ = 0;
  int ticks_since_splice_ = 0;
  Stats stats_;
};

}  // namespace tessera::audio
