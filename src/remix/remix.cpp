#include "remix/remix.hpp"

#include <chrono>

#include "base/log.hpp"
#include "recording/bounded_ms.hpp"
#include "recording/chapters.hpp"
#include "recording/files.hpp"
#include "recording/manifest.hpp"
#include "recording/media_probe.hpp"
#include "recording/noted_files.hpp"
#include "recording/timeline.hpp"
#include "recording/track_finish.hpp"
#include "remix/movie_writer.hpp"
#include "remix/picture_mix.hpp"
#include "remix/sound_mix.hpp"

namespace tessera::remix {
namespace {

using recording::NotedFile;
using recording::PartSpan;

constexpr int channels = 2;
constexpr std::int64_t ns_per_ms = 1'000'000;

/// Everything that is known of a recording with tracks.
struct Meeting {
  Json manifest = Json::object();
  recording::Timeline timeline;
  std::vector<PartSpan> parts;
  Json tracks = Json::array();
  std::int64_t duration_ms = 0;
};

Result<Meeting> load(const std::string& directory) {
  if (recording::FolderLock::is_held(directory))
    return error("conflict", "{} is still being recorded or finished", directory);
  Meeting meeting;
  auto manifest = recording::load_manifest(directory);
  if (!manifest)
    return error("cannot-read", "{} is not the folder of a recording: {}", directory,
                 manifest.error().message);
  meeting.manifest = std::move(*manifest);
  if (auto timeline = recording::read_timeline(directory)) meeting.timeline = std::move(*timeline);
  meeting.parts = recording::measured_parts(meeting.timeline, meeting.manifest);
  meeting.tracks = meeting.manifest["tracks"];
  // Without this they are as the timeline has them: not measured, and the times not those of the whole
  // recording.
  if (!meeting.tracks.items().empty() && !meeting.tracks.items()[0].has("indexed")) meeting.tracks = Json();
  if (meeting.tracks.items().empty()) meeting.tracks = recording::list_tracks(directory, meeting.manifest);
  if (meeting.tracks.items().empty())
    return error("no-tracks", "{} was recorded without tracks; there is nothing to mix anew", directory);
  meeting.duration_ms = recording::bounded_ms(meeting.manifest["durationMs"]);
  if (meeting.duration_ms <= 0 && !meeting.parts.empty())
    meeting.duration_ms = meeting.parts.back().start_ms + meeting.parts.back().duration_ms;
  if (meeting.duration_ms <= 0)
    for (const auto& track : meeting.tracks.items())
      meeting.duration_ms = std::max(meeting.duration_ms, recording::bounded_ms(track["startMs"]) +
                                                              recording::bounded_ms(track["durationMs"]));
  return meeting;
}

/// Somebody with a track whom no line of the timeline names (it was lost) is there as long as the recording.
void add_the_unnamed(Meeting& meeting) {
  std::set<std::string> known;
  for (const auto& event : meeting.timeline.events)
    if (event.type == "participant-joined") known.insert(event.data["id"].as_string());
  std::vector<recording::TimelineEvent> missing;
  for (const auto& track : meeting.tracks.items()) {
    const std::string id = track["participant"].as_string();
    const bool screen = track["kind"].as_string() == "screen";
    const auto note = [&](const char* type, Json data) {
      missing.push_back({{}, {1, 0}, type, std::move(data.set("id", id))});
    };
    if (known.insert(id).second)
      note("participant-joined", Json::object({{"name", track["name"]}, {"kind", "participant"}}));
    else if (!screen)
      continue;
    if (screen && meeting.timeline.events.empty()) note("screen-started", Json::object());
  }
  auto& events = meeting.timeline.events;
  events.insert(events.begin(), missing.begin(), missing.end());
}

struct Material {
  std::vector<Footage> footage;
  std::vector<Voice> sound;
  std::size_t tracks = 0;
};

/// What the mix is made of and is not as it was recorded.
std::vector<std::string> damage_of(const std::string& directory, const Json& manifest) {
  std::vector<std::string> damage;
  bool has_timeline = recording::regular_file_size(directory + "/" + recording::timeline_file).has_value();
  for (const auto& noted : recording::noted_files(manifest)) {
    if (noted.kind == NotedFile::Kind::medium) continue;
    if (noted.kind == NotedFile::Kind::sidecar && noted.file != recording::timeline_file) continue;
    const std::string problem = recording::problem_of(directory, noted);
    if (!problem.empty())
      damage.push_back(fmt::format("{} {}", noted.file.empty() ? "a track" : noted.file, problem));
    if (noted.file == recording::timeline_file) has_timeline = true;  // said already
  }
  if (!has_timeline)
    damage.push_back(fmt::format("{} is missing: who was there when is not known", recording::timeline_file));
  return damage;
}

/// Only files that lie in the folder itself are opened, whatever the manifest says.
bool is_inside(const std::string& file) {
  return file.starts_with("tracks/") && file.find('/', 7) == std::string::npos &&
         file.find("..") == std::string::npos;
}

Result<Material> open_tracks(const std::string& directory, const Meeting& meeting,
                             const std::set<std::string>& only) {
  Material material;
  for (const auto& track : meeting.tracks.items()) {
    const std::string id = track["participant"].as_string(), file = track["file"].as_string();
    if (!only.empty() && !only.contains(id) && !only.contains(track["name"].as_string())) continue;
    const std::string path = directory + "/" + file;
    if (!is_inside(file) || !recording::regular_file_size(path)) {
      log::warn("{} is not there", file);
      continue;
    }
    const auto probe = recording::probe_media(path);
    if (!probe) {
      log::warn("{} is left out: {}", file, probe.error().message);
      continue;
    }
    // The file's own axis begins with the part in which the track began; startMs is its first packet on all
    // of it.
    double first = 1e12;
    for (const auto& stream : probe->streams)
      if (stream.packets > 0) first = std::min(first, stream.start);
    const std::int64_t shift =
        recording::bounded_ms(track["startMs"]) * ns_per_ms - static_cast<std::int64_t>(first * 1e9);
    auto video = VideoTrack::open(path, shift);
    if (!video) return video.error();
    auto sound = SoundTrack::open(path, shift, channels);
    if (!sound) return sound.error();
    ++material.tracks;
    const bool screen = track["kind"].as_string() == "screen";
    if (*video) material.footage.push_back({id, screen, std::move(*video)});
    if (*sound) material.sound.push_back({id, std::move(*sound), screen});
  }
  if (material.tracks == 0)
    return error("bad-request", "{}",
                 only.empty() ? "none of the tracks can be read"
                              : "nobody of those names has a track in this recording");
  return material;
}

Result<void> check(const RemixSpec& spec, int width, int height, int framerate) {
  for (const int side : {width, height})
    if (side < 64 || side > 4096 || side % 2 != 0)
      return error("bad-request", "the size of a mix is two even numbers from 64 to 4096, not {}x{}", width,
                   height);
  if (framerate < 1 || framerate > 60)
    return error("bad-request", "the rate of a mix is 1 to 60 pictures a second, not {}", framerate);
  if (!is_movie_name(spec.output))
    return error("bad-request", "{}: the name of a mix ends with .mp4, .m4v, .mov, .mkv or .webm",
                 spec.output);
  return {};
}

int chosen(int wanted, const Json& recorded, int fallback) {
  return wanted != 0 ? wanted : static_cast<int>(recorded.as_int(fallback));
}

}  // namespace

Result<RemixResult> remix(const RemixSpec& spec) {
  const auto began = std::chrono::steady_clock::now();
  auto meeting = load(spec.directory);
  if (!meeting) return meeting.error();
  const Json& about = meeting->manifest;
  const int width = chosen(spec.width, about["width"], 1280),
            height = chosen(spec.height, about["height"], 720);
  const int framerate = chosen(spec.framerate, about["framerate"], 30);
  if (auto sane = check(spec, width, height, framerate); !sane) return sane.error();
  auto material = open_tracks(spec.directory, *meeting, spec.only);
  if (!material) return material.error();

  MovieSpec movie{.path = spec.output,
                  .width = width,
                  .height = height,
                  .framerate = framerate,
                  .channels = channels,
                  .title = about["name"].as_string(about["room"].as_string()),
                  .created = about["startedAt"].as_string(),
                  .chapters = recording::chapters_of(meeting->timeline, meeting->parts, meeting->duration_ms),
                  .duration_ms = meeting->duration_ms};
  auto writer = MovieWriter::create(std::move(movie));
  if (!writer) return writer.error();
  add_the_unnamed(*meeting);
  RemixResult result{.tracks = material->tracks, .damage = damage_of(spec.directory, about)};
  Story story(std::move(meeting->timeline), meeting->parts);
  SoundMix sound(story, std::move(material->sound), channels);
  PictureMix pictures({.width = width,
                       .height = height,
                       .framerate = framerate,
                       .layouts = spec.layouts,
                       .layout = spec.layout,
                       .images = spec.images,
                       .only = spec.only},
                      std::move(story), std::move(material->footage));

  const auto frames = static_cast<std::uint64_t>((meeting->duration_ms * framerate + 999) / 1000);
  std::int64_t heard_ms = 0;
  for (std::uint64_t i = 0; i < frames; ++i) {
    if (spec.go_on && !spec.go_on()) return error("interrupted", "interrupted; nothing was made");
    const GstClockTime time = gst_util_uint64_scale(i, GST_SECOND, static_cast<guint64>(framerate));
    auto picture = pictures.paint(time);
    if (!picture) return error("cannot-write", "out of memory");
    if (auto pushed = (*writer)->picture(std::move(picture)); !pushed) return pushed.error();
    for (; heard_ms < std::min<std::int64_t>(static_cast<std::int64_t>((i + 1) * 1000) / framerate,
                                             meeting->duration_ms);
         heard_ms += 20)
      if (auto pushed = (*writer)->sound(sound.next()); !pushed) return pushed.error();
    if (spec.progress) spec.progress(static_cast<double>(i + 1) / static_cast<double>(frames));
  }
  if (auto closed = (*writer)->close(); !closed) return closed.error();
  result.pictures = frames;
  result.seconds = static_cast<double>(meeting->duration_ms) / 1000;
  result.took = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  return result;
}

}  // namespace tessera::remix
