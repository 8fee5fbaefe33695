#include "audio/talk_detector.hpp"

#include <algorithm>

namespace tessera::audio {
namespace {

constexpr double lowest_floor = -70;
constexpr double highest_floor = -50;
constexpr double unknown_floor = -62;
constexpr double onset_above_floor = 9;
constexpr double lowest_onset = -58;
constexpr double strong_above_onset = 6;
constexpr double release_below_onset = 4;
constexpr double digital_silence = -96;  // below the last bit of int16

}  // namespace

double TalkDetector::noise_floor_db() const {
  const double lowest = *std::min_element(minima_.begin(), minima_.end());
  return lowest == 0 ? unknown_floor : std::clamp(lowest, lowest_floor, highest_floor);
}

void TalkDetector::track_floor(double level_db) {
  // Digital silence (a muted microphone, a gap) says nothing about the room it was not recorded in.
  if (level_db <= digital_silence) return;
  short_time_db_ =
      short_time_db_ <= digital_silence ? level_db : short_time_db_ + (level_db - short_time_db_) / 3;
  minima_[bucket_] = std::min(minima_[bucket_], short_time_db_);
  if (++ticks_in_bucket_ == bucket_ticks) {
    ticks_in_bucket_ = 0;
    bucket_ = (bucket_ + 1) % bucket_count;
    minima_[bucket_] = short_time_db_;
  }
}

bool TalkDetector::update(double level_db) {
  // Judge by the floor of what came before, or the first loud tick would raise its own threshold.
  const double onset = std::max(noise_floor_db() + onset_above_floor, lowest_onset);
  track_floor(level_db);
  above_ = level_db >= onset ? above_ + 1 : 0;
  const bool starts = above_ >= 2 || level_db >= onset + strong_above_onset;
  const bool goes_on = talking() && level_db >= onset - release_below_onset;
  if (starts || goes_on) {
    hold_ = hold_ticks;
  } else if (hold_ > 0) {
    --hold_;
  }
  return talking();
}

void TalkDetector::reset() {
  *this = TalkDetector();
}

}  // namespace tessera::audio
