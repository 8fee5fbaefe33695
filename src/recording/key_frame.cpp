#include "recording/key_frame.hpp"

#include <memory>

#include "recording/av.hpp"

namespace tessera::recording {
namespace {

using Bytes = std::span<const std::uint8_t>;

/// Reads bits from the left; past the end it gives zeros, and says so.
class Bits {
 public:
  explicit Bits(Bytes bytes) : bytes_(bytes) {}
  unsigned take(int count) {
    unsigned value = 0;
    for (; count > 0; --count, ++at_) {
      const std::size_t byte = at_ / 8;
      value = value << 1 | (byte < bytes_.size() ? bytes_[byte] >> (7 - at_ % 8) & 1u : 0u);
    }
    return value;
  }
  [[nodiscard]] bool over() const { return at_ > bytes_.size() * 8; }

 private:
  Bytes bytes_;
  std::size_t at_ = 0;
};

std::optional<PictureFormat> checked(gst::Codec codec, int width, int height, Bytes setup = {}) {
  if (width < 1 || height < 1 || width > 16'383 || height > 16'383) return {};
  return PictureFormat{codec, width, height, {setup.begin(), setup.end()}};
}

std::optional<PictureFormat> read_vp8(Bytes frame) {
  const bool key =
      frame.size() >= 10 && (frame[0] & 1) == 0 && frame[3] == 0x9d && frame[4] == 0x01 && frame[5] == 0x2a;
  if (!key) return {};
  return checked(gst::Codec::vp8, (frame[6] | frame[7] << 8) & 0x3fff, (frame[8] | frame[9] << 8) & 0x3fff);
}

std::optional<PictureFormat> read_vp9(Bytes frame) {
  constexpr unsigned sync_code = 0x498342, srgb = 7;
  Bits bits(frame);
  if (bits.take(2) != 2) return {};
  const unsigned low = bits.take(1), profile = bits.take(1) << 1 | low;
  if (profile == 3) return {};
  const bool shown_again = bits.take(1), inter = bits.take(1);
  if (shown_again || inter) return {};
  bits.take(2);  // show_frame, error_resilient_mode
  if (bits.take(24) != sync_code) return {};
  if (profile == 2) bits.take(1);  // ten_or_twelve_bit
  if (bits.take(3) != srgb) {
    bits.take(1);                    // color_range
    if (profile == 1) bits.take(3);  // subsampling, reserved
  } else if (profile == 1) {
    bits.take(1);
  } else {
    return {};
  }
  const int width = static_cast<int>(bits.take(16)) + 1, height = static_cast<int>(bits.take(16)) + 1;
  return bits.over() ? std::nullopt : checked(gst::Codec::vp9, width, height);
}

struct CloseParser {
  void operator()(AVCodecParserContext* parser) const { av_parser_close(parser); }
};

/// The size is what an SPS makes of a dozen fields: libavcodec reads it. A parser takes one access unit
/// whole.
std::optional<PictureFormat> read_h264(Bytes frame, Bytes setup) {
  const std::unique_ptr<AVCodecParserContext, CloseParser> parser(av_parser_init(AV_CODEC_ID_H264));
  const av::Codec context(avcodec_alloc_context3(nullptr));
  if (!parser || !context) return {};
  av::route_log();
  parser->flags |= PARSER_FLAG_COMPLETE_FRAMES;
  if (!setup.empty() && setup[0] == 1) {
    context->extradata = static_cast<std::uint8_t*>(av_mallocz(setup.size() + AV_INPUT_BUFFER_PADDING_SIZE));
    if (!context->extradata) return {};
    std::copy(setup.begin(), setup.end(), context->extradata);
    context->extradata_size = static_cast<int>(setup.size());
  }
  std::vector<std::uint8_t> padded(frame.begin(), frame.end());
  padded.resize(frame.size() + AV_INPUT_BUFFER_PADDING_SIZE);
  std::uint8_t* out = nullptr;
  int out_size = 0;
  av_parser_parse2(parser.get(), context.get(), &out, &out_size, padded.data(),
                   static_cast<int>(frame.size()), AV_NOPTS_VALUE, AV_NOPTS_VALUE, 0);
  return checked(gst::Codec::h264, parser->width, parser->height, setup);
}

/// SPS and PPS of an access unit in byte-stream form, each with a start code.
std::vector<std::uint8_t> parameter_sets(Bytes frame) {
  std::vector<std::uint8_t> sets;
  bool sps = false, pps = false;
  const auto start_at = [&](std::size_t from) {
    for (; from + 3 <= frame.size(); ++from)
      if (frame[from] == 0 && frame[from + 1] == 0 && frame[from + 2] == 1) return from;
    return frame.size();
  };
  for (std::size_t start = start_at(0); start + 3 < frame.size();) {
    const std::size_t next = start_at(start + 3);
    const unsigned type = frame[start + 3] & 0x1f;
    if (type == 7 || type == 8) {
      std::size_t end = next;
      while (end > start + 3 && frame[end - 1] == 0) --end;  // zeros between units, and of a long start code
      sets.push_back(0);
      sets.insert(sets.end(), frame.begin() + static_cast<std::ptrdiff_t>(start),
                  frame.begin() + static_cast<std::ptrdiff_t>(end));
      (type == 7 ? sps : pps) = true;
    }
    start = next;
  }
  if (!sps || !pps) sets.clear();
  return sets;
}

/// Exp-Golomb, ue(v), of at most 15 bits.
unsigned golomb(Bits& bits) {
  int zeros = 0;
  while (zeros < 15 && bits.take(1) == 0) ++zeros;
  return (1u << zeros | bits.take(zeros)) - 1;
}

/// Of a unit, header and all (ITU-T H.264, 7.3.3): nothing when it is no slice of a picture that is no key
/// frame.
std::optional<bool> has_b_slice(Bytes unit) {
  if (unit.size() < 2 || (unit[0] & 0x1f) != 1) return {};
  Bits bits(unit.subspan(1));
  golomb(bits);  // first_mb_in_slice
  const unsigned type = golomb(bits) % 5;
  return type == 1;
}

/// The first slice tells: a picture is all B or has none, as encoders make them.
bool first_slice_is_b(Bytes frame) {
  for (std::size_t at = 0; at + 4 < frame.size(); ++at) {
    if (frame[at] != 0 || frame[at + 1] != 0 || frame[at + 2] != 1) continue;
    if (const auto b = has_b_slice(frame.subspan(at + 3))) return *b;
    at += 3;
  }
  return false;
}

/// The same of units behind their lengths, as an avcC record announces them.
bool first_slice_is_b(Bytes frame, std::size_t length_bytes) {
  while (frame.size() > length_bytes) {
    std::size_t length = 0;
    for (std::size_t i = 0; i < length_bytes; ++i) length = length << 8 | frame[i];
    frame = frame.subspan(length_bytes);
    if (length > frame.size()) break;
    if (const auto b = has_b_slice(frame.first(length))) return *b;
    frame = frame.subspan(length);
  }
  return false;
}

}  // namespace

bool is_shown_earlier(gst::Codec codec, Bytes frame, Bytes avcc) {
  if (codec != gst::Codec::h264) return false;
  return avcc.size() > 4 ? first_slice_is_b(frame, (avcc[4] & 3u) + 1) : first_slice_is_b(frame);
}

std::optional<PictureFormat> read_key_frame(gst::Codec codec, Bytes frame, Bytes avcc) {
  switch (codec) {
    case gst::Codec::vp8:
      return read_vp8(frame);
    case gst::Codec::vp9:
      return read_vp9(frame);
    case gst::Codec::h264: {
      if (!avcc.empty()) return read_h264(frame, avcc);
      const auto sets = parameter_sets(frame);
      return sets.empty() ? std::nullopt : read_h264(frame, sets);
    }
    case gst::Codec::opus:
      break;
  }
  return {};
}

}  // namespace tessera::recording
