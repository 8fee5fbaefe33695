#pragma once
// Scales one plane of bytes bilinearly. Pure arithmetic.

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace tessera::media {

/// One direction of a scaling: `source` pixels from `start` on, of a plane that has `limit` of them, become
/// `dest` pixels, of which `count` from `first` on are made. Centres are mapped onto centres; beyond the
/// plane's edges its last pixel goes on.
struct ScaledAxis {
  int start = 0, source = 0, limit = 0;
  int dest = 0;
  int first = 0, count = 0;
};

/// Keeps its tables between frames; used by one thread at a time. For reductions to less than half the size
/// it skips pixels, and a wider filter is better.
class Bilinear {
 public:
  enum class Kernel : std::uint8_t { best, portable };  ///< both give the same bytes

  Bilinear(const ScaledAxis& across, const ScaledAxis& down, Kernel kernel = Kernel::best);

  /// Writes across.count × down.count bytes to `to`. `from` is the source plane's own first byte. Strides
  /// are in bytes.
  void scale(std::uint8_t* to, std::ptrdiff_t to_stride, const std::uint8_t* from,
             std::ptrdiff_t from_stride);

  /// Whether this machine's vector instructions do it.
  [[nodiscard]] bool is_fast() const { return !groups_.empty(); }

 private:
  /// The two source pixels of one output pixel and the weight of the second, of `one`.
  struct Tap {
    int at = 0, next = 0, weight = 0;
  };
  /// Eight output pixels: where to load sixteen bytes for the first and for the second four of them, which
  /// of these bytes go to which place, and what each counts.
  struct alignas(16) Group {
    std::array<std::uint8_t, 16> first, second, weights;
    int first_at = 0, second_at = 0;
  };

  static std::vector<Tap> taps_of(const ScaledAxis& axis);
  void group_up(int limit);
  void scale_groups(const std::uint8_t* line, std::int16_t* out) const;
  const std::int16_t* row(const std::uint8_t* from, std::ptrdiff_t stride, int y);

  int width_;
  std::vector<Tap> across_, down_;
  std::vector<Group> groups_;  ///< empty: the portable kernel
  /// Two source rows, scaled across: 0 to 255 · `one`.
  struct Row {
    int y = -1;
    std::vector<std::int16_t> values;
  };
  std::array<Row, 2> rows_;
  std::size_t oldest_ = 0;
};

}  // namespace tessera::media
