#pragma once
#include "audio/format.hpp"

namespace tessera::audio {

/// How far behind the tick a seat's sound should play.
///
/// A tick at time t puts out the media time [t − D, t − D + 20 ms). A packet whose first sample has running
/// time R and that arrives at R + l is wanted, at the earliest, by a tick just before R + D − 20 ms, so
/// nothing is missed when
///     D ≥ 20 ms + l.
/// That holds for packets of any length and any phase against the tick. D is therefore
///     D = 20 ms + (97th percentile of l over the last 2 s) + margin,
/// margin 10 ms until a second of packets is known, then 5 ms; never below the playout delay that is asked
/// for (the same delay that the picture gets, so that lips match) nor above 300 ms more than it. Packets that
/// come in one burst count once, with the largest l: a single stall is one event, not many. A stream's first
/// burst counts with the smallest: what waited while the way here was being built is no jitter (what is so
/// old that D does not reach it is lost). D rises at once; it falls by 20 ms a second at least and with a
/// time constant of 1 s. Without jitter: 25 ms in the end; a sound's first packet leaves at most 25 ms, on
/// average 15 ms, after it came in.
class DelayTarget {
 public:
  void note(Nanoseconds lateness, Nanoseconds arrival);
  /// Once a tick.
  void update(Nanoseconds now);
  void set_floor(Nanoseconds playout_delay) { floor_ = playout_delay; }
  void forget();

  [[nodiscard]] Nanoseconds delay() const { return delay_; }
  [[nodiscard]] Nanoseconds needed() const { return needed_; }  ///< before floor, ceiling and smoothing

 private:
  struct Observation {
    Nanoseconds lateness{};
    Nanoseconds arrival{};
  };
  static constexpr std::size_t window = 128;

  std::array<Observation, window> seen_{};
  std::size_t next_ = 0;
  std::size_t count_ = 0;
  bool dirty_ = false;
  Nanoseconds last_arrival_ = Nanoseconds::min();
  Nanoseconds floor_{20'000'000};
  Nanoseconds needed_{30'000'000};
  Nanoseconds delay_{30'000'000};
};

}  // namespace tessera::audio
