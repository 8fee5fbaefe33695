#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "payload/picture_colors.hpp"
#include "payload/picture_size.hpp"

namespace tessera::payload {

/// Reads how large the pictures of a VP9 stream are from the frames themselves, before a decoder makes room
/// for them (VP9 bitstream specification, 6.2 and Annex B). One reader a stream; one thread.
class Vp9SizeReader {
 public:
  using Slots = std::array<PictureSize, 8>;  ///< sizes of the reference frames

  /// One buffer as a decoder gets it: a frame, or a superframe.
  struct Unit {
    bool key = false;                       ///< its first frame is a key frame
    bool indexed = false;                   ///< it has a superframe index
    PictureSize largest{};                  ///< each side for itself
    std::uint64_t pixels = 0;               ///< of all its frames together
    Slots slots{};                          ///< once it is decoded
    std::optional<PictureColors> colors{};  ///< of its last key frame
  };

  /// Nothing when a header cannot be read, or takes the size of a reference that is not known.
  [[nodiscard]] std::optional<Unit> read(std::span<const std::uint8_t> bytes) const;
  /// The unit goes to the decoder, whose references are those of the unit from now on.
  void keep(const Unit& unit) { slots_ = unit.slots; }

 private:
  Slots slots_{};
};

/// The index of a superframe that holds a single frame of so many bytes. With it a decoder reads that frame
/// and stops; without, libvpx looks for further frames in what the first one leaves over, whose headers
/// nobody has seen.
std::vector<std::uint8_t> vp9_single_frame_index(std::size_t frame_bytes);

}  // namespace tessera::payload
