#pragma once
// A finished file while it is written. Blocking.

#include <memory>
#include <string>
#include <vector>

#include "recording/av.hpp"
#include "recording/remux.hpp"

namespace tessera::recording {

/// Puts the chapters of a film that lasts `length_ms` into a file that was not begun yet. False: out of
/// memory.
bool add_chapters(AVFormatContext* output, const std::vector<Chapter>& chapters, std::int64_t length_ms);

/// Index of a stream of the file.
struct OutputStream {
  int index = 0;
};

/// Add the streams, begin, write their packets in the order of their times, end. Errors of all: "disk-full",
/// "cannot-write".
class MediaOutput {
 public:
  /// `length` in microseconds, for the last chapter's end.
  static Result<std::unique_ptr<MediaOutput>> create(const std::string& path, const Format& format,
                                                     const Tags& tags, std::int64_t length);

  /// A stream coded like `source`; its places are in units of 1/rate s.
  Result<OutputStream> add(const AVStream* source, int rate);
  Result<void> begin();
  /// WAV only: silence up to a time of the stream (its rate's units), where the next packet begins.
  Result<void> fill_until(OutputStream stream, std::int64_t time);
  /// Takes over the packet's bytes.
  Result<void> write(OutputStream stream, AVPacket* packet, const Place& place);
  Result<void> end();

  [[nodiscard]] StreamSum sum(OutputStream stream) const { return lane(stream).sum; }

 private:
  struct Lane {
    AVStream* stream = nullptr;
    int rate = 0;
    std::int64_t next = 0;  ///< where the packets so far end
    StreamSum sum;
    std::int64_t delay = 0;  ///< what the container adds to every time
  };
  MediaOutput(std::string path, const Format& format) : path_(std::move(path)), format_(format) {}
  [[nodiscard]] const Lane& lane(OutputStream stream) const {
    return lanes_[static_cast<std::size_t>(stream.index)];
  }
  [[nodiscard]] Error failure(int code) const { return av::write_error(path_, code); }
  Result<void> write_silence(Lane& lane, std::int64_t samples);

  std::string path_;
  const Format& format_;
  av::Output context_;
  std::vector<Lane> lanes_;
};

}  // namespace tessera::recording
