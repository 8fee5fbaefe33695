#pragma once
// Owning pointers for libavcodec, beside those of recording/av.hpp.

#include <memory>

#include "recording/av.hpp"

namespace tessera::remix::av {

struct FreeContext {
  void operator()(AVCodecContext* context) const { avcodec_free_context(&context); }
};
struct FreeFrame {
  void operator()(AVFrame* frame) const { av_frame_free(&frame); }
};
using Context = std::unique_ptr<AVCodecContext, FreeContext>;
using Frame = std::unique_ptr<AVFrame, FreeFrame>;

inline constexpr AVRational nanoseconds{1, 1'000'000'000};

}  // namespace tessera::remix::av
