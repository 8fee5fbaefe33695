#pragma once
// A media file as a viewer gets it: decoded by FFmpeg, pictures reduced to their mean luma.

#include <string>
#include <vector>

namespace tessera::recording::test {

struct Decoded {
  struct Picture {
    double time;  ///< seconds
    double luma;
    int width, height;
  };
  std::vector<Picture> pictures;
  double sound_start = 0;      ///< seconds, of samples[0]
  std::vector<float> samples;  ///< 48 kHz mono
  int errors = 0;

  /// Mean luma of the picture on show at a time; −1 when there is none.
  [[nodiscard]] double luma_at(double seconds) const;
  /// Strength (0…1) of a tone in 100 ms of sound from a time.
  [[nodiscard]] double tone(double seconds, double hertz) const;
  /// Times at which pictures turn white / the loud tone begins.
  [[nodiscard]] std::vector<double> flashes() const;
  [[nodiscard]] std::vector<double> beeps() const;
};

/// Throws std::runtime_error when the file can not be opened.
Decoded decode(const std::string& path);

}  // namespace tessera::recording::test
