#pragma once
#include <gst/gst.h>

#include <chrono>

#include "recording/names.hpp"

namespace tessera::recording {

/// The wall-clock time of a running time. `now_running` and `now` are the same moment on both clocks.
inline WallTime wall_time_of(GstClockTime running_time, GstClockTime now_running, WallTime now) {
  const auto apart = static_cast<std::int64_t>(now_running) - static_cast<std::int64_t>(running_time);
  return now - std::chrono::round<std::chrono::milliseconds>(std::chrono::nanoseconds(apart));
}

}  // namespace tessera::recording
