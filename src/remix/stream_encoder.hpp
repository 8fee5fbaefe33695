#pragma once
// One encoder of a movie, and its stream in the file.

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/result.hpp"
#include "gst/ptr.hpp"
#include "media/color_matrix.hpp"
#include "media/frame.hpp"
#include "recording/av.hpp"

namespace tessera::remix {

/// Used by one thread.
class StreamEncoder {
 public:
  using Write = std::function<int(AVPacket*)>;

  /// Errors: "missing-plugin".
  static Result<StreamEncoder> video(AVFormatContext* output, int width, int height, int framerate);
  static Result<StreamEncoder> audio(AVFormatContext* output, int channels);

  /// I420 as media::i420_info() lays it out, in the canvas's colours. A negative number is libav's error.
  int encode_picture(GstBuffer* frame, const GstVideoInfo& info, const Write& write);
  /// Any number of interleaved samples.
  int encode_sound(std::span<const std::int16_t> samples, const Write& write);
  int finish(const Write& write);

 private:
  static Result<StreamEncoder> open(AVFormatContext* output, recording::av::Codec context,
                                    const AVCodec* codec, AVDictionary* options);
  int send_picture(GstBuffer* frame, const GstVideoInfo& info);
  int drain(const Write& write);
  int encode_full_frames(bool last, const Write& write);

  recording::av::Codec context_;
  AVStream* stream_ = nullptr;
  std::int64_t next_ = 0;                     ///< of the next frame, in the encoder's time base
  std::vector<std::int16_t> waiting_;         ///< sound that does not fill a frame yet
  std::optional<media::ColorMatrix> colors_;  ///< none where the canvas's are written
  std::unique_ptr<media::FramePool> recolored_;
};

}  // namespace tessera::remix
