// Reading back what was written. A finished file takes the live one's place only after this.

#include <cmath>

#include "recording/media_probe.hpp"
#include "recording/remux.hpp"

namespace tessera::recording {
namespace {

/// Seconds by which picture, sound and file may end apart from the plan.
constexpr double end_tolerance = 0.1;
/// Seconds by which one packet's time may differ: the coarsest container counts milliseconds.
constexpr double time_tolerance = 0.002;

double seconds(std::int64_t microseconds) {
  return static_cast<double>(microseconds) / static_cast<double>(microsecond);
}

class Comparison {
 public:
  Comparison(const std::string& file, const MediaProbe& probe) : file_(file), probe_(probe) {}

  /// PCM is cut into packets anew by whoever reads it; its bytes are what counts.
  void same_content(const char* kind, const StreamSum& written, bool count_packets) {
    const StreamProbe* found = probe_.find(kind);
    const StreamProbe nothing;
    if (!found) found = &nothing;
    if (count_packets && found->packets != written.packets)
      fault(fmt::format("{} packets of {}, {} were written", found->packets, kind, written.packets));
    else if (found->bytes != written.bytes || found->crc != written.crc)
      fault(fmt::format("{} bytes of {} with check sum {:08x}, {} with {:08x} were written", found->bytes,
                        kind, found->crc, written.bytes, written.crc));
  }
  void close_to(const char* what, double found, double wanted, double tolerance) {
    if (!(std::abs(found - wanted) <= tolerance))
      fault(fmt::format("{} {:.3f} s, expected {:.3f} s", what, found, wanted));
  }
  [[nodiscard]] Result<void> result() const {
    if (faults_.empty()) return {};
    return error("verify-failed", "{}: {}", file_, faults_);
  }

 private:
  void fault(const std::string& text) { (faults_ += faults_.empty() ? "" : "; ") += text; }

  const std::string& file_;
  const MediaProbe& probe_;
  std::string faults_;
};

}  // namespace

Result<void> verify_media(const std::string& output, const Format& format, const RemuxPlan& plan,
                          const Written& written, const Progress& progress) {
  const auto probe = probe_media(output, progress);
  if (!probe) return error("verify-failed", "{}", probe.error().message);
  Comparison compare(output, *probe);
  compare.same_content("video", written.video, true);
  compare.same_content("audio", written.audio, format.audio != AudioCodec::pcm);
  if (written.video.packets != plan.video_packets ||
      (format.audio != AudioCodec::pcm && written.audio.packets != plan.audio_packets))
    return error("verify-failed", "{}: the live file changed while it was read", output);
  const StreamProbe* video = probe->find("video");
  const StreamProbe* audio = probe->find("audio");
  if (video) {
    compare.close_to("pictures begin at", video->start, 0, time_tolerance);
    compare.close_to("the last picture comes at", video->last, seconds(plan.video_last), time_tolerance);
    // WebM does not say how long a picture stands; MP4 does.
    if (format.muxer == "mp4")
      compare.close_to("pictures end at", video->end, seconds(plan.video_end), end_tolerance);
  }
  if (audio) compare.close_to("sound ends at", audio->end, seconds(plan.audio_end), end_tolerance);
  compare.close_to("it lasts", probe->duration, seconds(plan.end()), end_tolerance);
  return compare.result();
}

}  // namespace tessera::recording
