#pragma once
#include <optional>
#include <string>
#include <vector>

namespace tessera::remix {

/// As typed. What is empty takes what the recording had.
struct RemixOptions {
  std::string target;  ///< a recording's id, or its folder
  std::string layout;  ///< a layout's name in the folder, or a file
  std::string size;    ///< "1280x720"
  std::optional<int> framerate;
  std::string output;             ///< default: <id>-mix.mp4 here
  std::vector<std::string> only;  ///< names or ids of people
  bool force = false;             ///< replaces an output that is there
  bool json = false;              ///< prints {"progress"} lines and the result instead of a bar
};

/// `tessera recording mix`: 0 done, 1 failed, 2 wrong usage, 130 interrupted (nothing is left of it then).
int remix_command(const RemixOptions& options, const std::string& recordings, const std::string& layouts);

}  // namespace tessera::remix
