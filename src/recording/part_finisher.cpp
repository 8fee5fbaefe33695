#include "recording/part_finisher.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstring>

#include "recording/disk_guard.hpp"
#include "recording/files.hpp"
#include "recording/live_scan.hpp"
#include "recording/manifest.hpp"
#include "recording/media_probe.hpp"
#include "recording/names.hpp"
#include "recording/part_files.hpp"

namespace tessera::recording {
namespace {

// Shares of the work: reading, writing, reading back.
constexpr double scan_share = 0.3, write_share = 0.75;

Progress share(const Progress& whole, double from, double to) {
  if (!whole) return {};
  return [whole, from, to](double done) { whole(from + (to - from) * done); };
}

double tenths(double value) {
  return std::round(value * 10) / 10;
}

Result<void> check_free(const std::string& directory, std::uint64_t needed) {
  const auto space = free_bytes(directory);
  if (!space) return space.error();
  if (*space < needed + finishing_extra_bytes)
    return error("disk-full",
                 "finishing {} needs {} MB of free disk, and there are {}; make room and run: tessera "
                 "recording recover",
                 directory, (needed + finishing_extra_bytes) / 1'000'000, *space / 1'000'000);
  return {};
}

std::uint64_t space_for_part(const std::string& directory, int part, const Json& manifest) {
  const std::uint64_t size = regular_file_size(directory + "/" + live_name(part)).value_or(0);
  const std::string gain = manifest["loudnessGain"]["state"].as_string("measured");
  if (!manifest["loudness"].is_number() || gain != "measured") return finishing_bytes(size, 0);
  // How long a part is, only the recording's length tells.
  const std::int64_t length = manifest["durationMs"].as_int();
  const bool coded = manifest["format"].as_string() != "wav" && length > 0;
  return finishing_bytes(size, coded ? length : as_large_as_the_part);
}

}  // namespace

Result<std::string> make_part(const PartSpec& spec) {
  const auto path = [&](const std::string& name) { return spec.directory + "/" + name; };
  const std::string live_path = path(live_name(spec.part));
  const auto size = regular_file_size(live_path);
  if (!size) return error("cannot-read", "{} was there, and is not", live_path);
  if (*size == 0) return error("no-picture", "{} is empty; nothing was recorded", live_path);
  if (auto space = check_free(spec.directory, *size); !space) return space.error();

  const std::string sound_path = spec.sound.empty() ? live_path : spec.sound;
  auto live = scan_live(live_path, share(spec.progress, 0, scan_share));
  if (!live) return live.error();
  if (!spec.sound.empty()) {
    const auto sound = scan_live(spec.sound);
    if (!sound) return sound.error();
    live->audio = sound->audio;
    live->lead = sound->lead;
    live->sample_rate = sound->sample_rate;
    live->channels = sound->channels;
  }
  const auto format = format_for(*live, spec.wanted);
  if (!format) return format.error();
  const auto plan = plan_remux(*live);
  if (!plan) return error("no-picture", "{} holds nothing that could be shown or heard", live_path);
  if (auto go = spec.reached(FinishStep::planned); !go) return go.error();

  const std::string name = final_name(spec.part, **format);
  const std::string partial = path(partial_name(spec.part, **format));
  ::unlink(partial.c_str());
  const auto written = write_media({live_path, sound_path}, partial, **format, *plan, spec.tags,
                                   share(spec.progress, scan_share, write_share));
  if (!written) return written.error();
  if (auto go = spec.reached(FinishStep::written); !go) return go.error();
  if (auto synced = sync_to_read_back(partial); !synced) return synced.error();
  if (auto good = verify_media(partial, **format, *plan, *written, share(spec.progress, write_share, 1));
      !good)
    return good.error();
  if (auto go = spec.reached(FinishStep::verified); !go) return go.error();
  if (::rename(partial.c_str(), path(name).c_str()) != 0)
    return error("cannot-write", "cannot rename {}: {}", partial, std::strerror(errno));
  if (auto synced = sync_path(spec.directory); !synced) return synced.error();
  if (auto go = spec.reached(FinishStep::renamed); !go) return go.error();
  return name;
}

Result<void> check_space(const std::string& directory, int part, const Json& manifest) {
  return check_free(directory, space_for_part(directory, part, manifest));
}

std::uint64_t space_to_finish(const std::string& directory) {
  const auto manifest = load_manifest(directory);
  std::uint64_t largest = 0;
  for (const auto& [part, files] : part_files(directory))
    if (files.live)
      largest = std::max(largest, space_for_part(directory, part, manifest ? *manifest : Json::object()));
  return largest + finishing_extra_bytes;
}

bool is_sound_file(const std::string& path) {
  const auto probe = probe_media(path);
  if (!probe) return false;
  const StreamProbe* video = probe->find("video");
  const StreamProbe* audio = probe->find("audio");
  return video ? video->key_packets > 0 : audio && audio->packets > 0;
}

Result<Json> describe_part(const std::string& directory, const std::string& file, const Progress& progress) {
  const std::string path = directory + "/" + file;
  const auto probe = probe_media(path, share(progress, 0, 0.5));
  if (!probe) return probe.error();
  auto sum = sha256_of(path, share(progress, 0.5, 1));
  if (!sum) return sum.error();
  Json codecs = Json::object();
  for (const StreamProbe& stream : probe->streams)
    if (stream.kind != "other") codecs.set(stream.kind, stream.codec);
  Json part = Json::object({{"file", file},
                            {"durationMs", static_cast<std::int64_t>(probe->duration * 1000 + 0.5)},
                            {"bytes", static_cast<std::int64_t>(regular_file_size(path).value_or(0))},
                            {"sha256", std::move(*sum)},
                            {"codecs", std::move(codecs)}});
  const StreamProbe *video = probe->find("video"), *audio = probe->find("audio");
  if (video) part.set("width", video->width).set("height", video->height);
  if (video && audio)
    part.set("avOffsetMs", Json::object({{"start", tenths((audio->start - video->start) * 1000)},
                                         {"end", tenths((audio->end - video->end) * 1000)}}));
  return part;
}

}  // namespace tessera::recording
