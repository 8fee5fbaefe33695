#pragma once
// One un-transcoded track on the disk: a Matroska file that is only ever appended to, readable however it
// ends.

#include <gst/gst.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/result.hpp"
#include "recording/key_frame.hpp"

namespace tessera::recording {

struct TrackStreams {
  std::optional<PictureFormat> video;
  bool audio = false;  ///< Opus
  /// "vp8+opus", for messages and lists.
  [[nodiscard]] std::string codecs() const;
};

/// Blocking; used on one thread. Times count from the start of the part in which the file begins, so the
/// first packet's need not be 0; they are kept to the millisecond.
class TrackFile {
 public:
  /// The folder is made when it is not there; an existing file is never overwritten. "cannot-write",
  /// "disk-full".
  static Result<std::unique_ptr<TrackFile>> create(const std::string& path, TrackStreams streams,
                                                   const std::string& title);
  virtual ~TrackFile() = default;

  /// In the order of decoding, which is not that of their times where a sender has B-frames. Errors:
  /// "cannot-write", "disk-full".
  virtual Result<void> write_video(std::span<const std::uint8_t> frame, GstClockTime time, bool key) = 0;
  virtual Result<void> write_audio(std::span<const std::uint8_t> packet, GstClockTime time) = 0;
  /// What was written until now survives the process; with `disk` also the machine's power.
  virtual Result<void> flush(bool disk) = 0;
  /// Flushes, syncs and ends the file.
  virtual Result<void> close() = 0;

  [[nodiscard]] virtual const TrackStreams& streams() const = 0;
  [[nodiscard]] virtual std::uint64_t bytes() const = 0;
};

/// Times of decoding for a Matroska muxer, which wants them to grow and to be no later than those of showing,
/// and writes none of them: a count that stays far below.
class DecodeTimes {
 public:
  /// The next packet's, which is shown at `pts` (milliseconds).
  std::int64_t next(std::int64_t pts) {
    constexpr std::int64_t far_below = 3'600'000;
    if (!last_) last_ = pts - far_below;
    return ++*last_;
  }

 private:
  std::optional<std::int64_t> last_;
};

}  // namespace tessera::recording
