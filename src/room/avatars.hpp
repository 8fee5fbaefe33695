#pragma once
// Pictures of people for when their camera is off, from a folder of the operator's.

#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "media/image.hpp"

namespace tessera::room {

/// Owned by the Room; lives on the control thread. `avatars/<name>.png` (or .jpg) beside the layouts is the
/// avatar of who joins under that name. Looked for again at each join, so a new file needs no restart.
class Avatars {
 public:
  explicit Avatars(std::string folder) : folder_(std::move(folder)) {}

  /// Null when there is none, or it cannot be shown (which is logged). No name leads out of the folder.
  std::shared_ptr<const media::Image> of(const std::string& name);

 private:
  struct Loaded {
    std::filesystem::file_time_type changed;
    std::shared_ptr<const media::Image> image;
  };
  std::string folder_;
  std::map<std::string, Loaded> loaded_;  ///< by path
};

}  // namespace tessera::room
