#include "live_file.hpp"

#include <fmt/format.h>
#include <gst/gst.h>

#include <stdexcept>

#include "gst/ptr.hpp"

namespace tessera::recording::test {
namespace {

std::string picture(const Format& format, int seconds) {
  if (!format.has_video()) return "";
  const char* encoder = format.video == VideoCodec::h264
                            ? "x264enc speed-preset=ultrafast tune=zerolatency key-int-max=30 ! h264parse ! "
                              "video/x-h264,stream-format=avc,alignment=au"
                            : "vp8enc deadline=1 keyframe-max-dist=30 cpu-used=8";
  return fmt::format(
      "videotestsrc num-buffers={} pattern=ball ! video/x-raw,width=320,height=180,framerate=30/1 ! {} ! "
      "queue ! "
      "mux.video_0 ",
      seconds * 30, encoder);
}

std::string sound(const Format& format, const LiveSpec& spec) {
  const char* encoder = format.audio == AudioCodec::aac    ? "avenc_aac bitrate=96000"
                        : format.audio == AudioCodec::opus ? "opusenc bitrate=64000"
                                                           : "identity";
  return fmt::format(
      "audiotestsrc num-buffers={} samplesperbuffer=960 freq=440 volume={} ! "
      "audio/x-raw,format=S16LE,rate=48000,channels=1 ! audioconvert ! {} ! queue ! mux.audio_0 ",
      spec.seconds * 50, spec.volume, encoder);
}

}  // namespace

void make_live(const std::string& path, const Format& format, const LiveSpec& spec) {
  gst_init(nullptr, nullptr);
  const std::string text =
      picture(format, spec.seconds) + sound(format, spec) +
      "matroskamux name=mux offset-to-zero=true timecodescale=100000 ! filesink name=file sync=false";
  GError* raw = nullptr;
  const auto pipeline = gst::sink(gst_parse_launch(text.c_str(), &raw));
  if (raw) throw std::runtime_error(raw->message);
  const auto file = gst::adopt(gst_bin_get_by_name(GST_BIN(pipeline.get()), "file"));
  g_object_set(file.get(), "location", path.c_str(), nullptr);
  gst_element_set_state(pipeline.get(), GST_STATE_PLAYING);
  const auto bus = gst::adopt(gst_element_get_bus(pipeline.get()));
  const auto message = gst::adopt(gst_bus_timed_pop_filtered(
      bus.get(), 60 * GST_SECOND, GstMessageType(GST_MESSAGE_EOS | GST_MESSAGE_ERROR)));
  const bool ended = message && GST_MESSAGE_TYPE(message.get()) == GST_MESSAGE_EOS;
  gst_element_set_state(pipeline.get(), GST_STATE_NULL);
  if (!ended) throw std::runtime_error("cannot make " + path);
}

}  // namespace tessera::recording::test
