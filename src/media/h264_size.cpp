#include "media/h264_size.hpp"

// The library is stable enough for every parser in GStreamer; its header asks for this all the same.
#define GST_USE_UNSTABLE_API
#include <gst/codecparsers/gsth264parser.h>

#include <algorithm>

namespace tessera::media {
namespace {

using Size = H264SizeReader::Size;

Size size_of(GstH264NalParser* parser, GstH264NalUnit& unit) {
  GstH264SPS set{};
  const bool readable = gst_h264_parser_parse_sps(parser, &unit, &set) == GST_H264_PARSER_OK;
  Size size = readable ? Size{set.width, set.height} : Size{};
  const GstH264VUIParams& vui = set.vui_parameters;
  if (readable && set.vui_parameters_present_flag && vui.video_signal_type_present_flag) {
    size.colors.full_range = vui.video_full_range_flag != 0;
    if (vui.colour_description_present_flag) size.colors.matrix = vui.matrix_coefficients;
  }
  gst_h264_sps_clear(&set);
  return size;
}

/// The largest of both; no size at all once one of them has none.
void add(std::optional<Size>& found, const Size& size) {
  if (size.width <= 0 || size.height <= 0 || (found && found->width == 0))
    found = Size{};
  else
    found = Size{std::max(size.width, found ? found->width : 0),
                 std::max(size.height, found ? found->height : 0), size.colors};
}

}  // namespace

void H264SizeReader::Free::operator()(_GstH264NalParser* parser) const {
  gst_h264_nal_parser_free(parser);
}

H264SizeReader::H264SizeReader() : parser_(gst_h264_nal_parser_new()) {}
H264SizeReader::~H264SizeReader() = default;

// Start codes are looked for here, and not unit by unit: a unit that cannot be read must not hide what
// follows.
std::optional<Size> H264SizeReader::in_access_unit(std::span<const std::uint8_t> bytes) {
  std::optional<Size> found;
  for (std::size_t at = 0; at + 3 < bytes.size();) {
    if (bytes[at + 2] > 1) {
      at += 3;
      continue;
    }
    const bool starts = bytes[at] == 0 && bytes[at + 1] == 0 && bytes[at + 2] == 1;
    if (starts && (bytes[at + 3] & 0x1f) == GST_H264_NAL_SPS) {
      GstH264NalUnit unit{};
      const auto result = gst_h264_parser_identify_nalu(parser_.get(), bytes.data(), static_cast<guint>(at),
                                                        bytes.size(), &unit);
      const bool whole = result == GST_H264_PARSER_OK || result == GST_H264_PARSER_NO_NAL_END;
      add(found, whole ? size_of(parser_.get(), unit) : Size{});
    }
    at += starts ? 3 : 1;
  }
  return found;
}

std::optional<Size> H264SizeReader::in_config(std::span<const std::uint8_t> bytes) {
  constexpr std::size_t count_at = 5;
  if (bytes.size() <= count_at) return Size{};
  std::optional<Size> found;
  std::size_t at = count_at + 1;
  for (int left = bytes[count_at] & 0x1f; left > 0; --left) {
    GstH264NalUnit unit{};
    const auto result = gst_h264_parser_identify_nalu_avc(parser_.get(), bytes.data(), static_cast<guint>(at),
                                                          bytes.size(), 2, &unit);
    if (result != GST_H264_PARSER_OK || unit.type != GST_H264_NAL_SPS) return Size{};
    add(found, size_of(parser_.get(), unit));
    at = unit.offset + unit.size;
  }
  return found;
}

}  // namespace tessera::media
