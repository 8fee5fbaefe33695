#include "config/paths.hpp"

#include <filesystem>

namespace tessera::config {
namespace fs = std::filesystem;

std::string executable_directory() {
  std::error_code failure;
  const fs::path executable = fs::read_symlink("/proc/self/exe", failure);
  return failure ? std::string() : executable.parent_path().string();
}

namespace {

std::string resolved(const std::string& directory, const std::string& name, const fs::path& executable_dir,
                     bool installed_too) {
  std::error_code failure;
  if (directory != name || fs::is_directory(name, failure) || executable_dir.empty()) return directory;
  const fs::path in_source = executable_dir / ".." / ".." / name;
  if (fs::is_directory(in_source, failure)) return fs::canonical(in_source, failure).string();
  const fs::path installed = executable_dir / ".." / "share" / "tessera" / name;
  if (installed_too && fs::is_directory(installed, failure))
    return fs::canonical(installed, failure).string();
  return directory;
}

}  // namespace

void resolve_default_directories(ServerConfig& config, const std::string& executable_dir) {
  config.paths.layouts = resolved(config.paths.layouts, "layouts", executable_dir, true);
  config.paths.pipelines = resolved(config.paths.pipelines, "pipelines", executable_dir, true);
  config.paths.announcements = resolved(config.paths.announcements, "announcements", executable_dir, true);
  config.recording.directory = resolved(config.recording.directory, "recordings", executable_dir, false);
}

}  // namespace tessera::config
