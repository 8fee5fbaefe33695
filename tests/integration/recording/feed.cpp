#include "feed.hpp"

#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>

#include <atomic>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <numbers>
#include <stdexcept>

#include "config/pipelines.hpp"
#include "gst/element.hpp"

namespace tessera::recording::test {
namespace {

gst::Ptr<GstBuffer> grey(int width, int height, int luma) {
  const auto pixels = static_cast<gsize>(width) * static_cast<gsize>(height);
  auto buffer = gst::adopt(gst_buffer_new_allocate(nullptr, pixels * 3 / 2, nullptr));
  gst_buffer_memset(buffer.get(), 0, static_cast<guint8>(luma), pixels);
  gst_buffer_memset(buffer.get(), pixels, 128, pixels / 2);
  return buffer;
}

template <typename T>
T need(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return std::move(result).value();
}

}  // namespace

Feed make_feed(int seconds, int width, int height, gst::Codec codec) {
  gst::ensure_initialised();
  const std::string encoder =
      codec == gst::Codec::vp8
          ? fmt::format("vp8enc deadline=1 cpu-used=16 target-bitrate=1000000 keyframe-max-dist={}",
                        Feed::framerate)
          : fmt::format(
                "x264enc tune=zerolatency speed-preset=ultrafast key-int-max={} ! "
                "video/x-h264,profile=constrained-baseline ! h264parse config-interval=-1 ! "
                "video/x-h264,stream-format=byte-stream,alignment=au",
                Feed::framerate);
  const std::string description = fmt::format(
      "appsrc name=in format=time caps=video/x-raw,format=I420,width={},height={},framerate={}/1 ! {} ! "
      "appsink name=out sync=false",
      width, height, Feed::framerate, encoder);
  auto pipeline = gst::make_pipeline("feed");
  auto bin = need(gst::parse_bin(description, "feed-bin"));
  const auto in = gst::adopt(gst_bin_get_by_name(GST_BIN(bin.get()), "in"));
  const auto out = gst::adopt(gst_bin_get_by_name(GST_BIN(bin.get()), "out"));
  gst_bin_add(GST_BIN(pipeline.get()), bin.release());
  (void)gst::set_state(pipeline.get(), GST_STATE_PLAYING).ok();
  for (int i = 0; i < seconds * Feed::framerate; ++i) {
    const int second = i / Feed::framerate;
    const bool white = second > 0 && i % Feed::framerate < 3;
    auto buffer = grey(width, height, white ? 235 : shade_of(second));
    GST_BUFFER_PTS(buffer.get()) =
        gst_util_uint64_scale(static_cast<guint64>(i), GST_SECOND, Feed::framerate);
    GST_BUFFER_DURATION(buffer.get()) = GST_SECOND / Feed::framerate;
    gst_app_src_push_buffer(GST_APP_SRC(in.get()), buffer.release());
  }
  gst_app_src_end_of_stream(GST_APP_SRC(in.get()));
  Feed feed;
  while (const auto sample = gst::adopt(gst_app_sink_pull_sample(GST_APP_SINK(out.get())))) {
    GstBuffer* buffer = gst_sample_get_buffer(sample.get());
    feed.frames.push_back({.codec = codec,
                           .running_time = gst::running_time(sample.get()),
                           .duration = GST_SECOND / Feed::framerate,
                           .key = !GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_DELTA_UNIT),
                           .buffer = gst::EncodedFrame::share(gst::ref(buffer))});
  }
  (void)gst::set_state(pipeline.get(), GST_STATE_NULL).ok();
  return feed;
}

std::int16_t sound_at(std::int64_t index) {
  if (index < 0) return 0;
  const auto in_second = static_cast<double>(index % 48'000) / 48'000;
  const double t = static_cast<double>(index) / 48'000;
  if (index >= 48'000 && in_second < 0.1)
    return static_cast<std::int16_t>(26'000 * std::sin(2 * std::numbers::pi * 1000 * in_second));
  return static_cast<std::int16_t>(1'500 * std::sin(2 * std::numbers::pi * 440 * t));
}

namespace {
/// The feed's running time less that of this process.
std::atomic<std::int64_t> clock_of_feed = 0;
}  // namespace

GstClockTime feed_now() {
  return gst::now() + static_cast<GstClockTime>(clock_of_feed.load());
}

void push(Loop& loop, Recorder& recorder, const Feed& feed, const PushOptions& options) {
  const double until = options.until < 1e8 ? options.until : feed.seconds();
  const auto ticks = [](double seconds) { return std::llround(seconds * 50); };
  const std::chrono::duration<double> skipped(options.from / options.speed);
  const auto start = options.zero ? *options.zero
                                  : std::chrono::steady_clock::now() -
                                        std::chrono::ceil<std::chrono::steady_clock::duration>(skipped);
  std::int64_t frame = std::llround(options.from * Feed::framerate);
  const GstClockTime length = gst_util_uint64_scale(feed.frames.size(), GST_SECOND, Feed::framerate);
  // Sound comes on its own 20 ms grid, which the feed's time 0 is not on.
  const GstClockTime grid = options.base % (20 * GST_MSECOND);
  for (std::int64_t tick = ticks(options.from); tick < ticks(until); ++tick) {
    const GstClockTime ahead = 40 * GST_MSECOND;
    const GstClockTime sound =
        options.base - grid + static_cast<GstClockTime>(tick) * 20 * GST_MSECOND + ahead;
    const double sound_seconds = static_cast<double>(sound) / 1e9 - static_cast<double>(options.base) / 1e9;
    const bool last = options.whole && sound_seconds + 0.02 > until;
    if (sound_seconds >= options.audio_from && sound_seconds < options.audio_until && !last) {
      std::vector<std::int16_t> samples(960);
      const auto first = std::llround(sound_seconds * 48'000);
      for (std::size_t i = 0; i < samples.size(); ++i)
        samples[i] = sound_at(first + static_cast<std::int64_t>(i));
      recorder.push_audio(sound, samples.data(), samples.size());
    }
    const double now = static_cast<double>(tick + 1) / 50;
    const auto position = options.zero
                              ? static_cast<GstClockTime>((std::chrono::steady_clock::now() - start).count())
                              : static_cast<GstClockTime>(tick + 1) * 20 * GST_MSECOND;
    clock_of_feed = static_cast<std::int64_t>(options.base + position - gst::now());
    for (; static_cast<double>(frame) / Feed::framerate < now - 1e-9; ++frame) {
      const double time = static_cast<double>(frame) / Feed::framerate;
      if (time < options.video_from || time >= options.video_until) continue;
      const auto count = static_cast<std::int64_t>(feed.frames.size());
      gst::EncodedFrame copy = feed.frames[static_cast<std::size_t>(frame % count)];
      copy.running_time += options.base + static_cast<GstClockTime>(frame / count) * length;
      recorder.push_video(copy);
    }
    const auto due = start + std::chrono::duration<double>(now / options.speed);
    const auto rest = std::chrono::ceil<std::chrono::milliseconds>(due - std::chrono::steady_clock::now());
    loop.run_until([&] { return std::chrono::steady_clock::now() >= due; },
                   std::max(rest, std::chrono::milliseconds(0)));
  }
}

std::string pipeline_text(const Format& format) {
  return need(need(config::Pipelines::load(TESSERA_SOURCE_DIR "/pipelines")).get(format.pipeline));
}

RecorderSpec spec_for(const std::string& directory, const Format& format) {
  return {.id = "20261121T004512123Z-abcdefghijkl",
          .room = "blue",
          .directory = directory,
          .width = Feed::width,
          .height = Feed::height,
          .framerate = Feed::framerate,
          .format = format,
          .details = Json::object({{"participants", Json::array({"Ada"})}}),
          .pipeline = pipeline_text(format),
          .reserve_bytes = 0,
          .now = feed_now};
}

TemporaryDirectory::TemporaryDirectory() {
  std::string pattern = (std::filesystem::temp_directory_path() / "tessera-recording-XXXXXX").string();
  if (!mkdtemp(pattern.data())) throw std::runtime_error("no temporary directory");
  path_ = pattern;
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace tessera::recording::test
