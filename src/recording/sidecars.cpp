#include "recording/sidecars.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <memory>

#include "base/log.hpp"
#include "recording/bounded_ms.hpp"
#include "recording/chapters.hpp"
#include "recording/files.hpp"
#include "recording/manifest.hpp"
#include "recording/picture_reader.hpp"
#include "recording/resources.hpp"
#include "recording/strip_plan.hpp"
#include "recording/webvtt.hpp"

namespace tessera::recording {
namespace {

constexpr int poster_width = 640, max_poster_height = 640;
constexpr int poster_quality = 3, strip_quality = 5;  // of mjpeg: 2 (best) … 31
constexpr int poster_moments = 8;
/// Thumbnails further apart than this are taken from key frames.
constexpr std::int64_t near_enough_ms = 8000;

class SidecarMaker {
 public:
  SidecarMaker(const std::string& directory, Json& manifest)
      : directory_(directory), manifest_(manifest), parts_(spans_of(manifest)) {
    if (!parts_.empty()) duration_ = parts_.back().start_ms + parts_.back().duration_ms;
  }

  Result<void> make() {
    keep("chapters", chapters_file, make_chapters());
    const Format* format = find_format(manifest_["format"].as_string(default_format().name));
    if (!format || !format->has_video()) return full_;
    keep("poster", poster_file, make_poster());
    keep("strip", strip_file, make_strip());
    return full_;
  }

 private:
  void keep(const char* member, const char* file, const Result<void>& made) {
    if (made)
      manifest_.set(member, file);
    else
      log::warn("{}: no {}: {}", directory_, file, made.error().message);
    if (!made && made.error().code == "disk-full") full_ = made;
  }
  [[nodiscard]] std::string path(const std::string& name) const { return directory_ + "/" + name; }

  Result<void> make_chapters() const {
    const auto timeline = read_timeline(directory_);
    if (!timeline) return timeline.error();
    return write_atomically(path(chapters_file),
                            chapters_vtt(chapters_of(*timeline, parts_, duration_), duration_));
  }

  /// The picture at a position of the whole recording. A part that cannot be read is tried once.
  Result<const AVFrame*> picture_at(std::int64_t position, bool near) {
    const auto after =
        std::upper_bound(parts_.begin(), parts_.end(), position,
                         [](std::int64_t ms, const PartSpan& span) { return ms < span.start_ms; });
    if (after == parts_.begin()) return error("unreadable", "no part holds {} ms", position);
    const PartSpan& span = *std::prev(after);
    auto found = readers_.find(span.part);
    if (found == readers_.end()) {
      const auto file = media_resource(manifest_, span.part);
      if (!file) return error("unreadable", "there is no part {}", span.part);
      auto opened = PictureReader::open(path(file->file));
      if (!opened) log::warn("{}", opened.error().message);
      found = readers_.emplace(span.part, opened ? std::move(*opened) : nullptr).first;
    }
    if (!found->second) return error("unreadable", "part {} cannot be decoded", span.part);
    return found->second->at(position - span.start_ms, near);
  }

  /// The size of the recording's first readable picture.
  Result<std::pair<int, int>> picture_size() {
    Result<const AVFrame*> first = error("unreadable", "there is no picture");
    for (const PartSpan& span : parts_) {
      first = picture_at(span.start_ms, true);
      if (first) return std::pair((*first)->width, (*first)->height);
    }
    return first.error();
  }

  /// Of some moments the one with most to see: a room that is still empty, a black screen and a plain card
  /// have little.
  Result<void> make_poster() {
    const auto size = picture_size();
    if (!size) return size.error();
    const double scale = std::min({1.0, static_cast<double>(poster_width) / size->first,
                                   static_cast<double>(max_poster_height) / size->second});
    const PictureArea whole{0, 0, std::max(2, static_cast<int>(size->first * scale) / 2 * 2),
                            std::max(2, static_cast<int>(size->second * scale) / 2 * 2)};
    av::Frame best;
    double best_score = -1;
    for (int i = 0; i < poster_moments; ++i) {
      const auto picture = picture_at(duration_ * (2 * i + 1) / (2 * poster_moments), true);
      if (!picture) continue;
      auto scaled = new_picture(whole.width, whole.height);
      if (!scaled) return scaled.error();
      if (!draw_into(**picture, **scaled, whole)) continue;
      const double score = liveliness(**scaled);
      if (score <= best_score) continue;
      best_score = score;
      best = std::move(*scaled);
    }
    if (!best) return error("unreadable", "no picture can be decoded");
    const auto jpeg = encode_jpeg(*best, poster_quality);
    if (!jpeg) return jpeg.error();
    return write_atomically(path(poster_file), *jpeg);
  }

  Result<void> make_strip() {
    const auto size = picture_size();
    if (!size) return size.error();
    const StripPlan plan = plan_strip(duration_, size->first, size->second);
    if (plan.cells.empty()) return error("unreadable", "it lasts no time");
    auto strip = new_picture(plan.width, plan.height);
    if (!strip) return strip.error();
    int drawn = 0;
    for (const StripCell& cell : plan.cells) {
      const auto picture = picture_at(plan.moment_of(cell), plan.interval_ms > near_enough_ms);
      if (picture && draw_into(**picture, **strip, {cell.x, cell.y, cell.width, cell.height})) ++drawn;
    }
    if (drawn == 0) return error("unreadable", "no picture can be decoded");
    const auto jpeg = encode_jpeg(**strip, strip_quality);
    if (!jpeg) return jpeg.error();
    if (auto written = write_atomically(path(strip_file), *jpeg); !written) return written;
    return write_atomically(path(strip_index_file), strip_vtt(plan.cells, strip_file));
  }

  const std::string& directory_;
  Json& manifest_;
  const std::vector<PartSpan> parts_;
  std::int64_t duration_ = 0;
  Result<void> full_;
  std::map<int, std::unique_ptr<PictureReader>> readers_;
};

}  // namespace

std::vector<PartSpan> spans_of(const Json& manifest) {
  std::vector<PartSpan> spans;
  std::int64_t start = 0;
  for (const Json& part : manifest["parts"].items()) {
    // One that came to nothing has no file, whatever its recorder noted.
    const std::int64_t duration = is_lost_part(part) ? 0 : bounded_ms(part["durationMs"]);
    spans.push_back({static_cast<int>(part["n"].as_int(1)), start, duration, true});
    start += duration;
  }
  if (spans.empty()) spans.push_back({1, 0, bounded_ms(manifest["durationMs"]), true});
  return spans;
}

Result<void> make_sidecars(const std::string& directory, Json& manifest) {
  return SidecarMaker(directory, manifest).make();
}

void remove_half_made_sidecars(const std::string& directory) {
  for (const std::string file : {chapters_file, poster_file, strip_file, strip_index_file})
    ::unlink((directory + "/" + file + ".tmp").c_str());  // as write_atomically names them
}

}  // namespace tessera::recording
