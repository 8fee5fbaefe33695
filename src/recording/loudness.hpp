#pragma once
// Loudness of a recording's sound after EBU R128 (ITU-R BS.1770), and bringing it to a target. Blocking.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace tessera::recording {

/// Integrated loudness of all files together, in LUFS; nothing when there is no sound above the gate
/// (silence). A mono file counts as one channel, as meters show it. Errors: "unreadable", "cannot-read".
Result<std::optional<double>> measure_loudness(const std::vector<std::string>& files,
                                               const std::function<void(double)>& progress = {});

/// The gain, in dB, that brings `measured` to `target` LUFS; nothing when it is not worth coding the sound
/// again (less than half a dB). At most 20 dB up: beyond that it is noise that would be raised.
std::optional<double> gain_for(double measured, double target);

/// Writes the sound of `input` with a gain to `output`, coded as it was, on the same time axis. True peaks
/// stay at or below −1 dBTP. Errors: those of SoundReader and SoundWriter; "unreadable" also for other rates
/// than 48 kHz.
Result<void> apply_gain(const std::string& input, const std::string& output, double gain_db,
                        const std::function<void(double)>& progress = {});

}  // namespace tessera::recording
