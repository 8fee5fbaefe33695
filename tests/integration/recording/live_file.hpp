#pragma once
// Live files of every format, as a recorder leaves them, made by GStreamer without waiting.

#include <string>

#include "recording/format.hpp"

namespace tessera::recording::test {

struct LiveSpec {
  int seconds = 3;
  double volume = 0.2;  ///< of a 440 Hz sine, peak, of full scale
};

/// Writes a live file: a moving test picture of 320×180 at 30 a second where the format has one, and a tone.
/// Throws std::runtime_error when GStreamer can not.
void make_live(const std::string& path, const Format& format, const LiveSpec& spec = {});

}  // namespace tessera::recording::test
