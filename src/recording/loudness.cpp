#include "recording/loudness.hpp"

#include <ebur128.h>

#include <algorithm>
#include <cmath>

#include "audio/limiter.hpp"
#include "recording/sound_reader.hpp"
#include "recording/sound_writer.hpp"

namespace tessera::recording {
namespace {

constexpr double least_gain = 0.5;  // dB
constexpr double most_gain = 20;
/// Below this R128 gates everything: there is nothing to measure.
constexpr double absolute_gate = -70;

struct FreeMeter {
  void operator()(ebur128_state* state) const { ebur128_destroy(&state); }
};
using Meter = std::unique_ptr<ebur128_state, FreeMeter>;

/// Gain and limiter, tick by tick, with the limiter's delay taken out.
class Amplifier {
 public:
  Amplifier(int channels, double gain_db)
      : channels_(static_cast<std::size_t>(channels)),
        gain_(std::pow(10, gain_db / 20) * 32768),
        limiter_(channels),
        in_(audio::tick_values(channels)),
        out_(audio::tick_values(channels)),
        skip_(audio::Limiter::delay * channels_) {}

  /// Calls `take` with what comes out.
  template <typename Take>
  Result<void> add(std::span<const float> samples, Take take) {
    for (const float sample : samples) {
      in_[filled_++] = static_cast<std::int32_t>(std::lround(std::clamp(sample * gain_, -1e9, 1e9)));
      ++owed_;
      if (filled_ == in_.size())
        if (auto taken = run(take); !taken) return taken;
    }
    return {};
  }
  /// What is still inside.
  template <typename Take>
  Result<void> end(Take take) {
    while (owed_ > 0) {
      std::fill(in_.begin() + static_cast<std::ptrdiff_t>(filled_), in_.end(), 0);
      if (auto taken = run(take); !taken) return taken;
    }
    return {};
  }

 private:
  template <typename Take>
  Result<void> run(Take take) {
    limiter_.process(in_, out_);
    filled_ = 0;
    const std::size_t skipped = std::min(std::exchange(skip_, 0), out_.size());
    const std::size_t count = std::min(out_.size() - skipped, owed_);
    owed_ -= count;
    return take(std::span<const std::int16_t>(out_).subspan(skipped, count));
  }

  std::size_t channels_;
  double gain_;
  audio::Limiter limiter_;
  std::vector<std::int32_t> in_;
  std::vector<std::int16_t> out_;
  std::size_t filled_ = 0;
  std::size_t owed_ = 0;  ///< values that went in and have not come out
  std::size_t skip_;
};

}  // namespace

Result<std::optional<double>> measure_loudness(const std::vector<std::string>& files,
                                               const std::function<void(double)>& progress) {
  Meter meter;
  int channels = 0, rate = 0;
  for (std::size_t i = 0; i < files.size(); ++i) {
    auto reader = SoundReader::open(files[i]);
    if (!reader) return reader.error();
    if (!meter) {
      channels = reader->channels();
      rate = reader->rate();
      meter.reset(
          ebur128_init(static_cast<unsigned>(channels), static_cast<unsigned long>(rate), EBUR128_MODE_I));
      if (!meter) return error("unreadable", "{}: no loudness of {} channels", files[i], channels);
    }
    if (reader->channels() != channels || reader->rate() != rate)
      return error("unreadable", "{} has another kind of sound than the parts before it", files[i]);
    while (true) {
      const auto& chunk = reader->next();
      if (chunk.empty()) break;
      ebur128_add_frames_float(meter.get(), chunk.data(), chunk.size() / static_cast<std::size_t>(channels));
      if (progress)
        progress((static_cast<double>(i) + reader->fraction()) / static_cast<double>(files.size()));
    }
    if (auto status = reader->status(); !status) return status.error();
  }
  double loudness = 0;
  if (!meter || ebur128_loudness_global(meter.get(), &loudness) != EBUR128_SUCCESS)
    return std::optional<double>();
  if (!std::isfinite(loudness) || loudness <= absolute_gate) return std::optional<double>();
  return std::optional(loudness);
}

std::optional<double> gain_for(double measured, double target) {
  const double gain = std::min(target - measured, most_gain);
  if (!(std::abs(gain) >= least_gain)) return {};
  return gain;
}

Result<void> apply_gain(const std::string& input, const std::string& output, double gain_db,
                        const std::function<void(double)>& progress) {
  auto reader = SoundReader::open(input);
  if (!reader) return reader.error();
  if (reader->rate() != audio::sample_rate || reader->channels() > audio::max_channels)
    return error("unreadable", "{}: {} channels at {} Hz are not what is recorded here", input,
                 reader->channels(), reader->rate());
  Amplifier amplifier(reader->channels(), gain_db);
  std::unique_ptr<SoundWriter> writer;
  const auto take = [&](std::span<const std::int16_t> samples) { return writer->write(samples); };
  while (true) {
    const auto& chunk = reader->next();
    if (chunk.empty()) break;
    if (!writer) {
      auto made = SoundWriter::create(output, {.codec = reader->codec(),
                                               .rate = reader->rate(),
                                               .channels = reader->channels(),
                                               .start = reader->start()});
      if (!made) return made.error();
      writer = std::move(*made);
    }
    if (auto added = amplifier.add(chunk, take); !added) return added;
    if (progress) progress(reader->fraction());
  }
  if (auto status = reader->status(); !status) return status;
  if (!writer) return error("unreadable", "{} holds no sound", input);
  if (auto ended = amplifier.end(take); !ended) return ended;
  return writer->end();
}

}  // namespace tessera::recording
