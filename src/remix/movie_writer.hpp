#pragma once
// Pictures and sound in, a finished movie out: encoded by FFmpeg's libraries on a thread of its own.

#include <gst/gst.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "gst/ptr.hpp"
#include "recording/chapters.hpp"

namespace tessera::remix {

struct MovieSpec {
  std::string path;  ///< .mp4, .m4v, .mov and .mkv: H.264 and AAC; .webm: VP8 and Opus
  int width = 1280, height = 720, framerate = 30;
  int channels = 2;            ///< of the sound, 48 kHz
  std::string title, created;  ///< tags; `created` as RFC 3339
  std::vector<recording::Chapter> chapters;
  std::int64_t duration_ms = 0;  ///< where the last chapter ends
};

/// What the muxers of this build can write: ".mp4, .m4v, .mov, .mkv or .webm".
bool is_movie_name(const std::string& path);

/// The file appears under its name when it is whole; until then it is `path`.part. Used by one thread.
class MovieWriter {
 public:
  /// Errors: "bad-request" (the name's ending), "missing-plugin" (no encoder), "cannot-write", "disk-full".
  static Result<std::unique_ptr<MovieWriter>> create(MovieSpec spec);
  /// Without close(): what was written is removed.
  virtual ~MovieWriter() = default;

  /// The next picture, I420 as media::i420_info() lays it out. Waits while several are not encoded yet.
  virtual Result<void> picture(gst::Ptr<GstBuffer> frame) = 0;
  /// The next samples, interleaved.
  virtual Result<void> sound(std::span<const std::int16_t> samples) = 0;
  /// Encodes what is left, ends the file, syncs and renames it.
  virtual Result<void> close() = 0;
};

}  // namespace tessera::remix
