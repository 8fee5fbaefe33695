#include "recording/export_place.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <vector>

#include "recording/format.hpp"
#include "recording/names.hpp"

namespace tessera::recording {
namespace {

namespace fs = std::filesystem;

/// Whether people who write this extension mean a medium, and not a folder with a dot in its name.
bool is_medium(const std::string& extension) {
  constexpr std::array others = {".mkv", ".mov", ".m4v", ".ogg", ".mp3", ".aac"};
  return std::find(others.begin(), others.end(), extension) != others.end() ||
         std::any_of(all_formats().begin(), all_formats().end(),
                     [&](const Format& format) { return format.extension == extension; });
}

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::toupper(c); });
  return text;
}

/// Everything under a name, deepest first; the name itself is the last.
std::vector<fs::path> all_of(const fs::path& path) {
  std::error_code failure;
  std::vector<fs::path> found;
  if (fs::exists(fs::symlink_status(path, failure))) found.push_back(path);
  auto item = fs::recursive_directory_iterator(path, failure);
  for (; !failure && item != fs::recursive_directory_iterator(); item.increment(failure))
    found.push_back(item->path());
  std::reverse(found.begin(), found.end());
  return found;
}

/// The names that the export uses.
std::vector<fs::path> names_of(const ExportPlace& place) {
  if (!place.is_file) return all_of(place.path);
  std::vector<fs::path> names;
  for (const char* ending : {"", ".part", ".sha256", ".sha256.tmp"})
    for (auto& name : all_of(place.path + ending)) names.push_back(std::move(name));
  return names;
}

}  // namespace

bool ExportPlace::taken() const {
  std::error_code ignored;
  return fs::exists(path, ignored) || (is_file && fs::exists(path + ".sha256", ignored));
}

Result<ExportPlace> export_place(const Entry& entry, const std::string& output) {
  if (!valid_room_name(entry.room))
    return error("bad-manifest", "{}: the manifest's room can not be the name of one", entry.directory);
  const auto extension = fs::path(output).extension().string();
  const auto& files = entry.manifest["files"].items();
  std::error_code ignored;
  if (!files.empty() && is_medium(extension) && !fs::is_directory(output, ignored)) {
    const auto own = fs::path(files.front().as_string()).extension().string();
    const bool of_ours = part_of_final(files.front().as_string()).has_value();
    if (own == extension && of_ours) return ExportPlace{output, output, true};
    if (own != extension)
      return error("bad-usage", "the recording is {}; name it {}, or name a folder",
                   upper(own.substr(std::min<std::size_t>(own.size(), 1))),
                   fs::path(output).replace_extension(own).string());
  }
  const std::string start =
      fs::path(entry.directory + "/.").lexically_normal().parent_path().filename().string();
  return ExportPlace{output, output + "/" + entry.room + "-" + start};
}

ExportCleanup::ExportCleanup(ExportPlace place) : place_(std::move(place)) {
  for (auto& name : names_of(place_)) before_.insert(std::move(name));
  std::error_code ignored;
  output_was_there_ = fs::exists(place_.output, ignored);
}

ExportCleanup::~ExportCleanup() {
  if (kept_) return;
  std::error_code ignored;  // a folder stays when something else is in it
  for (const auto& name : names_of(place_))
    if (!before_.contains(name)) fs::remove(name, ignored);
  if (!place_.is_file && !output_was_there_) fs::remove(place_.output, ignored);
}

}  // namespace tessera::recording
