#pragma once
#include <deque>
#include <memory>
#include <utility>
#include <vector>

#include "audio/ducker.hpp"
#include "audio/pcm_ring.hpp"
#include "audio/program.hpp"

namespace tessera::audio {

/// When a clip plays: after those that were there before it; after the one that plays (and others that are to
/// be next), before all that wait; without waiting for any (chimes, music on hold).
enum class Turn { in_line, next, at_once };

/// Something to be played.
struct Clip {
  std::uint64_t id = 0;
  std::shared_ptr<PcmRing> sound;
  float gain = 1;  ///< linear, 0…4
  Ducking ducking;
  Turn turn = Turn::in_line;
};

/// What plays to one audience: announcements one after the other, chimes over them. Pure; belongs to whoever
/// ticks.
class ProgramMix {
 public:
  struct Event {
    std::uint64_t id = 0;
    bool started = false;  ///< else: ended, by itself or because it was stopped
  };

  void add(Clip clip);
  /// A playing one fades out over one tick; a waiting one just goes. False: there is none of that id.
  bool stop(std::uint64_t id);

  /// False: nothing plays and nothing is ducked.
  bool next(Program& out);
  /// What began and ended at the last `next` (or by `stop` since).
  [[nodiscard]] std::vector<Event> take_events() { return std::exchange(events_, {}); }
  /// Samples of clip `id` that have been played; 0 while it waits.
  [[nodiscard]] std::uint64_t played(std::uint64_t id) const;
  /// Ticks at which a playing clip had less than it needed: its decoder was late.
  [[nodiscard]] std::uint64_t starved() const { return starved_; }
  [[nodiscard]] bool idle() const { return playing_.empty() && waiting_.empty() && ducker_.open(); }

 private:
  struct Playing {
    Clip clip;
    std::uint64_t played = 0;
    bool stopping = false, over = false;
  };
  void admit();
  void play(Playing& one, std::span<std::int32_t> sum);

  std::vector<Playing> playing_;
  std::deque<Clip> waiting_;
  Ducker ducker_;
  std::vector<Event> events_;
  std::uint64_t starved_ = 0;
};

}  // namespace tessera::audio
