#pragma once
// Samples as a file of sound alone, coded as a recording is. Blocking.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "recording/format.hpp"
#include "recording/sound_reader.hpp"

namespace tessera::recording {

/// Writes Matroska that scan_live() reads like a live file's sound. All errors: "cannot-write", "disk-full",
/// "missing-encoder".
class SoundWriter {
 public:
  struct Spec {
    AudioCodec codec = AudioCodec::aac;
    int rate = 48'000;
    int channels = 1;
    std::int64_t start = 0;  ///< time of the first sample, in samples
  };
  static Result<std::unique_ptr<SoundWriter>> create(const std::string& path, const Spec& spec);

  /// Interleaved.
  Result<void> write(std::span<const std::int16_t> samples);
  Result<void> end();

 private:
  SoundWriter(std::string path, const Spec& spec)
      : path_(std::move(path)), spec_(spec), position_(spec.start) {}
  Result<void> open_codec();
  Result<void> open_file();
  Result<void> encode(std::size_t samples);
  Result<void> take_packets();
  [[nodiscard]] Error failure(int code) const { return av::write_error(path_, code); }

  std::string path_;
  Spec spec_;
  std::int64_t position_;  ///< of the next sample to be coded
  av::Codec codec_;
  av::Output file_;
  av::Frame frame_;
  av::Packet packet_;
  std::vector<std::int16_t> pending_;
};

}  // namespace tessera::recording
