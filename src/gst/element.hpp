#pragma once
// Small steps with elements, each with an error that says what was attempted and what to install or fix.

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "gst/ptr.hpp"

namespace tessera::gst {

/// Initialises GStreamer once (thread-safe); every public entry point of the program calls it first.
void ensure_initialised();

/// A new element, or "missing-plugin" with the Debian package that usually carries it.
Result<Ptr<GstElement>> make(const char* factory, const char* name = nullptr);

/// A pipeline on the shared clock (the monotonic system clock) with base time 0 and start time none, so that
/// a running time means the same in every pipeline of the process.
Ptr<GstElement> make_pipeline(const std::string& name);

/// Nanoseconds of the shared clock: the running time of every pipeline made above.
GstClockTime now();

/// A bin from a description in gst-launch syntax (the pipelines/*.gst files), with ghost pads for its
/// unlinked sink and src. Errors: "bad-pipeline" with the parser's message.
Result<Ptr<GstElement>> parse_bin(const std::string& description, const std::string& name);

/// Sets a state and reads the answer; "state-change" with the element's name on failure.
Result<void> set_state(GstElement* element, GstState state);

/// The text of an ERROR or WARNING message: who said it, what, and the debug detail.
std::string describe(GstMessage* message);

/// Running time of a buffer's PTS in its sample's segment; GST_CLOCK_TIME_NONE when outside of it.
/// (x264enc and the libav encoders shift PTS by 1000 h; the segment undoes it.)
GstClockTime running_time(GstSample* sample);

}  // namespace tessera::gst
