#pragma once
// Where a SoundReader's bytes come from, as libavformat reads them.

extern "C" {
#include <libavformat/avformat.h>
}

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "base/result.hpp"

namespace tessera::media {

/// An open file, or bytes in memory. Seekable.
class SoundBytes {
 public:
  virtual ~SoundBytes() = default;
  virtual int read(std::uint8_t* out, int size) = 0;  ///< as AVIOContext wants it
  virtual std::int64_t seek(std::int64_t offset, int whence) = 0;

  /// A regular file named `name` right in `folder`; a link is refused. Error: "unknown-sound".
  static Result<std::unique_ptr<SoundBytes>> of_file(const std::string& folder, const std::string& name);
  static std::unique_ptr<SoundBytes> of_memory(std::span<const std::uint8_t> bytes);
};

struct FreeIo {
  void operator()(AVIOContext* io) const {
    av_freep(&io->buffer);
    avio_context_free(&io);
  }
};
using SoundIo = std::unique_ptr<AVIOContext, FreeIo>;

/// `bytes` must outlive it.
SoundIo io_of(SoundBytes& bytes);

}  // namespace tessera::media
