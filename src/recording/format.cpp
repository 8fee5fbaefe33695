#include "recording/format.hpp"

#include <algorithm>
#include <array>

namespace tessera::recording {
namespace {

constexpr std::array formats = {
    Format{"mp4", ".mp4", "video/mp4", "mp4", "record-mp4", VideoCodec::h264, AudioCodec::aac},
    Format{"mp4-opus", ".mp4", "video/mp4", "mp4", "record-mp4-opus", VideoCodec::h264, AudioCodec::opus},
    Format{"webm", ".webm", "video/webm", "webm", "record-webm", VideoCodec::vp8, AudioCodec::opus},
    Format{"m4a", ".m4a", "audio/mp4", "ipod", "record-m4a", VideoCodec::none, AudioCodec::aac},
    Format{"opus", ".opus", "audio/ogg", "opus", "record-opus", VideoCodec::none, AudioCodec::opus},
    Format{"wav", ".wav", "audio/wav", "wav", "record-wav", VideoCodec::none, AudioCodec::pcm},
};

}  // namespace

std::span<const Format> all_formats() {
  return formats;
}

const Format& default_format() {
  return formats.front();
}

const Format* find_format(std::string_view name) {
  const auto found =
      std::find_if(formats.begin(), formats.end(), [&](const Format& format) { return format.name == name; });
  return found == formats.end() ? nullptr : &*found;
}

std::string format_names() {
  std::string names;
  for (const Format& format : formats) (names += names.empty() ? "" : ", ") += format.name;
  return names;
}

std::string_view name_of(VideoCodec codec) {
  switch (codec) {
    case VideoCodec::none:
      return "";
    case VideoCodec::h264:
      return "h264";
    case VideoCodec::vp8:
      return "vp8";
  }
  return "";
}

std::string_view name_of(AudioCodec codec) {
  switch (codec) {
    case AudioCodec::aac:
      return "aac";
    case AudioCodec::opus:
      return "opus";
    case AudioCodec::pcm:
      return "pcm_s16le";
  }
  return "";
}

}  // namespace tessera::recording
