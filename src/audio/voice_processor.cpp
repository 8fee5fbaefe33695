#include "audio/voice_processor.hpp"

#include <webrtc/modules/audio_processing/include/audio_processing.h>

#include <algorithm>
#include <cmath>

namespace tessera::audio {
namespace {

constexpr std::size_t step = tick_samples / 2;  // the library works in 10 ms
constexpr float full_scale = 32'768;

}  // namespace

struct VoiceProcessor::Library {
  std::unique_ptr<::webrtc::AudioProcessing> processing;
};

void VoiceProcessor::Free::operator()(Library* library) const {
  delete library;
}

Result<VoiceProcessor> VoiceProcessor::create(VoiceProcessing wanted) {
  ::webrtc::Config config;
  // The analogue gain control that this would add is for a sound card's volume.
  config.Set<::webrtc::ExperimentalAgc>(new ::webrtc::ExperimentalAgc(false));
  std::unique_ptr<::webrtc::AudioProcessing> made(::webrtc::AudioProcessing::Create(config));
  if (!made) return error("voice-processing", "cannot create a voice processor");
  const ::webrtc::StreamConfig mono(sample_rate, 1, false);
  const ::webrtc::ProcessingConfig shape{{mono, mono, mono, mono}};
  int failed = made->Initialize(shape);
  failed |= made->high_pass_filter()->Enable(wanted.suppress_noise);
  failed |= made->noise_suppression()->set_level(::webrtc::NoiseSuppression::kHigh);
  failed |= made->noise_suppression()->Enable(wanted.suppress_noise);
  failed |= made->gain_control()->set_mode(::webrtc::GainControl::kAdaptiveDigital);
  failed |= made->gain_control()->set_target_level_dbfs(6);
  failed |= made->gain_control()->set_compression_gain_db(12);
  failed |= made->gain_control()->enable_limiter(true);
  failed |= made->gain_control()->Enable(wanted.auto_gain);
  if (failed != ::webrtc::AudioProcessing::kNoError)
    return error("voice-processing", "the audio processing library refuses its settings ({})", failed);
  return VoiceProcessor(std::unique_ptr<Library, Free>(new Library{std::move(made)}), wanted);
}

void VoiceProcessor::process(std::span<std::int16_t> tick) {
  const ::webrtc::StreamConfig mono(sample_rate, 1, false);
  std::array<float, step> values;
  float* channel = values.data();
  for (auto part = tick.first(std::min(tick.size(), tick_samples)); part.size() >= step;
       part = part.subspan(step)) {
    std::transform(part.begin(), part.begin() + step, values.begin(),
                   [](std::int16_t sample) { return static_cast<float>(sample) / full_scale; });
    if (library_->processing->ProcessStream(&channel, mono, mono, &channel) !=
        ::webrtc::AudioProcessing::kNoError)
      return;
    std::transform(values.begin(), values.end(), part.begin(), [](float value) {
      return static_cast<std::int16_t>(std::lrint(std::clamp(value * full_scale, -32'768.0F, 32'767.0F)));
    });
  }
}

}  // namespace tessera::audio
