#pragma once
// A meeting to record, made in memory: H.264 pictures that can be told apart and a sound that can be found
// again.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/loop.hpp"
#include "gst/encoded_frame.hpp"
#include "recording/recorder.hpp"

namespace tessera::recording::test {

/// Pictures are grey, a shade for each second (see shade_of); for the first 100 ms of each second but the 0th
/// they are white. The sound is a soft 440 Hz tone, and a loud 1 kHz one while the picture is white.
struct Feed {
  static constexpr int width = 320, height = 180, framerate = 30;
  std::vector<gst::EncodedFrame> frames;  ///< running times from 0, a key frame each second
  [[nodiscard]] double seconds() const { return static_cast<double>(frames.size()) / framerate; }
};

Feed make_feed(int seconds, int width = Feed::width, int height = Feed::height,
               gst::Codec codec = gst::Codec::h264);

/// Luma of the second's pictures when not white.
constexpr int shade_of(int second) {
  return 60 + 20 * (second % 4);
}

/// Sample `index` (48 kHz) of the feed's sound.
std::int16_t sound_at(std::int64_t index);

struct PushOptions {
  GstClockTime base = 5'007'000'000;  ///< running time of the feed's time 0; no multiple of 20 ms
  double from = 0, until = 1e9;       ///< seconds of the feed
  double speed = 2;                   ///< times real time
  double video_from = 0, video_until = 1e9, audio_from = -1e9, audio_until = 1e9;
  bool whole = true;  ///< ends the sound with the picture; false when more follows
  /// When the feed's time 0 was: pushes that have the same follow each other without a seam, as in real time
  /// (`speed` 1), and what the machine holds up is caught up with. Without it each begins when it is called.
  std::optional<std::chrono::steady_clock::time_point> zero{};
};

/// Pushes the feed (over and over, when it is shorter) into the recorder, sound 40 ms ahead of the picture,
/// while the loop runs.
void push(Loop& loop, Recorder& recorder, const Feed& feed, const PushOptions& options);

/// The running time of what is being pushed; it goes on as the clock does. The recorders of spec_for() go by
/// it.
GstClockTime feed_now();

std::string pipeline_text(const Format& format = default_format());
RecorderSpec spec_for(const std::string& directory, const Format& format = default_format());

/// A directory of this test's own that goes with it.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace tessera::recording::test
