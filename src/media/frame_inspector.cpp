#include "media/frame_inspector.hpp"

#include "gst/mapped_buffer.hpp"
#include "media/frame.hpp"
#include "payload/vp8_header.hpp"

namespace tessera::media {
namespace {

using payload::PictureSize;

/// Larger than any camera or screen: 5120×2880 and a little.
constexpr std::uint64_t largest_area = 1 << 24;

bool is_key(GstBuffer* frame) {
  return !GST_BUFFER_FLAG_IS_SET(frame, GST_BUFFER_FLAG_DELTA_UNIT);
}

const GstStructure* structure_of(const GstCaps* caps) {
  return caps && !gst_caps_is_empty(caps) ? gst_caps_get_structure(caps, 0) : nullptr;
}

}  // namespace

bool decodable(const PictureSize& size) {
  return size.known() && size.width <= largest_side && size.height <= largest_side &&
         size.pixels() <= largest_area;
}

FrameInspector::FrameInspector(gst::Codec codec) : codec_(codec) {
  if (codec == gst::Codec::h264) h264_ = std::make_unique<H264SizeReader>();
}

bool FrameInspector::look_at_caps(const GstCaps* caps) {
  const GstStructure* format = structure_of(caps);
  PictureSize size;
  const bool given = format && gst_structure_get_int(format, "width", &size.width) &&
                     gst_structure_get_int(format, "height", &size.height);
  caps_refused_ = given && !decodable(size);
  if (format && h264_) {
    refused_ = false;
    start_codes_ = g_strcmp0(gst_structure_get_string(format, "stream-format"), "byte-stream") == 0;
    const GValue* config = gst_structure_get_value(format, "codec_data");
    if (config && GST_VALUE_HOLDS_BUFFER(config)) {
      const gst::MappedBuffer mapped(gst_value_get_buffer(config));
      take(h264_->in_config(mapped.bytes()));
      caps_refused_ = caps_refused_ || refused_;
    }
  }
  return !caps_refused_;
}

void FrameInspector::take(const std::optional<H264SizeReader::Size>& size) {
  if (!size) return;
  size_ = {size->width, size->height};
  refused_ = !decodable(size_);
  colors_ = size->colors;
}

FrameInspector::Verdict FrameInspector::look_at(GstBuffer* frame) {
  Verdict found;
  switch (codec_) {
    case gst::Codec::h264:
      found = look_at_h264(frame);
      break;
    case gst::Codec::vp8:
      found = look_at_vp8(frame);
      break;
    case gst::Codec::vp9:
      found = look_at_vp9(frame);
      break;
    case gst::Codec::opus:
      break;
  }
  found.refused = found.refused || caps_refused_;
  return found;
}

// Until parameter sets come there is nothing that a decoder could decode.
FrameInspector::Verdict FrameInspector::look_at_h264(GstBuffer* frame) {
  if (start_codes_) {
    const gst::MappedBuffer mapped(frame);
    take(h264_->in_access_unit(mapped.bytes()));
  }
  return verdict(is_key(frame), size_.pixels());
}

// What follows a refused key frame refers to it, so it is refused too, until a key frame is accepted.
FrameInspector::Verdict FrameInspector::look_at_vp8(GstBuffer* frame) {
  const gst::MappedBuffer mapped(frame);
  const auto header = payload::read_vp8_header(mapped.bytes());
  if (!header) return {.refused = true};
  if (header->key) {
    size_ = header->size;
    refused_ = !decodable(size_);
  }
  Verdict found = verdict(header->key, size_.pixels());
  found.refused = found.refused || !size_.known();
  return found;
}

FrameInspector::Verdict FrameInspector::look_at_vp9(GstBuffer* frame) {
  const gst::MappedBuffer mapped(frame);
  const auto unit = vp9_.read(mapped.bytes());
  if (!unit || !decodable(unit->largest)) {
    refused_ = true;
    return {.refused = true};
  }
  if (unit->key) refused_ = false;
  if (unit->colors) colors_ = *unit->colors;
  Verdict found = verdict(unit->key, unit->pixels);
  found.alone = !unit->indexed;
  if (!found.refused) vp9_.keep(*unit);
  return found;
}

}  // namespace tessera::media
