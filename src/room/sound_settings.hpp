#pragma once
#include "base/json.hpp"
#include "base/result.hpp"
#include "config/server_config.hpp"
#include "media/bridge.hpp"

namespace tessera::room {

/// How a room sounds, from the configuration and what the room was opened with. Fixed while the room is open:
/// peers have been told the channels.
struct SoundSettings {
  bool music = false;  ///< two channels and more bits instead of one channel for speech
  media::BridgeSpec bridge;
  audio::VoiceProcessing processing;  ///< what voices start with; nothing in a room for music

  /// {mode, bitrate, channels}: for the snapshot.
  [[nodiscard]] Json describe() const;
};

/// `settings`: the room's, with or without "audio": {"mode": "speech"|"music"}. Error: "bad-request".
Result<SoundSettings> sound_settings(const config::AudioConfig& config, const Json& settings);

}  // namespace tessera::room
