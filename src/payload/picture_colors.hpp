#pragma once

namespace tessera::payload {

/// What the numbers of a picture mean, as its stream says (ITU-T H.273).
struct PictureColors {
  static constexpr unsigned unspecified = 2;
  unsigned matrix = unspecified;  ///< MatrixCoefficients
  bool full_range = false;        ///< 0–255, not 16–235
  bool operator==(const PictureColors&) const = default;
};

}  // namespace tessera::payload
