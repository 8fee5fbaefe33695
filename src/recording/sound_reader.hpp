#pragma once
// The sound of a media file as samples. Blocking.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "recording/format.hpp"
#include "recording/packet_reader.hpp"

namespace tessera::recording {

/// Decodes AAC, Opus or PCM. What is missing in between comes as silence, so that sample n stands for the
/// time start() + n / rate.
class SoundReader {
 public:
  /// Errors: "unreadable" (no sound, or none that can be decoded), "cannot-read".
  static Result<SoundReader> open(const std::string& path);

  [[nodiscard]] AudioCodec codec() const;
  [[nodiscard]] int rate() const { return codec_->sample_rate; }
  [[nodiscard]] int channels() const { return codec_->ch_layout.nb_channels; }
  /// Samples from time 0 to the first one; known after the first chunk.
  [[nodiscard]] std::int64_t start() const { return start_.value_or(0); }
  [[nodiscard]] double fraction() const { return packets_.fraction(); }

  /// The next samples, interleaved, full scale at ±1; empty at the end. Damaged packets are skipped.
  const std::vector<float>& next();
  [[nodiscard]] Result<void> status() const { return packets_.status(); }

 private:
  SoundReader(PacketReader packets, av::Codec codec);
  void append(const AVFrame* frame);

  PacketReader packets_;
  av::Codec codec_;
  av::Frame frame_;
  std::vector<float> chunk_;
  std::optional<std::int64_t> start_;
  std::int64_t position_ = 0;  ///< of the next sample, from time 0
  bool drained_ = false;
};

}  // namespace tessera::recording
