#include "room/layout_images.hpp"

#include "base/log.hpp"

namespace tessera::room {

std::shared_ptr<const media::Image> LayoutImages::image(const std::string& path) {
  const auto known = images_.find(path);
  if (known != images_.end()) return known->second;
  auto loaded = media::Image::load(path);
  if (!loaded) log::error("layout: {}", loaded.error().message);
  return images_[path] = loaded ? std::move(*loaded) : nullptr;
}

std::shared_ptr<media::Tile> LayoutImages::tile(const std::string& path, std::uint32_t behind) {
  auto& tile = tiles_[{path, behind}];
  if (!tile)
    if (const auto picture = image(path)) tile = canvas_.create_image_tile(*picture, behind);
  return tile;
}

void LayoutImages::forget() {
  images_.clear();
  tiles_.clear();
}

}  // namespace tessera::room
