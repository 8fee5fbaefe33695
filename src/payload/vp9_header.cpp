#include "payload/vp9_header.hpp"

#include "payload/bit_reader.hpp"

namespace tessera::payload {
namespace {

using Bytes = std::span<const std::uint8_t>;
using Slots = Vp9SizeReader::Slots;

struct Frame {
  bool key = false;
  PictureSize size{};
  PictureColors colors{};  ///< of a key frame
};

/// MatrixCoefficients of H.273 for each color_space of the specification (7.2.2).
constexpr std::array<unsigned, 8> matrices = {PictureColors::unspecified, 5, 1, 6, 7, 9,
                                              PictureColors::unspecified, 0};

bool sync_code(BitReader& reader) {
  return reader.bits(24) == 0x498342;
}

bool read_colors(BitReader& reader, unsigned profile, PictureColors& colors) {
  constexpr unsigned rgb = 7;
  if (profile >= 2) reader.bits(1);  // 10 or 12 bits
  const bool subsampling_given = (profile & 1U) != 0;
  const unsigned color_space = reader.bits(3);
  colors.matrix = matrices[color_space];
  if (color_space != rgb) {
    colors.full_range = reader.flag();
    return !subsampling_given || (reader.bits(2), !reader.flag());
  }
  return subsampling_given && !reader.flag();
}

PictureSize explicit_size(BitReader& reader) {
  const auto width = static_cast<int>(reader.bits(16)) + 1;
  return {width, static_cast<int>(reader.bits(16)) + 1};
}

void refresh(Slots& slots, unsigned which, const PictureSize& size) {
  for (std::size_t i = 0; i < slots.size(); ++i)
    if (which >> i & 1U) slots[i] = size;
}

PictureSize predicted_size(BitReader& reader, const Slots& slots) {
  std::array<unsigned, 3> references{};
  for (auto& reference : references) {
    reference = reader.bits(3);
    reader.bits(1);  // sign bias
  }
  for (const unsigned reference : references)
    if (reader.flag()) return slots[reference];
  return explicit_size(reader);
}

std::optional<Frame> read_new_frame(BitReader& reader, unsigned profile, Slots& slots) {
  Frame frame{.key = !reader.flag()};
  const bool shown = reader.flag(), error_resilient = reader.flag();
  unsigned refreshed = 0xFF;
  if (frame.key) {
    if (!sync_code(reader) || !read_colors(reader, profile, frame.colors)) return std::nullopt;
    frame.size = explicit_size(reader);
  } else {
    const bool intra_only = !shown && reader.flag();
    if (!error_resilient) reader.bits(2);  // reset of the contexts
    if (intra_only && (!sync_code(reader) || (profile > 0 && !read_colors(reader, profile, frame.colors))))
      return std::nullopt;
    refreshed = reader.bits(8);
    frame.size = intra_only ? explicit_size(reader) : predicted_size(reader, slots);
  }
  if (reader.beyond() || !frame.size.known()) return std::nullopt;
  refresh(slots, refreshed, frame.size);
  return frame;
}

std::optional<Frame> read_frame(Bytes bytes, Slots& slots) {
  BitReader reader(bytes);
  if (reader.bits(2) != 2) return std::nullopt;  // frame_marker
  const unsigned low = reader.bits(1);
  const unsigned profile = reader.bits(1) << 1U | low;
  if (profile == 3 && reader.flag()) return std::nullopt;
  if (!reader.flag()) return read_new_frame(reader, profile, slots);
  const PictureSize shown_again = slots[reader.bits(3)];
  if (reader.beyond() || !shown_again.known()) return std::nullopt;
  return Frame{false, shown_again};
}

struct Split {
  std::vector<Bytes> frames;
  bool indexed = false;
};

// Annex B. A last byte that looks like an index and is none makes a decoder refuse all of it.
std::optional<Split> split(Bytes bytes) {
  if (bytes.empty()) return std::nullopt;
  const unsigned marker = bytes.back();
  if ((marker & 0xE0U) != 0xC0U) return Split{{bytes}, false};
  const std::size_t count = (marker & 7U) + 1, width = (marker >> 3U & 3U) + 1, index = 2 + count * width;
  if (bytes.size() < index || bytes[bytes.size() - index] != marker) return std::nullopt;
  Split found{{}, true};
  Bytes sizes = bytes.subspan(bytes.size() - index + 1);
  Bytes rest = bytes.first(bytes.size() - index);
  for (std::size_t i = 0; i < count; ++i, sizes = sizes.subspan(width)) {
    std::size_t size = 0;
    for (std::size_t byte = 0; byte < width; ++byte) size |= std::size_t{sizes[byte]} << 8 * byte;
    if (size == 0 || size > rest.size()) return std::nullopt;
    found.frames.push_back(rest.first(size));
    rest = rest.subspan(size);
  }
  return found;
}

}  // namespace

std::optional<Vp9SizeReader::Unit> Vp9SizeReader::read(Bytes bytes) const {
  const auto parts = split(bytes);
  if (!parts) return std::nullopt;
  Unit unit{.indexed = parts->indexed, .slots = slots_};
  for (std::size_t i = 0; i < parts->frames.size(); ++i) {
    const auto frame = read_frame(parts->frames[i], unit.slots);
    if (!frame) return std::nullopt;
    if (i == 0) unit.key = frame->key;
    if (frame->key) unit.colors = frame->colors;
    unit.largest = larger(unit.largest, frame->size);
    unit.pixels += frame->size.pixels();
  }
  return unit;
}

std::vector<std::uint8_t> vp9_single_frame_index(std::size_t frame_bytes) {
  unsigned width = 1;
  while (width < 4 && frame_bytes >> 8 * width != 0) ++width;
  const auto marker = static_cast<std::uint8_t>(0xC0U | (width - 1) << 3U);
  std::vector<std::uint8_t> index{marker};
  for (unsigned byte = 0; byte < width; ++byte)
    index.push_back(static_cast<std::uint8_t>(frame_bytes >> 8 * byte));
  index.push_back(marker);
  return index;
}

}  // namespace tessera::payload
