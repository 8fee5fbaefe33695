// Speech after silence arrives from its very beginning, however softly it begins.

#include "../../support/meeting.hpp"
#include "../../support/speech.hpp"

namespace tessera::audio {
namespace {

using namespace std::chrono_literals;
constexpr std::size_t judged = 4'800;  // the first 100 ms

double energy(std::span<const std::int16_t> sound) {
  double sum = 0;
  for (const auto sample : sound) sum += static_cast<double>(sample) * sample;
  return sum;
}

/// The word as it would be heard if its sender were in the mix all the time: through both encodes.
std::vector<std::int16_t> reference(const std::vector<std::int16_t>& said) {
  std::vector<std::int16_t> sound = said;
  for (int leg = 0; leg < 2; ++leg) {
    auto encoder = Encoder::create({}).value();
    auto decoder = Decoder::create().value();
    std::vector<std::int16_t> out;
    for (std::size_t at = 0; at + tick_samples <= sound.size(); at += tick_samples) {
      Frame frame;
      std::copy_n(sound.begin() + static_cast<std::ptrdiff_t>(at), tick_samples, frame.begin());
      Frame decoded;
      (void)decoder.decode(test::opus_packet(encoder, frame), decoded).value();
      out.insert(out.end(), decoded.begin(), decoded.end());
    }
    sound = std::move(out);
  }
  return sound;
}

/// Where `pattern` lies in `sound`, by correlation.
std::size_t place_of(std::span<const std::int16_t> pattern, std::span<const std::int16_t> sound,
                     std::size_t from, std::size_t to) {
  double best = -1;
  std::size_t found = from;
  for (std::size_t lag = from; lag < to; ++lag) {
    double sum = 0;
    for (std::size_t i = 0; i < pattern.size(); i += 3)
      sum += static_cast<double>(pattern[i]) * sound[lag + i];
    if (sum > best) {
      best = sum;
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
    std::size_t at = 0;
    meeting.add([&] {
      Frame frame{};
      if (at + tick_samples <= said.size())
        std::copy_n(said.begin() + static_cast<std::ptrdiff_t>(at), tick_samples, frame.begin());
      at += tick_samples;
      return frame;
    });
    auto& listener = meeting.add([] { return Frame{}; });
    meeting.run(5s);

    const auto wanted = reference(said);
    // Both legs' encoders look ahead 6.5 ms. Where the judged stretch ends counts, because there it is
    // loudest; within 6 ms, or a voice would be found a period of its pitch away.
    const std::size_t first = start + 312 * 2, around = first + samples_of_ms(60);
    const auto pattern = std::span(wanted).subspan(around, samples_of_ms(80));
    const std::size_t later =
        place_of(pattern, listener.heard, around + samples_of_ms(40), around + samples_of_ms(46)) - around;
    const double kept = energy(std::span(listener.heard).subspan(first + later, judged)) /
                        energy(std::span(wanted).subspan(first, judged));
    EXPECT_GE(kept, 0.95) << word;
  }
}

INSTANTIATE_TEST_SUITE_P(All, WordBeginnings,
                         testing::Values(Case{1, -90, false}, Case{1, -90, true}, Case{0.25, -70, false},
                                         Case{0.25, -70, true}, Case{0.1, -80, false}, Case{0.1, -80, true}));

}  // namespace
}  // namespace tessera::audio
