#include "media/own_sounds.hpp"

#include <fmt/ranges.h>
#include <gio/gio.h>

#include <algorithm>

#include "audio/chime.hpp"
#include "audio/format.hpp"

extern "C" GResource* tessera_sounds_get_resource();

namespace tessera::media {
namespace {

/// Samples that are there already.
class MadeSound final : public SoundReader {
 public:
  explicit MadeSound(std::vector<std::int16_t> samples) : samples_(std::move(samples)) {}
  std::size_t read(std::span<std::int16_t> out) override {
    const std::size_t count = std::min(out.size(), samples_.size() - at_);
    std::copy_n(samples_.begin() + static_cast<std::ptrdiff_t>(at_), count, out.begin());
    at_ += count;
    return count;
  }
  Result<void> rewind() override {
    at_ = 0;
    return {};
  }
  [[nodiscard]] std::optional<std::chrono::milliseconds> length() const override {
    return std::chrono::milliseconds(samples_.size() * 1000 / audio::sample_rate);
  }

 private:
  std::vector<std::int16_t> samples_;
  std::size_t at_ = 0;
};

}  // namespace

const std::vector<std::string>& own_sounds() {
  static const std::vector<std::string> names = {"recording", "join", "leave"};
  return names;
}

Result<std::unique_ptr<SoundReader>> open_own_sound(std::string_view name) {
  if (name == "join" || name == "leave")
    return std::unique_ptr<SoundReader>(
        std::make_unique<MadeSound>(audio::chime(name == "join" ? audio::Chime::join : audio::Chime::leave)));
  if (name == "recording") {
    const std::string path = fmt::format("/tessera/sounds/{}.opus", name);
    // Static data of the program: the bytes stay when the reference to them goes.
    GBytes* bytes = g_resource_lookup_data(tessera_sounds_get_resource(), path.c_str(),
                                           G_RESOURCE_LOOKUP_FLAGS_NONE, nullptr);
    if (bytes) {
      gsize size = 0;
      const auto* data = static_cast<const std::uint8_t*>(g_bytes_get_data(bytes, &size));
      g_bytes_unref(bytes);
      return SoundReader::open_bytes({data, size}, std::string(name));
    }
  }
  return error("unknown-sound", "there is no built-in sound \"{}\"; there are {}", name,
               fmt::join(own_sounds(), ", "));
}

}  // namespace tessera::media
