#include "room/sound_settings.hpp"

namespace tessera::room {

Json SoundSettings::describe() const {
  return Json::object({{"mode", music ? "music" : "speech"},
                       {"bitrate", bridge.encoder.bitrate},
                       {"channels", bridge.encoder.channels}});
}

Result<SoundSettings> sound_settings(const config::AudioConfig& config, const Json& settings) {
  const std::string mode = settings["audio"]["mode"].as_string(config.mode);
  if (mode != "speech" && mode != "music")
    return error("bad-request", "audio.mode is \"{}\", expected speech or music", mode);
  SoundSettings made;
  made.music = mode == "music";
  made.bridge.max_talkers = config.max_talkers;
  auto& encoder = made.bridge.encoder;
  encoder.complexity = config.complexity;
  encoder.channels = made.music ? 2 : 1;
  encoder.bitrate = made.music ? config.music_bitrate : config.bitrate;
  // Opus carries redundancy only in the mode that it codes speech in: music would pay for it with its
  // quality.
  encoder.inband_fec = config.inband_fec && !made.music;
  if (!made.music)
    made.processing = {.suppress_noise = config.noise_suppression, .auto_gain = config.auto_gain};
  return made;
}

}  // namespace tessera::room
