#pragma once
// What a recording is made of: one format is chosen when it starts and holds for all of its parts. Pure.

#include <span>
#include <string>
#include <string_view>

namespace tessera::recording {

/// How video is coded; `none` for recordings of the sound alone.
enum class VideoCodec { none, h264, vp8 };
enum class AudioCodec { aac, opus, pcm };

struct Format {
  std::string_view
      name;  ///< as clients and manifests say it: "mp4", "mp4-opus", "webm", "m4a", "opus", "wav"
  std::string_view extension;  ///< of the finished file, with its dot
  std::string_view mime_type;  ///< of the finished file
  std::string_view muxer;      ///< libavformat's name of the finished file's format
  std::string_view pipeline;   ///< pipelines/<name>.gst, which writes the live file
  VideoCodec video = VideoCodec::none;
  AudioCodec audio = AudioCodec::aac;

  [[nodiscard]] bool has_video() const { return video != VideoCodec::none; }
  bool operator==(const Format& other) const { return name == other.name; }
};

/// All there are; the first is the default.
std::span<const Format> all_formats();
/// H.264 and AAC in MP4.
const Format& default_format();
/// Null when there is no format of that name.
const Format* find_format(std::string_view name);
/// "mp4, mp4-opus, webm …", for messages.
std::string format_names();

/// As FFmpeg and manifests name them: "h264", "vp8", "" for none; "aac", "opus", "pcm_s16le".
std::string_view name_of(VideoCodec codec);
std::string_view name_of(AudioCodec codec);

}  // namespace tessera::recording
