#include "room/avatars.hpp"

#include <algorithm>

#include "base/log.hpp"

namespace tessera::room {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t longest_name = 120;

bool names_a_file(const std::string& name) {
  return !name.empty() && name.size() <= longest_name && name.front() != '.' &&
         std::none_of(name.begin(), name.end(),
                      [](unsigned char c) { return c == '/' || c == '\\' || c < 0x20; });
}

}  // namespace

std::shared_ptr<const media::Image> Avatars::of(const std::string& name) {
  if (!names_a_file(name)) return nullptr;
  for (const char* ending : {".png", ".jpg", ".jpeg"}) {
    const std::string path = (fs::path(folder_) / (name + ending)).string();
    std::error_code failure;
    const auto changed = fs::last_write_time(path, failure);
    if (failure || !fs::is_regular_file(path, failure)) continue;
    Loaded& known = loaded_[path];
    if (known.changed == changed) return known.image;
    auto image = media::Image::load(path);
    if (!image) log::warn("avatar: {}", image.error().message);
    known = {changed, image ? std::move(*image) : nullptr};
    return known.image;
  }
  return nullptr;
}

}  // namespace tessera::room
