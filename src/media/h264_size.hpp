#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "payload/picture_colors.hpp"

struct _GstH264NalParser;

namespace tessera::media {

/// How large a picture H.264's sequence parameter sets announce (ITU-T H.264, 7.3.2.1), before a decoder
/// makes room for it, and which colours (Annex E). One reader a stream; one thread.
class H264SizeReader {
 public:
  struct Size {
    int width = 0, height = 0;        ///< coded pixels; 0 when the parameter set cannot be read
    payload::PictureColors colors{};  ///< of the last one
  };

  H264SizeReader();
  ~H264SizeReader();
  H264SizeReader(const H264SizeReader&) = delete;
  H264SizeReader& operator=(const H264SizeReader&) = delete;

  /// The largest in an access unit with start codes (Annex B); nothing when there is none. Not for units that
  /// have their length before them: a length may look like a start code.
  std::optional<Size> in_access_unit(std::span<const std::uint8_t> bytes);
  /// Of an AVCDecoderConfigurationRecord (ISO 14496-15), as caps carry it in `codec_data`.
  std::optional<Size> in_config(std::span<const std::uint8_t> bytes);

 private:
  struct Free {
    void operator()(_GstH264NalParser* parser) const;
  };
  std::unique_ptr<_GstH264NalParser, Free> parser_;
};

}  // namespace tessera::media
