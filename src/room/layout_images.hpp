#pragma once
// The pictures that layouts name, loaded when first shown.

#include <map>
#include <memory>
#include <string>

#include "media/canvas.hpp"
#include "media/image.hpp"

namespace tessera::room {

/// Owned by the PictureDirector; lives on the control thread. A file that cannot be shown is logged once and
/// left out.
class LayoutImages {
 public:
  explicit LayoutImages(media::Canvas& canvas) : canvas_(canvas) {}

  /// The image, or null. `path`: where the file is.
  std::shared_ptr<const media::Image> image(const std::string& path);
  /// A tile that shows it, the same one each time; null when it cannot be shown.
  std::shared_ptr<media::Tile> tile(const std::string& path, std::uint32_t behind);
  /// Files may have changed: everything is loaded anew when next shown.
  void forget();

 private:
  media::Canvas& canvas_;
  std::map<std::string, std::shared_ptr<const media::Image>> images_;
  std::map<std::pair<std::string, std::uint32_t>, std::shared_ptr<media::Tile>> tiles_;
};

}  // namespace tessera::room
