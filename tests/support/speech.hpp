#pragma once
// Speech for tests, by espeak-ng (Debian's package of that name): real syllables, with the soft beginnings
// that tones do not have.

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <numbers>
#include <stdexcept>
#include <string>
#include <vector>

namespace tessera::test {

/// 48 kHz mono, the silence before the first sound cut off. Throws when espeak-ng is not installed.
/// `voice`: "en", "de", "en+f3", …; `text` must not hold quotes.
inline std::vector<std::int16_t> speech(const std::string& text, const std::string& voice = "en") {
  const std::string command = "espeak-ng --stdout -a 100 -v " + voice + " \"" + text + "\" 2>/dev/null";
  std::vector<std::uint8_t> wave;
  FILE* pipe = popen(command.c_str(), "r");
  for (int byte = 0; pipe && (byte = std::fgetc(pipe)) != EOF;)
    wave.push_back(static_cast<std::uint8_t>(byte));
  if (pipe) pclose(pipe);
  constexpr std::size_t header = 44;  // what espeak-ng writes: one fmt chunk, one data chunk
  if (wave.size() < header + 2'000)
    throw std::runtime_error("this test needs espeak-ng; ./dev test installs it");
  const double rate = wave[24] + 256 * wave[25] + 65'536 * wave[26];
  std::vector<double> coarse;
  for (std::size_t at = header; at + 1 < wave.size(); at += 2)
    coarse.push_back(static_cast<std::int16_t>(wave[at] | wave[at + 1] << 8));

  std::vector<std::int16_t> sound;
  const auto count = static_cast<std::size_t>(static_cast<double>(coarse.size()) * 48'000 / rate);
  for (std::size_t n = 0; n < count; ++n) {  // Hann-windowed sinc over 32 samples
    const double at = static_cast<double>(n) * rate / 48'000;
    const auto middle = static_cast<std::ptrdiff_t>(at);
    double sum = 0;
    for (std::ptrdiff_t k = middle - 15; k <= middle + 16; ++k) {
      if (k < 0 || k >= static_cast<std::ptrdiff_t>(coarse.size())) continue;
      const double x = std::numbers::pi * (at - static_cast<double>(k));
      const double sinc = std::fabs(x) < 1e-9 ? 1 : std::sin(x) / x;
      sum += coarse[static_cast<std::size_t>(k)] * sinc * (0.5 + 0.5 * std::cos(x / 17));
    }
    if (sound.empty() && std::fabs(sum) < 16) continue;
    sound.push_back(static_cast<std::int16_t>(std::lrint(std::fmin(std::fmax(sum, -32'768), 32'767))));
  }
  return sound;
}

}  // namespace tessera::test
