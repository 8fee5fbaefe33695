#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "audio/format.hpp"

namespace tessera::audio {

/// Chooses who is in the mix: the loudest K of those who talk, and in which order they are named.
///
/// Nothing flaps: a talker inside stays until one outside is 3 dB louder (loudness smoothed over some 400 ms)
/// and has been inside for 200 ms; neighbours change places only when 3 dB apart, at most every 300 ms. A
/// free place is taken at the very tick someone starts.
class TalkerPolicy {
 public:
  struct Candidate {
    std::uint64_t id = 0;
    bool talking = false;
    double level_db = silence_db;  ///< of this tick, after the seat's gain
  };

  explicit TalkerPolicy(std::size_t max_talkers) : max_talkers_(max_talkers) {}

  /// One tick with every seat. Returns the talkers' ids, loudest first.
  const std::vector<std::uint64_t>& update(std::span<const Candidate> candidates);
  [[nodiscard]] const std::vector<std::uint64_t>& talkers() const { return order_; }
  [[nodiscard]] bool changed() const { return changed_; }  ///< by the last update: set or order

 private:
  struct Voice {
    std::uint64_t id = 0;
    double loudness_db = silence_db;
    int ticks_inside = -1;  // −1: outside
    bool seen = false;
  };
  Voice* find(std::uint64_t id);
  void listen(std::span<const Candidate> candidates);
  void admit();
  void arrange();

  std::size_t max_talkers_;
  std::vector<Voice> voices_;  // those who talk now
  std::vector<std::uint64_t> order_;
  std::vector<std::uint64_t> before_;
  int ticks_since_swap_ = 1'000;
  bool changed_ = false;
};

}  // namespace tessera::audio
