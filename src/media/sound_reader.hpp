#pragma once
// A sound file of the formats that people use for sound, decoded to what the bridge plays.

#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/result.hpp"

namespace tessera::media {

/// Reads from disk and decodes: for a worker, never for the tick. One thread at a time.
///
/// The file is opened here and handed to libav as bytes, so nothing that a file says can make it open
/// another: playlists and the like, which name further files or hosts, are refused.
class SoundReader {
 public:
  virtual ~SoundReader() = default;

  /// `name` is that of a plain file in `folder`; see is_sound_name. Errors: "unknown-sound" (no such file),
  /// "bad-sound" (it holds no sound that can be read).
  static Result<std::unique_ptr<SoundReader>> open(const std::string& folder, const std::string& name);
  /// A whole file in memory, which must stay.
  static Result<std::unique_ptr<SoundReader>> open_bytes(std::span<const std::uint8_t> bytes,
                                                         const std::string& name_for_messages);

  /// Mono at 48 kHz. Returns how many samples were written; fewer than asked for is the end. Damaged parts
  /// are left out; where nothing more can be read the sound ends.
  virtual std::size_t read(std::span<std::int16_t> out) = 0;
  /// Back to the beginning.
  virtual Result<void> rewind() = 0;
  /// As the file says; nullopt when it does not.
  [[nodiscard]] virtual std::optional<std::chrono::milliseconds> length() const = 0;
};

/// A name that stays in its folder and can be shown: valid UTF-8, 1 to 128 bytes, no slash, no control
/// character, not beginning with a dot.
bool is_sound_name(std::string_view name);

}  // namespace tessera::media
