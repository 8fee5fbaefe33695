#pragma once
// Owning pointers and error texts for libavformat.

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/crc.h>
}

#include <memory>
#include <span>
#include <string>

#include "base/result.hpp"

namespace tessera::recording::av {

struct CloseInput {
  void operator()(AVFormatContext* context) const { avformat_close_input(&context); }
};
struct CloseOutput {
  void operator()(AVFormatContext* context) const {
    if (context->pb) avio_closep(&context->pb);
    avformat_free_context(context);
  }
};
struct FreePacket {
  void operator()(AVPacket* packet) const { av_packet_free(&packet); }
};
struct FreeCodec {
  void operator()(AVCodecContext* context) const { avcodec_free_context(&context); }
};
struct FreeFrame {
  void operator()(AVFrame* frame) const { av_frame_free(&frame); }
};
using Input = std::unique_ptr<AVFormatContext, CloseInput>;
using Output = std::unique_ptr<AVFormatContext, CloseOutput>;
using Packet = std::unique_ptr<AVPacket, FreePacket>;
using Codec = std::unique_ptr<AVCodecContext, FreeCodec>;
using Frame = std::unique_ptr<AVFrame, FreeFrame>;

inline constexpr AVRational nanoseconds{1, 1'000'000'000};

inline Packet new_packet() {
  return Packet(av_packet_alloc());
}

std::string text_of(int code);
/// Whether libav's code says that the machine (disk, network, descriptors) did not give what is in the file,
/// rather than that the file ends or is torn. ENOMEM is not among them: torn sizes cause it too.
bool is_of_the_machine(int code);
/// The same of an input that was read until `code`: demuxers take some failures for the end.
bool failed_reading(const AVFormatContext* input, int code);
/// "cannot write <path>: …": "disk-full" or "cannot-write".
Error write_error(const std::string& path, int code);

/// Writes the trailer and closes the file; what was buffered may fail only now. Negative: libav's code.
int end_file(AVFormatContext* output);

/// Goes on with a CRC-32 (0 to begin with). Not against malice: it tells that what was written is what is
/// read.
std::uint32_t crc32(std::uint32_t so_far, std::span<const std::uint8_t> bytes);

/// Sends libav's log lines to ours at debug level; once per process, thread-safe.
void route_log();

/// Opens a file by its path (never as a URL) and reads its header, but decodes nothing. "unreadable", or
/// "cannot-read" when the disk is at fault.
Result<Input> open_input(const std::string& path);

}  // namespace tessera::recording::av
