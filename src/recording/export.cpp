#include "recording/export.hpp"

#include <algorithm>
#include <filesystem>
#include <vector>

#include "recording/beneath.hpp"
#include "recording/copy.hpp"
#include "recording/files.hpp"
#include "recording/names.hpp"
#include "recording/noted_files.hpp"

namespace tessera::recording {
namespace {

namespace fs = std::filesystem;

/// What there is to be exported; everything that makes the recording is among it.
Result<std::vector<std::string>> files_of(const Entry& entry) {
  if (!entry.manifest["local"].as_bool(true))
    return error("away", "its media were uploaded to {} and deleted here; fetch it from there",
                 entry.manifest["upload"]["url"].as_string("another place"));
  auto names = files_beneath(entry.directory);
  if (!names) return names;
  if (auto whole = check_whole(entry.directory, noted_files(entry.manifest), *names); !whole)
    return whole.error();
  std::erase_if(*names, is_working_file);
  return names;
}

class Exporting {
 public:
  Exporting(const Entry& entry, const std::function<void(double)>& progress)
      : entry_(entry), noted_(noted_files(entry.manifest)), progress_(progress) {}

  Result<Exported> to_folder(const std::string& folder, const std::vector<std::string>& names) {
    for (const auto& name : names) total_ += size_of(name);
    std::string sums;
    for (const auto& name : names) {
      std::error_code failure;
      fs::create_directories(fs::path(folder + "/" + name).parent_path(), failure);
      if (failure) return error("cannot-write", "cannot make {}: {}", folder, failure.message());
      const auto sum = copy(name, folder + "/" + name);
      if (!sum) return sum.error();
      sums += fmt::format("{}  {}\n", *sum, name);
    }
    if (auto written = write_atomically(folder + "/SHA256SUMS", sums); !written) return written.error();
    done_.path = folder;
    return done_;
  }

  Result<Exported> to_file(const std::string& name, const std::string& path) {
    total_ = size_of(name);
    const auto sum = copy(name, path);
    if (!sum) return sum.error();
    const std::string line = fmt::format("{}  {}\n", *sum, fs::path(path).filename().string());
    if (auto written = write_atomically(path + ".sha256", line); !written) return written.error();
    done_.path = path;
    return done_;
  }

 private:
  [[nodiscard]] std::uint64_t size_of(const std::string& name) const {
    return regular_file_size(entry_.directory + "/" + name).value_or(0);
  }
  Result<std::string> copy(const std::string& name, const std::string& to) {
    const auto source = Source::of_file(entry_.directory + "/" + name);
    if (!source) return source.error();
    const auto report = [&](double done) {
      const double so_far = static_cast<double>(done_.bytes) + done * static_cast<double>(source->size());
      if (progress_ && total_ > 0) progress_(so_far / static_cast<double>(total_));
    };
    auto sum = sha256_of(entry_.directory + "/" + name);
    if (!sum) return sum.error();
    for (const NotedFile& noted : noted_)
      if (noted.file == name && !noted.sha256.empty() && noted.sha256 != *sum &&
          noted.kind != NotedFile::Kind::sidecar)
        return error(
            "verify-failed",
            "{}/{} is not any more what was recorded; take it from a copy, see `tessera recording verify`",
            entry_.directory, name);
    if (auto copied = copy_verified(*source, to, *sum, report); !copied) return copied.error();
    ++done_.files;
    done_.bytes += source->size();
    return std::move(*sum);
  }

  const Entry& entry_;
  const std::vector<NotedFile> noted_;
  const std::function<void(double)>& progress_;
  std::uint64_t total_ = 0;
  Exported done_;
};

}  // namespace

Result<Exported> export_recording(const Entry& entry, const ExportPlace& place,
                                  const std::function<void(double)>& progress) {
  if (entry.manifest["state"].as_string() != "ready")
    return error("not-ready", "the recording is {}, not ready",
                 entry.manifest["state"].as_string("unfinished"));
  const auto names = files_of(entry);
  if (!names) return names.error();
  Exporting exporting(entry, progress);
  if (!place.is_file) return exporting.to_folder(place.path, *names);
  const auto& files = entry.manifest["files"].items();
  if (files.size() > 1)
    return error("bad-usage", "the recording has {} parts: name a folder, not a file", files.size());
  return exporting.to_file(files.front().as_string(), place.path);
}

}  // namespace tessera::recording
