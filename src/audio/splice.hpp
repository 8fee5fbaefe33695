#pragma once
#include "audio/sample_fifo.hpp"

namespace tessera::audio {

/// Removing or repeating one stretch of sound so that it is hardly heard: the length (2.5…15 ms) is where the
/// sound resembles itself best (a pitch period), and the joint is cross-faded over 5 ms. For working off more
/// delay than resampling can; drift never gets here.
inline constexpr std::size_t splice_longest = 720;
inline constexpr std::size_t splice_overlap = 240;
inline constexpr std::size_t splice_needs =
    splice_longest + splice_overlap;  ///< samples that must be in the fifo

/// Shortens the front of the fifo. Returns the samples removed; 0 when nothing there resembles itself
/// enough (and `force` is false).
std::size_t shorten(SampleFifo& fifo, bool force);
/// Lengthens the front of the fifo by repeating. Returns the samples added; 0 as above.
std::size_t lengthen(SampleFifo& fifo, bool force);

/// The first `count` samples of `to` grow out of those of `from`; both interleaved.
void crossfade(std::span<const std::int16_t> from, std::span<std::int16_t> to, std::size_t count,
               int channels = 1);

}  // namespace tessera::audio
