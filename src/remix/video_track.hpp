#pragma once
// The picture of one track, decoded in order.

#include <memory>
#include <string>

#include "base/result.hpp"
#include "gst/ptr.hpp"
#include "recording/av.hpp"

namespace tessera::remix {

/// A decoded picture, I420 in memory that nobody writes to.
struct Picture {
  GstVideoInfo info{};
  gst::Ptr<GstBuffer> buffer;
  GstClockTime time = 0;  ///< position in recorded time
};

/// Used by one thread. Damaged or strange frames are passed over: a track shows what can be shown. A decoder
/// with its threads and frames is held only from the track's first picture to its last: a long meeting may
/// have hundreds of files.
class VideoTrack {
 public:
  /// `shift` is added to the file's times to give positions in recorded time; may be negative. Null when the
  /// track has no picture. Errors: "unreadable", "cannot-read", "missing-plugin" (no decoder).
  static Result<std::unique_ptr<VideoTrack>> open(const std::string& path, std::int64_t shift_ns);

  /// Goes on to the newest picture at or before `time`; never back. True when it is another one than before.
  bool advance(GstClockTime time);
  /// Null before the first one is due.
  [[nodiscard]] const Picture* current() const { return current_.buffer ? &current_ : nullptr; }
  [[nodiscard]] std::uint64_t decoded() const { return decoded_; }

 private:
  VideoTrack() = default;
  bool decode_next(GstClockTime time);
  bool read_packet();
  /// Opens the decoder when the first packet is due.
  bool begin(GstClockTime time);
  bool open_decoder();
  void close();
  [[nodiscard]] std::int64_t position_of(std::int64_t pts) const;
  bool take(AVFrame* frame);

  recording::av::Input input_;
  recording::av::Codec decoder_;
  recording::av::Packet packet_ = recording::av::new_packet();
  int stream_ = -1;
  std::int64_t shift_ = 0;
  std::string path_;
  bool first_read_ = false;  ///< packet_ holds the first one until it is due
  bool ended_ = false;       ///< no packet is left
  bool finished_ = false;    ///< no frame is left
  std::uint64_t decoded_ = 0;
  Picture current_, next_;
};

}  // namespace tessera::remix
