#pragma once
#include <span>

#include "audio/format.hpp"

namespace tessera::audio {

/// What a converter makes of samples goes higher than the samples: the peak between them, after ITU-R
/// BS.1770-4 annex 2, by 4× oversampling with a 12-tap windowed sinc per phase.
namespace true_peak {

/// Samples needed on both sides of a stretch whose peak is wanted.
inline constexpr std::size_t context = 6;
/// No peak between samples is higher than this many times the highest sample within `context`: the largest
/// sum of a phase's absolute coefficients.
inline constexpr float most_overshoot = 2;
/// The longest stretch for `between_samples`, in values.
inline constexpr std::size_t longest = 256;

/// The highest absolute value at 1/4, 1/2 and 3/4 between neighbours. `values` holds `context` samples, the
/// stretch, and `context` samples more, interleaved; the points looked at begin with the first sample of the
/// stretch.
float between_samples(std::span<const float> values, int channels);

}  // namespace true_peak
}  // namespace tessera::audio
