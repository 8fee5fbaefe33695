#include "remix/remix_command.hpp"

#include <fmt/core.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <filesystem>

#include "base/descriptors.hpp"
#include "base/interruption.hpp"
#include "recording/files.hpp"
#include "recording/locate.hpp"
#include "remix/remix.hpp"

namespace tessera::remix {
namespace {

constexpr int niceness = 10;  ///< as the finisher's: rooms on the same machine come first

constexpr int failed = 1, wrong_usage = 2;
constexpr int least_framerate = 1, most_framerate = 60;

int complain(const Error& failure) {
  fmt::print(stderr, "tessera: {}\n", failure.message);
  const bool usage = failure.code == "bad-request" || failure.code == "unknown-recording" ||
                     failure.code == "bad-layout" || failure.code == "bad-json" ||
                     failure.code == "unknown-layout" || failure.code == "no-folder" ||
                     failure.code == "no-access";
  if (failure.code == "interrupted") return interrupted_status;
  return usage ? wrong_usage : failed;
}

Result<std::string> folder_of(const std::string& target, const std::string& recordings) {
  if (recording::is_real_directory(target)) return target;
  if (auto there = recording::check_folder(recordings); !there) return there.error();
  const auto entry =
      recording::Store(recordings, [](const Error& failure) { complain(failure); }).find(target);
  if (entry) return entry->directory;
  return error("unknown-recording", "\"{}\" is neither a folder nor a recording in {}", target.substr(0, 100),
               recordings);
}

Result<void> read_size(const std::string& text, RemixSpec& spec) {
  if (text.empty()) return {};
  const char* end = text.data() + text.size();
  const auto [cross, bad_width] = std::from_chars(text.data(), end, spec.width);
  if (bad_width == std::errc{} && cross != end && *cross == 'x') {
    const auto [last, bad_height] = std::from_chars(cross + 1, end, spec.height);
    if (bad_height == std::errc{} && last == end && spec.width > 0 && spec.height > 0) return {};
  }
  return error("bad-request", "--size: a width and a height such as 1280x720, not \"{}\"", text);
}

Result<void> read_layout(const std::string& wanted, const std::string& folder, RemixSpec& spec) {
  auto layouts = config::Layouts::load(folder);
  if (layouts) spec.layouts = std::move(*layouts);
  if (wanted.empty()) return {};
  if (const auto* known = spec.layouts.find(wanted)) {
    spec.layout = *known;
    spec.images = folder;
    return {};
  }
  if (!std::filesystem::exists(wanted))
    return error("unknown-layout", "--layout: \"{}\" is neither a layout in {} nor a file", wanted, folder);
  auto file = config::load_layout_file(wanted);
  if (!file) return file.error();
  spec.layout = std::move(*file);
  spec.images = std::filesystem::path(wanted).parent_path().string();
  return {};
}

/// On a terminal a bar that is drawn over itself; elsewhere nothing, or JSON lines.
class ProgressBar {
 public:
  explicit ProgressBar(bool json) : json_(json), terminal_(::isatty(STDERR_FILENO) != 0) {}
  void show(double fraction) {
    const int percent = static_cast<int>(fraction * 100);
    if (percent == shown_) return;
    shown_ = percent;
    if (json_) {
      fmt::print("{}\n", Json::object({{"progress", fraction}}).dump());
      std::fflush(stdout);
    } else if (terminal_) {
      constexpr int width = 40;
      const int filled = percent * width / 100;
      fmt::print(stderr, "\r[{:<{}}] {:3} %", std::string(static_cast<std::size_t>(filled), '#'), width,
                 percent);
      if (percent == 100) fmt::print(stderr, "\n");
    }
  }
  /// What is said next stands on a line of its own.
  void clear() const {
    if (!json_ && terminal_ && shown_ >= 0 && shown_ < 100) fmt::print(stderr, "\r\x1b[K");
  }

 private:
  bool json_, terminal_;
  int shown_ = -1;
};

}  // namespace

int remix_command(const RemixOptions& options, const std::string& recordings, const std::string& layouts) {
  auto folder = folder_of(options.target, recordings);
  if (!folder) return complain(folder.error());
  RemixSpec spec;
  spec.directory = std::move(*folder);
  if (options.framerate && (*options.framerate < least_framerate || *options.framerate > most_framerate))
    return complain(error("bad-request", "--fps: {} to {} pictures a second, not {}", least_framerate,
                          most_framerate, *options.framerate));
  spec.framerate = options.framerate.value_or(0);
  spec.only = {options.only.begin(), options.only.end()};
  if (auto read = read_size(options.size, spec); !read) return complain(read.error());
  if (auto read = read_layout(options.layout, layouts, spec); !read) return complain(read.error());
  const auto entry_name = std::filesystem::path(spec.directory).lexically_normal();
  const auto name = entry_name.has_filename() ? entry_name.filename() : entry_name.parent_path().filename();
  spec.output = options.output.empty() ? name.string() + "-mix.mp4" : options.output;
  if (std::filesystem::exists(spec.output) && !options.force)
    return complain(error("bad-request", "{} is there already; --force replaces it", spec.output));
  setpriority(PRIO_PROCESS, 0, std::max(niceness, getpriority(PRIO_PROCESS, 0)));
  raise_descriptor_limit();  // each track is two files
  ProgressBar bar(options.json);
  spec.progress = [&bar](double fraction) { bar.show(fraction); };
  const Interruption interruption;
  spec.go_on = [] { return !interrupted(); };
  const auto result = remix(spec);
  bar.clear();
  if (!result) return complain(result.error());
  for (const auto& damage : result->damage) fmt::print(stderr, "tessera: {}\n", damage);
  const double factor = result->took > 0 ? result->seconds / result->took : 0;
  if (options.json)
    fmt::print("{}\n", Json::object({{"file", spec.output},
                                     {"seconds", result->seconds},
                                     {"took", result->took},
                                     {"factor", factor},
                                     {"tracks", result->tracks}})
                           .dump());
  else
    fmt::print("{}: {:.1f} s from {} tracks in {:.1f} s, {:.1f} times real time\n", spec.output,
               result->seconds, result->tracks, result->took, factor);
  return result->damage.empty() ? 0 : 1;  // something is wrong with the recording, and so with its mix
}

}  // namespace tessera::remix
