#include "audio/opus_codec.hpp"

#include <opus.h>

#include <utility>

namespace tessera::audio {

std::size_t packet_samples(std::span<const std::uint8_t> packet) {
  if (packet.empty()) return 0;
  const int samples =
      opus_packet_get_nb_samples(packet.data(), static_cast<opus_int32>(packet.size()), sample_rate);
  return samples > 0 ? static_cast<std::size_t>(samples) : 0;
}

void Encoder::Free::operator()(::OpusEncoder* encoder) const {
  opus_encoder_destroy(encoder);
}
void Decoder::Free::operator()(::OpusDecoder* decoder) const {
  opus_decoder_destroy(decoder);
}

Result<Encoder> Encoder::create(const EncoderSpec& spec) {
  if (spec.bitrate < 6'000 || spec.bitrate > 510'000)  // libopus would bend it to its limits without a word
    return error("bad-config", "the Opus bitrate is {}, expected 6000…510000 bits per second", spec.bitrate);
  int status = OPUS_OK;
  ::OpusEncoder* made = opus_encoder_create(sample_rate, spec.channels, OPUS_APPLICATION_AUDIO, &status);
  if (!made) return error("opus", "cannot create an Opus encoder: {}", opus_strerror(status));
  Encoder encoder(made, spec.channels);
  encoder.expected_loss_ = spec.expected_loss;
  const auto set = [&](const char* what, int result) -> Result<void> {
    if (result == OPUS_OK) return {};
    return error("opus", "the Opus encoder refuses {}: {}", what, opus_strerror(result));
  };
  const Result<void> settings[] = {
      set("this bitrate", opus_encoder_ctl(made, OPUS_SET_BITRATE(spec.bitrate))),
      set("this complexity (0…10)", opus_encoder_ctl(made, OPUS_SET_COMPLEXITY(spec.complexity))),
      set("in-band FEC", opus_encoder_ctl(made, OPUS_SET_INBAND_FEC(spec.inband_fec ? 1 : 0))),
      set("this expected loss (0…100 %)",
          opus_encoder_ctl(made, OPUS_SET_PACKET_LOSS_PERC(spec.expected_loss))),
      // Every tick carries a packet: a listener's clock and the recorder want no holes.
      set("DTX off", opus_encoder_ctl(made, OPUS_SET_DTX(0))),
  };
  for (const Result<void>& result : settings)
    if (!result) return result.error();
  return encoder;
}

Result<std::size_t> Encoder::encode(std::span<const std::int16_t> samples, std::span<std::uint8_t> out) {
  if (samples.size() != tick_values(channels_))
    return error("opus", "cannot encode {} values, expected {}", samples.size(), tick_values(channels_));
  opus_encoder_ctl(encoder_.get(), OPUS_SET_PREDICTION_DISABLED(independent_ ? 1 : 0));
  independent_ = false;
  const opus_int32 size = opus_encode(encoder_.get(), samples.data(), static_cast<int>(tick_samples),
                                      out.data(), static_cast<opus_int32>(out.size()));
  if (size < 0) return error("opus", "cannot encode 20 ms of sound: {}", opus_strerror(size));
  return static_cast<std::size_t>(size);
}

void Encoder::set_expected_loss(int percent) {
  if (percent == std::exchange(expected_loss_, percent)) return;
  opus_encoder_ctl(encoder_.get(), OPUS_SET_PACKET_LOSS_PERC(percent));
}

void Encoder::reset() {
  opus_encoder_ctl(encoder_.get(), OPUS_RESET_STATE);
}

Result<Decoder> Decoder::create(int channels) {
  int status = OPUS_OK;
  ::OpusDecoder* made = opus_decoder_create(sample_rate, channels, &status);
  if (!made) return error("opus", "cannot create an Opus decoder: {}", opus_strerror(status));
  return Decoder(made, channels);
}

Result<std::size_t> Decoder::run(const std::uint8_t* data, std::size_t size, std::span<std::int16_t> out,
                                 bool fec) {
  const int samples = opus_decode(decoder_.get(), data, static_cast<opus_int32>(size), out.data(),
                                  static_cast<int>(out.size() / channels_), fec ? 1 : 0);
  if (samples < 0)
    return error("opus", "cannot decode a packet of {} bytes: {}", size, opus_strerror(samples));
  return static_cast<std::size_t>(samples);
}

Result<std::size_t> Decoder::decode(std::span<const std::uint8_t> packet, std::span<std::int16_t> out) {
  return run(packet.data(), packet.size(), out, false);
}

Result<std::size_t> Decoder::recover(std::span<const std::uint8_t> next, std::span<std::int16_t> out) {
  return run(next.data(), next.size(), out, true);
}

Result<std::size_t> Decoder::conceal(std::span<std::int16_t> out) {
  return run(nullptr, 0, out, false);
}

void Decoder::reset() {
  opus_decoder_ctl(decoder_.get(), OPUS_RESET_STATE);
}

}  // namespace tessera::audio
