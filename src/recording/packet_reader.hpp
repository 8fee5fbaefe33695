#pragma once
// One stream of a media file, packet by packet. Blocking.

#include <functional>
#include <string>

#include "recording/av.hpp"

namespace tessera::recording {

/// The streams of a live file that a finished one can be made of; −1 for none.
struct LiveStreams {
  int video = -1, audio = -1;
};
LiveStreams find_streams(const AVFormatContext* context);

/// Calls `visit` for each whole packet to the end of the file, however it ends. Errors: visit's,
/// "cannot-read".
Result<void> each_packet(AVFormatContext* context, const std::function<void(double)>& progress,
                         const std::function<Result<void>(AVPacket*)>& visit);

/// Owned by the writer. Opens the file for itself, so that two streams of one file can be read in step.
class PacketReader {
 public:
  enum class Kind { video, audio };
  /// Errors: "unreadable", "cannot-read".
  static Result<PacketReader> open(const std::string& path, Kind kind);

  /// The next whole packet of the stream, valid until the next call; null at the end of the file, also a torn
  /// one.
  AVPacket* next();
  [[nodiscard]] const AVStream* stream() const { return input_->streams[index_]; }
  /// What ended the reading when it was not the end of the file. "cannot-read".
  [[nodiscard]] Result<void> status() const;
  /// How much of the file is behind, 0…1.
  [[nodiscard]] double fraction() const;

 private:
  PacketReader(av::Input input, int index);
  av::Input input_;
  av::Packet packet_;
  int index_;
  int code_ = 0;
};

}  // namespace tessera::recording
