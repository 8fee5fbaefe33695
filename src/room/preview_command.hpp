#pragma once
#include <string>

#include "media/preview.hpp"

namespace tessera::room {

struct PreviewOptions {
  std::string file;    ///< a layout file, or
  std::string source;  ///< a layout's JSON text
  std::string images;  ///< where the images of `source` are
  std::string output;  ///< "-": standard output
  std::string size = "1280x720";
  media::FakeCrowd crowd;
};

/// `tessera layout preview`: draws the layout into a PNG file. Returns the exit status.
int preview_command(const PreviewOptions& options);

}  // namespace tessera::room
