#include "recording/commands.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <set>
#include <system_error>

#include "base/interruption.hpp"
#include "base/json.hpp"
#include "base/log.hpp"
#include "base/progress_bar.hpp"
#include "recording/export.hpp"
#include "recording/files.hpp"
#include "recording/finisher.hpp"
#include "recording/locate.hpp"
#include "recording/manifest.hpp"
#include "recording/printable.hpp"
#include "recording/recovery.hpp"
#include "recording/standing.hpp"
#include "recording/table.hpp"
#include "recording/verification.hpp"

namespace tessera::recording {
namespace {

constexpr int wrong_usage = 2;

/// Whoever reads may be a process that follows us live: each line goes out at once.
void print_line(const Json& line) {
  fmt::print("{}\n", line.dump());
  std::fflush(stdout);
}

void complain(const Error& failure) {
  fmt::print(stderr, "tessera: {}\n", failure.message);
}

/// Lets through whole per cents only.
class Paced {
 public:
  bool due(double fraction) {
    const int percent = static_cast<int>(std::floor(fraction * 100));
    return percent > std::exchange(last_, std::max(percent, last_));
  }

 private:
  int last_ = -1;
};

/// "20261121T…-k3vQ…: ready, 61.2 s, 12.3 MB, recording.mp4"
std::string summary(const Json& manifest) {
  const std::string state = manifest["state"].as_string();
  std::string text = fmt::format("{}: {}", printable(manifest["id"].as_string()), state);
  if (state != "ready") return text + ": " + manifest["error"]["message"].as_string("nobody knows why");
  if (manifest["recovered"].as_bool()) text += ", recovered";
  text += fmt::format(", {:.1f} s, {}", manifest["durationMs"].as_double() / 1000,
                      size_text(manifest["bytes"].as_int()));
  for (const Json& file : manifest["files"].items()) text += ", " + file.as_string();
  return text;
}

/// The folder of recordings. What cannot be read in it is complained about, once each, and is no reason to
/// leave the others alone.
class Library {
 public:
  explicit Library(const std::string& directory)
      : store_(directory, [this](const Error& failure) {
          if (said_.insert(failure.message).second) complain(failure);
        }) {}
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;
  [[nodiscard]] const Store& store() const { return store_; }
  [[nodiscard]] int status(int otherwise) const { return said_.empty() ? otherwise : std::max(otherwise, 1); }

 private:
  std::set<std::string> said_;
  Store store_;
};

/// Whether there is such a folder; where there need not be one yet, its absence is only told.
std::optional<int> without_folder(const std::string& directory, bool may_be_missing) {
  const auto there = check_folder(directory);
  if (there) return {};
  complain(there.error());
  return may_be_missing && there.error().code == "no-folder" && !std::filesystem::exists(directory)
             ? 0
             : wrong_usage;
}

/// Those that are named, or all. An unknown one is complained about.
Result<std::vector<Entry>> chosen(const Store& store, const std::vector<std::string>& recordings) {
  const bool by_path = !recordings.empty() && std::all_of(recordings.begin(), recordings.end(),
                                                          [](const auto& r) { return is_real_directory(r); });
  if (!by_path)
    if (auto there = check_folder(store.directory()); !there) return there.error();
  if (recordings.empty()) return store.entries();
  std::vector<Entry> entries;
  for (const auto& recording : recordings) {
    auto entry = locate(store, recording);
    if (!entry) return entry.error();
    entries.push_back(std::move(*entry));
  }
  return entries;
}

void print_report(const Entry& entry, const Json& report) {
  std::string line = printable(shown_name(entry)) + ": " + report["state"].as_string();
  if (report.has("problem")) line += ": " + printable(report["problem"].as_string(), 300);
  fmt::print("{}\n", line);
  for (const Json& file : report["files"].items())
    if (!file["ok"].as_bool())
      fmt::print("  {}: {}\n", printable(file["file"].as_string()),
                 printable(file["problem"].as_string(), 300));
}

/// Where each goes; nothing is begun when one of them cannot be exported as it was asked for.
Result<std::vector<ExportPlace>> places_for(const std::vector<Entry>& entries, const std::string& output,
                                            bool force) {
  std::vector<ExportPlace> places;
  for (const Entry& entry : entries) {
    auto place = export_place(entry, output);
    if (!place) return error("bad-usage", "{}: {}", printable(shown_name(entry)), place.error().message);
    if (place->is_file && entries.size() > 1)
      return error("bad-usage", "{} recordings go into a folder, not into one file; name a folder",
                   entries.size());
    if (!force && place->taken())
      return error("bad-usage", "{} is there already; --force replaces it", place->path);
    places.push_back(std::move(*place));
  }
  return places;
}

}  // namespace

int finish_command(const std::string& directory, bool recovered, bool json) {
  Paced paced;
  ProgressBar bar("finishing");
  // Who started it may be gone: its work is not theirs alone.
  if (json) std::signal(SIGPIPE, SIG_IGN);
  const auto tell = [](const Json& line) {
    try {
      print_line(line);
    } catch (const std::system_error& nobody) {
      log::debug("nobody reads: {}", nobody.what());
    }
  };
  const auto progress = [&](double fraction) {
    if (!json) return bar.show(fraction);
    if (paced.due(fraction)) tell(Json::object({{"progress", fraction}}));
  };
  auto manifest = finish({.directory = directory, .recovered = recovered, .progress = progress, .go_on = {}});
  bar.clear();
  Json last = manifest                   ? *manifest
              : load_manifest(directory) ? load_manifest(directory).value()
                                         : Json::object();
  if (!manifest) {
    set_state(last, "failed");
    set_error(last, manifest.error());
  }
  if (json)
    tell(last);
  else if (manifest)
    fmt::print("{}\n", summary(last));
  else
    complain(manifest.error());
  if (!manifest && manifest.error().code == "unknown-recording") return wrong_usage;
  return manifest ? 0 : 1;
}

int list_command(const std::string& directory, const std::string& room, bool json, bool may_be_missing) {
  if (const auto status = without_folder(directory, may_be_missing)) {
    if (json && *status == 0) fmt::print("{}\n", Json::array().dump(true));
    return *status;
  }
  Library library(directory);
  std::vector<Json> manifests;
  for (Entry& entry : library.store().entries(room.empty() ? std::optional<std::string>() : room))
    manifests.push_back(listed(entry));
  if (json) {
    Json all = Json::array();
    for (Json& manifest : manifests) all.push(std::move(manifest));
    fmt::print("{}\n", all.dump(true));
  } else {
    fmt::print("{}", table_of(manifests));
  }
  return library.status(0);
}

int recover_command(const std::string& directory, bool json, bool may_be_missing) {
  if (const auto status = without_folder(directory, may_be_missing)) return *status;
  Library library(directory);
  Paced paced;
  std::string current;
  std::optional<ProgressBar> bar;
  const auto manifests = recover(library.store(), [&](const RecoveryProgress& progress) {
    if (progress.id != current || (!json && !bar)) {
      paced = {};
      bar.emplace(progress.id);
    }
    current = progress.id;
    if (!json) return bar->show(progress.fraction);
    if (paced.due(progress.fraction))
      print_line(Json::object({{"id", progress.id}, {"progress", progress.fraction}}));
  });
  bar.reset();
  bool given_up = false;
  for (const Json& manifest : manifests) {
    if (json)
      print_line(manifest);
    else
      fmt::print("{}\n", summary(manifest));
    given_up = given_up || manifest["state"].as_string() != "ready";
  }
  if (manifests.empty() && !json) fmt::print("nothing to recover in {}\n", directory);
  if (const std::size_t busy = library.store().survey().held.size(); busy > 0)
    fmt::print(json ? stderr : stdout, "{} {} being recorded or finished by others; left alone\n", busy,
               busy == 1 ? "recording is" : "recordings are");
  return library.status(given_up ? 1 : 0);
}

int verify_command(const std::string& directory, const std::vector<std::string>& recordings, bool json) {
  Library library(directory);
  auto entries = chosen(library.store(), recordings);
  if (!entries) {
    complain(entries.error());
    return wrong_usage;
  }
  bool well = true;
  for (Entry& entry : *entries) {
    ProgressBar bar(entry.id);
    Json report = verify_recording(entry, [&](double done) { bar.show(done); });
    bar.clear();
    const std::string state = report["state"].as_string();
    well = state != "damaged" && (state != "unfinished" || explain(entry, report)) && well;
    if (json)
      print_line(report);
    else
      print_report(entry, report);
  }
  return library.status(well ? 0 : 1);
}

int export_command(const std::string& directory, const std::vector<std::string>& recordings,
                   const std::string& output, bool force, bool json) {
  Library library(directory);
  const auto entries = chosen(library.store(), recordings);
  if (!entries) {
    complain(entries.error());
    return wrong_usage;
  }
  const auto places = places_for(*entries, output, force);
  if (!places) {
    complain(places.error());
    return wrong_usage;
  }
  const Interruption interruption;
  int status = 0;
  for (std::size_t i = 0; i < entries->size(); ++i) {
    const Entry& entry = (*entries)[i];
    const ExportPlace& place = (*places)[i];
    ExportCleanup cleanup(place);
    ProgressBar bar(entry.id);
    const auto exported = interrupted()
                              ? Result<Exported>(error("interrupted", "interrupted"))
                              : export_recording(entry, place, [&](double done) { bar.show(done); });
    bar.clear();
    if (!exported) {
      complain({exported.error().code, printable(shown_name(entry)) + ": " + exported.error().message});
      if (exported.error().code == "interrupted") return interrupted_status;
      status = std::max(status, exported.error().code == "bad-usage" ? wrong_usage : 1);
      continue;
    }
    cleanup.keep();
    if (json)
      print_line(Json::object({{"id", entry.id},
                               {"path", exported->path},
                               {"files", exported->files},
                               {"bytes", exported->bytes}}));
    else
      fmt::print("{}: {} files, {} to {}\n", printable(shown_name(entry)), exported->files,
                 size_text(static_cast<std::int64_t>(exported->bytes)), exported->path);
  }
  return library.status(status);
}

}  // namespace tessera::recording
