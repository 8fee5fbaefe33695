#include "recording/commands.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstdio>

#include "base/json.hpp"
#include "base/progress_bar.hpp"
#include "recording/export.hpp"
#include "recording/finisher.hpp"
#include "recording/locate.hpp"
#include "recording/manifest.hpp"
#include "recording/printable.hpp"
#include "recording/recovery.hpp"
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

/// Those that are named, or all. An unknown one is complained about.
Result<std::vector<Entry>> chosen(const Store& store, const std::vector<std::string>& recordings) {
  if (recordings.empty()) return store.entries();
  std::vector<Entry> entries;
  for (const auto& recording : recordings) {
    auto entry = locate(store, recording);
    if (!entry) return entry.error();
    entries.push_back(std::move(*entry));
  }
  return entries;
}

}  // namespace

int finish_command(const std::string& directory, bool recovered, bool json) {
  Paced paced;
  ProgressBar bar("finishing");
  const auto progress = [&](double fraction) {
    if (!json) return bar.show(fraction);
    if (paced.due(fraction)) print_line(Json::object({{"progress", fraction}}));
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
    print_line(last);
  else if (manifest)
    fmt::print("{}\n", summary(last));
  else
    complain(manifest.error());
  if (!manifest && manifest.error().code == "unknown-recording") return wrong_usage;
  return manifest ? 0 : 1;
}

int list_command(const std::string& directory, const std::string& room, bool json) {
  const auto manifests = Store(directory).list(room.empty() ? std::optional<std::string>() : room);
  if (json) {
    Json all = Json::array();
    for (const Json& manifest : manifests) all.push(manifest);
    fmt::print("{}\n", all.dump(true));
  } else {
    fmt::print("{}", table_of(manifests));
  }
  return 0;
}

int recover_command(const std::string& directory, bool json) {
  Paced paced;
  std::string current;
  std::optional<ProgressBar> bar;
  const auto manifests = recover(Store(directory), [&](const RecoveryProgress& progress) {
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
  return given_up ? 1 : 0;
}

int verify_command(const std::string& directory, const std::vector<std::string>& recordings, bool json) {
  const auto entries = chosen(Store(directory), recordings);
  if (!entries) {
    complain(entries.error());
    return wrong_usage;
  }
  bool damaged = false;
  for (const Entry& entry : *entries) {
    ProgressBar bar(entry.id);
    const Json report = verify_recording(entry, [&](double done) { bar.show(done); });
    bar.clear();
    damaged = damaged || report["state"].as_string() == "damaged";
    if (json) {
      print_line(report);
      continue;
    }
    fmt::print("{}: {}\n", printable(entry.id.empty() ? entry.directory : entry.id),
               report["state"].as_string());
    for (const Json& file : report["files"].items())
      if (!file["ok"].as_bool())
        fmt::print("  {}: {}\n", printable(file["file"].as_string()),
                   printable(file["problem"].as_string(), 300));
  }
  return damaged ? 1 : 0;
}

int export_command(const std::string& directory, const std::vector<std::string>& recordings,
                   const std::string& output, bool json) {
  const auto entries = chosen(Store(directory), recordings);
  if (!entries) {
    complain(entries.error());
    return wrong_usage;
  }
  int status = 0;
  for (const Entry& entry : *entries) {
    ProgressBar bar(entry.id);
    const auto exported = export_recording(entry, output, [&](double done) { bar.show(done); });
    bar.clear();
    if (!exported) {
      complain({exported.error().code, printable(entry.id) + ": " + exported.error().message});
      status = std::max(status, exported.error().code == "bad-usage" ? wrong_usage : 1);
    } else if (json) {
      print_line(Json::object({{"id", entry.id},
                               {"path", exported->path},
                               {"files", exported->files},
                               {"bytes", exported->bytes}}));
    } else {
      fmt::print("{}: {} files, {} to {}\n", printable(entry.id), exported->files,
                 size_text(static_cast<std::int64_t>(exported->bytes)), exported->path);
    }
  }
  return status;
}

}  // namespace tessera::recording
