#include "recording/track_finish.hpp"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <optional>

#include "base/log.hpp"
#include "recording/av.hpp"
#include "recording/files.hpp"
#include "recording/media_probe.hpp"
#include "recording/timeline.hpp"
#include "recording/track_file.hpp"
#include "recording/track_recorder.hpp"

namespace tessera::recording {
namespace {

constexpr std::uint64_t spare_bytes = 16'000'000;

/// A track as its recorder noted it.
struct Noted {
  std::string file, participant, kind, codecs;
  std::optional<PartTime> time;  ///< of its first packet; nothing when a crash came before the note
};

/// The reverse of track_name(). Nothing when the file is none of ours.
std::optional<Noted> from_name(const std::string& name) {
  constexpr std::string_view extension = ".mkv";
  if (!name.ends_with(extension)) return {};
  const std::string stem = name.substr(0, name.size() - extension.size());
  const auto number = stem.rfind('-');
  const auto kind = number == std::string::npos || number == 0 ? number : stem.rfind('-', number - 1);
  if (kind == std::string::npos || kind == 0) return {};
  return Noted{std::string(tracks_folder) + "/" + name,
               stem.substr(0, kind),
               stem.substr(kind + 1, number - kind - 1),
               "",
               {}};
}

std::vector<Noted> noted_tracks(const std::string& directory, const Timeline& timeline) {
  std::map<std::string, Noted> found;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(directory + "/" + tracks_folder, ignored)) {
    const std::string path = entry.path().string(), name = entry.path().filename().string();
    auto noted = from_name(name);
    if (noted && regular_file_size(path)) found.emplace(noted->file, std::move(*noted));
  }
  // Only files that are really there: a timeline is text that anybody may have edited.
  for (const auto& event : timeline.events) {
    if (event.type != "track") continue;
    const auto track = found.find(event.data["file"].as_string());
    if (track == found.end()) continue;
    track->second.participant = event.data["participant"].as_string();
    track->second.kind = event.data["kind"].as_string();
    track->second.codecs = event.data["codecs"].as_string();
    track->second.time = event.time;
  }
  std::vector<Noted> all;
  for (auto& [file, noted] : found) all.push_back(std::move(noted));
  std::stable_sort(all.begin(), all.end(), [](const Noted& a, const Noted& b) {
    return a.time.value_or(PartTime{}) < b.time.value_or(PartTime{});
  });
  return all;
}

std::map<std::string, std::string> names_of(const Timeline& timeline) {
  std::map<std::string, std::string> names;
  for (const auto& event : timeline.events)
    if (event.type == "participant-joined" || event.type == "renamed")
      names[event.data["id"].as_string()] = event.data["name"].as_string();
  return names;
}

bool has_index(const std::string& path) {
  const auto input = av::open_input(path);
  return input && (*input)->duration != AV_NOPTS_VALUE;
}

Result<av::Output> open_output(AVFormatContext* source, const std::string& path) {
  AVFormatContext* raw = nullptr;
  const std::string url = "file:" + path;
  if (const int code = avformat_alloc_output_context2(&raw, nullptr, "matroska", url.c_str()); code < 0)
    return av::write_error(path, code);
  av::Output output(raw);
  for (unsigned i = 0; i < source->nb_streams; ++i) {
    AVStream* stream = avformat_new_stream(raw, nullptr);
    if (!stream || avcodec_parameters_copy(stream->codecpar, source->streams[i]->codecpar) < 0)
      return error("cannot-write", "out of memory");
    stream->time_base = source->streams[i]->time_base;
  }
  av_dict_copy(&raw->metadata, source->metadata, 0);
  raw->avoid_negative_ts = AVFMT_AVOID_NEG_TS_DISABLED;
  if (const int code = avio_open(&raw->pb, url.c_str(), AVIO_FLAG_WRITE); code < 0)
    return av::write_error(path, code);
  if (const int code = avformat_write_header(raw, nullptr); code < 0) return av::write_error(path, code);
  return output;
}

Result<void> copy(const std::string& from, const std::string& to) {
  auto input = av::open_input(from);
  if (!input) return input.error();
  auto output = open_output(input->get(), to);
  if (!output) return output.error();
  const auto packet = av::new_packet();
  std::vector<DecodeTimes> times(input->get()->nb_streams);
  int code = 0;
  while ((code = av_read_frame(input->get(), packet.get())) >= 0) {
    if (packet->size > 0 && packet->pts != AV_NOPTS_VALUE) {
      packet->dts = AV_NOPTS_VALUE;  // what the demuxer guesses
      packet->pos = -1;
      av_packet_rescale_ts(packet.get(), input->get()->streams[packet->stream_index]->time_base,
                           output->get()->streams[packet->stream_index]->time_base);
      packet->dts = times[static_cast<std::size_t>(packet->stream_index)].next(packet->pts);
      if (const int written = av_write_frame(output->get(), packet.get()); written < 0)
        return av::write_error(to, written);
    }
    av_packet_unref(packet.get());
  }
  if (av::failed_reading(input->get(), code))
    return error("cannot-read", "cannot read {}: {}", from, av::text_of(code));
  if (const int end = av::end_file(output->get()); end < 0) return av::write_error(to, end);
  return {};
}

Result<void> verify(const MediaProbe& before, const MediaProbe& after, const std::string& path) {
  bool same = before.streams.size() == after.streams.size() && after.duration > 0;
  for (std::size_t i = 0; same && i < before.streams.size(); ++i) {
    const auto &a = before.streams[i], &b = after.streams[i];
    same = a.codec == b.codec && a.packets == b.packets && a.key_packets == b.key_packets &&
           a.bytes == b.bytes && a.crc == b.crc && std::abs(a.start - b.start) < 0.002;
  }
  if (same) return {};
  return error("verify-failed", "{} does not hold what it was made of", path);
}

Result<void> index_track(const std::string& path, const MediaProbe& before) {
  // Not to the last byte: others may be recording on the same disk.
  const auto free = free_bytes(path);
  const std::uint64_t needed = regular_file_size(path).value_or(0) + spare_bytes;
  if (free && *free < needed)
    return error("disk-full", "{} MB are free, and {} are needed", *free / 1'000'000, needed / 1'000'000);
  const std::string partial = path + ".part";
  const auto give_up = [&](const Error& failure) {
    ::unlink(partial.c_str());
    return failure;
  };
  if (auto copied = copy(path, partial); !copied) return give_up(copied.error());
  if (auto synced = sync_to_read_back(partial); !synced) return give_up(synced.error());
  auto after = probe_media(partial);
  if (!after) return give_up(after.error());
  if (auto verified = verify(before, *after, partial); !verified) return give_up(verified.error());
  std::error_code failed;
  std::filesystem::rename(partial, path, failed);
  if (failed) return give_up(error("cannot-write", "cannot rename {}: {}", partial, failed.message()));
  return sync_path(std::filesystem::path(path).parent_path().string());
}

/// First and last moment of what is in it, in seconds of its own time axis; nothing when it is empty.
std::optional<std::pair<double, double>> extent_of(const MediaProbe& probe) {
  std::optional<std::pair<double, double>> extent;
  for (const auto& stream : probe.streams) {
    if (stream.packets == 0) continue;
    if (!extent) extent = {stream.start, stream.end};
    extent->first = std::min(extent->first, stream.start);
    extent->second = std::max(extent->second, stream.end);
  }
  return extent;
}

std::string codecs_of(const MediaProbe& probe) {
  std::string text;
  for (const auto& stream : probe.streams)
    if (stream.packets > 0) text += (text.empty() ? "" : "+") + stream.codec;
  return text;
}

/// A track that can be read: what of it goes into the manifest.
std::optional<Json> describe(const Noted& track, const MediaProbe& probe, const std::vector<PartSpan>& parts,
                             const std::map<std::string, std::string>& names) {
  const auto extent = extent_of(probe);
  if (!extent) return {};
  const auto first = static_cast<std::int64_t>(std::llround(extent->first * 1000));
  const auto name = names.find(track.participant);
  return Json::object(
      {{"file", track.file},
       {"participant", track.participant},
       {"name", name == names.end() ? "" : name->second},
       {"kind", track.kind},
       {"codecs", codecs_of(probe)},
       {"startMs", track.time ? position_of({track.time->part, first}, parts) : first},
       {"durationMs", static_cast<std::int64_t>(std::llround((extent->second - extent->first) * 1000))}});
}

class Tracks {
 public:
  Tracks(const std::string& directory, const Json& manifest) : directory_(directory) {
    if (auto timeline = read_timeline(directory)) timeline_ = std::move(*timeline);
    parts_ = measured_parts(timeline_, manifest);
    names_ = names_of(timeline_);
  }

  /// `finish` completes an entry, of the file at a path.
  template <typename Finish>
  Json list(const std::function<void(double)>& progress, Finish finish) const {
    Json list = Json::array();
    const auto tracks = noted_tracks(directory_, timeline_);
    for (std::size_t i = 0; i < tracks.size(); ++i) {
      const std::string path = directory_ + "/" + tracks[i].file;
      if (progress) progress(static_cast<double>(i) / static_cast<double>(tracks.size()));
      const auto probe = probe_media(path);
      auto entry = probe ? describe(tracks[i], *probe, parts_, names_) : std::nullopt;
      if (!entry) {
        log::warn("track {}: {}", tracks[i].file, probe ? "nothing in it" : probe.error().message);
        continue;
      }
      finish(*entry, path, *probe);
      list.push(std::move(*entry));
    }
    if (progress) progress(1);
    return list;
  }

 private:
  const std::string& directory_;
  Timeline timeline_;
  std::vector<PartSpan> parts_;
  std::map<std::string, std::string> names_;
};

void set_size(Json& entry, const std::string& path) {
  entry.set("bytes", static_cast<std::int64_t>(regular_file_size(path).value_or(0)));
}

}  // namespace

Json finish_tracks(const std::string& directory, const Json& manifest,
                   const std::function<void(double)>& progress) {
  const auto finish = [&](Json& entry, const std::string& path, const MediaProbe& probe) {
    bool indexed = has_index(path);
    if (!indexed) {
      const auto done = index_track(path, probe);
      indexed = done.ok();
      if (!done) log::warn("{} stays without an index: {}", path, done.error().message);
    }
    set_size(entry, path);
    auto sum = sha256_of(path);
    if (!sum) log::warn("{}", sum.error().message);
    entry.set("sha256", sum ? Json(std::move(*sum)) : Json()).set("indexed", indexed);
  };
  return Tracks(directory, manifest).list(progress, finish);
}

Json list_tracks(const std::string& directory, const Json& manifest) {
  return Tracks(directory, manifest).list({}, [](Json& entry, const std::string& path, const MediaProbe&) {
    set_size(entry, path);
    entry.set("indexed", has_index(path));
  });
}

}  // namespace tessera::recording
