// Speech after silence arrives from its very beginning, however softly it begins.

#include "../../support/meeting.hpp"
#include "../../support/speech.hpp"

namespace tessera::audio {
namespace {

using namespace std::chrono_literals;
constexpr std::size_t judged = 4'800;   // the first 100 ms
constexpr std::size_t softest = 1'920;  // the first 40 ms, in which a hiss is 30 dB below the vowel to come

double energy(std::span<const std::int16_t> sound) {
  double sum = 0;
  for (const auto sample : sound) sum += static_cast<double>(sample) * sample;
  return sum;
}

/// The word as its packets hold it: what would be in the mix if its sender were there all the time.
std::vector<std::int16_t> reference(const std::vector<std::int16_t>& said) {
  auto encoder = Encoder::create({}).value();
  auto decoder = Decoder::create().value();
  auto next = test::saying(said);
  std::vector<std::int16_t> out;
  for (std::size_t at = 0; at + tick_samples <= said.size(); at += tick_samples) {
    Frame decoded;
    (void)decoder.decode(test::opus_packet(encoder, next()), decoded).value();
    out.insert(out.end(), decoded.begin(), decoded.end());
  }
  return out;
}

/// How much later than in `wanted` the stretch [from, to) is in `sound`, by normalised correlation.
std::size_t delay_of(std::span<const std::int16_t> wanted, std::span<const std::int16_t> sound,
                     std::size_t from, std::size_t to, std::size_t most) {
  double best = -1;
  std::size_t found = 0;
  for (std::size_t lag = 0; lag < most; ++lag) {
    double product = 0, power = 1;
    for (std::size_t i = from; i < to; ++i) {
      product += static_cast<double>(wanted[i]) * sound[lag + i];
      power += static_cast<double>(sound[lag + i]) * sound[lag + i];
    }
    if (product / std::sqrt(power) > best) {
      best = product / std::sqrt(power);
      found = lag;
    }
  }
  return found;
}

struct Case {
  double gain;
  double noise_db;
  bool levels;
};

class WordBeginnings : public testing::TestWithParam<Case> {};

TEST_P(WordBeginnings, AreHeardWhole) {
  const auto [gain, noise_db, levels] = GetParam();
  for (const char* word :
       {"hello", "soft", "fish", "thin", "yes", "okay", "wait", "five", "some", "mother"}) {
    std::mt19937 random(9);
    std::normal_distribution<> noise(0, 32'768 * std::pow(10, noise_db / 20));
    constexpr std::size_t start = 48'000 * 3 + 317;  // no multiple of a tick
    std::vector<std::int16_t> said(48'000 * 5);
    const auto spoken = test::speech(word);
    for (std::size_t i = 0; i < said.size(); ++i) {
      const double voice = i >= start && i - start < spoken.size() ? gain * spoken[i - start] : 0;
      said[i] =
          static_cast<std::int16_t>(std::lround(std::clamp(voice + noise(random), -32'768.0, 32'767.0)));
    }
    test::Meeting meeting;
    meeting.with_levels = levels;
    meeting.add(test::saying(said));
    meeting.add([] { return Frame{}; });
    // The mix, before it is encoded: the coder's own noise would be more than what is looked for.
    std::vector<std::int16_t> mix;
    while (mix.size() < said.size()) {
      const auto result = meeting.tick();
      mix.insert(mix.end(), result.mix.begin(), result.mix.end());
    }

    const auto wanted = reference(said);
    const std::size_t first = start + 312;  // the encoder looks ahead 6.5 ms
    // Where the judged stretch ends is where it is loudest, so that is what must lie on itself.
    const std::size_t later =
        delay_of(wanted, mix, first + samples_of_ms(60), first + samples_of_ms(110), samples_of_ms(90));
    const double kept = energy(std::span(mix).subspan(first + later, judged)) /
                        energy(std::span(wanted).subspan(first, judged));
    EXPECT_GE(kept, 0.95) << word << ", " << later / 48.0 << " ms later";
    const double soft = energy(std::span(wanted).subspan(first, softest)) / softest;
    if (10 * std::log10(soft / (32'768.0 * 32'768.0)) > -55) {
      EXPECT_GE(energy(std::span(mix).subspan(first + later, softest)) / softest, 0.7 * soft) << word;
    }
  }
}

// 20 dB below espeak's own loudness a "th" is 60 dB below full scale, and 60 ms of it: 6 % of "thin" are lost
// there.
INSTANTIATE_TEST_SUITE_P(All, WordBeginnings,
                         testing::Values(Case{1, -90, false}, Case{1, -90, true}, Case{0.25, -70, false},
                                         Case{0.25, -70, true}, Case{0.15, -80, false},
                                         Case{0.15, -80, true}));

}  // namespace
}  // namespace tessera::audio
