#include "gst/element.hpp"

#include <map>
#include <mutex>

namespace tessera::gst {
namespace {

// Where Debian keeps what we use, for the message about what to install.
const char* package_of(std::string_view factory) {
  static const std::map<std::string_view, const char*> packages = {
      {"webrtcbin", "gstreamer1.0-plugins-bad"},    {"nicesrc", "gstreamer1.0-nice"},
      {"x264enc", "gstreamer1.0-plugins-ugly"},     {"vp8enc", "gstreamer1.0-plugins-good"},
      {"vp8dec", "gstreamer1.0-plugins-good"},      {"vp9dec", "gstreamer1.0-plugins-good"},
      {"avdec_h264", "gstreamer1.0-libav"},         {"avenc_aac", "gstreamer1.0-libav"},
      {"matroskamux", "gstreamer1.0-plugins-good"}, {"compositor", "gstreamer1.0-plugins-base"},
      {"h264parse", "gstreamer1.0-plugins-bad"},    {"rtpopuspay", "gstreamer1.0-plugins-good"},
      {"dtlsdec", "gstreamer1.0-plugins-bad"},      {"srtpdec", "gstreamer1.0-plugins-bad"},
  };
  const auto found = packages.find(factory);
  return found == packages.end() ? "gstreamer1.0-plugins-{base,good,bad,ugly}" : found->second;
}

}  // namespace

void ensure_initialised() {
  static std::once_flag once;
  std::call_once(once, [] { gst_init(nullptr, nullptr); });
}

Result<Ptr<GstElement>> make(const char* factory, const char* name) {
  ensure_initialised();
  auto element = sink(gst_element_factory_make(factory, name));
  if (!element)
    return error("missing-plugin", "GStreamer has no element \"{}\"; install {} and try again", factory,
                 package_of(factory));
  return element;
}

Ptr<GstElement> make_pipeline(const std::string& name) {
  ensure_initialised();
  auto pipeline = sink(gst_pipeline_new(name.c_str()));
  const auto clock = adopt(gst_system_clock_obtain());
  gst_pipeline_use_clock(GST_PIPELINE(pipeline.get()), clock.get());
  gst_element_set_base_time(pipeline.get(), 0);
  gst_element_set_start_time(pipeline.get(), GST_CLOCK_TIME_NONE);
  return pipeline;
}

GstClockTime now() {
  ensure_initialised();
  static GstClock* clock = gst_system_clock_obtain();
  return gst_clock_get_time(clock);
}

Result<Ptr<GstElement>> parse_bin(const std::string& description, const std::string& name) {
  ensure_initialised();
  GError* raw = nullptr;
  auto bin = sink(gst_parse_bin_from_description_full(description.c_str(), TRUE, nullptr,
                                                      GST_PARSE_FLAG_FATAL_ERRORS, &raw));
  const auto failure = adopt(raw);
  if (!bin || failure)
    return error("bad-pipeline", "cannot build {}: {}", name, failure ? failure->message : "unknown reason");
  gst_object_set_name(GST_OBJECT(bin.get()), name.c_str());
  return bin;
}

Result<void> set_state(GstElement* element, GstState state) {
  if (gst_element_set_state(element, state) == GST_STATE_CHANGE_FAILURE)
    return error("state-change", "{} refused to go to {}", GST_ELEMENT_NAME(element),
                 gst_element_state_get_name(state));
  return {};
}

std::string describe(GstMessage* message) {
  GError* raw = nullptr;
  gchar* detail = nullptr;
  if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR)
    gst_message_parse_error(message, &raw, &detail);
  else if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_WARNING)
    gst_message_parse_warning(message, &raw, &detail);
  const auto failure = adopt(raw);
  const auto owned_detail = adopt(detail);
  return fmt::format("{}: {} ({})", GST_MESSAGE_SRC_NAME(message), failure ? failure->message : "?",
                     detail ? detail : "no detail");
}

GstClockTime running_time(GstSample* sample) {
  GstBuffer* buffer = gst_sample_get_buffer(sample);
  GstSegment* segment = gst_sample_get_segment(sample);
  if (!buffer || !segment) return GST_CLOCK_TIME_NONE;
  return gst_segment_to_running_time(segment, GST_FORMAT_TIME, GST_BUFFER_PTS(buffer));
}

}  // namespace tessera::gst
