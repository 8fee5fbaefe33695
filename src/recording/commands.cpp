#include "recording/commands.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstdio>

#include "base/json.hpp"
#include "recording/finisher.hpp"
#include "recording/manifest.hpp"
#include "recording/recovery.hpp"
#include "recording/store.hpp"

namespace tessera::recording {
namespace {

/// Whoever reads may be a process that follows us live: each line goes out at once.
void print_line(const Json& line) {
  fmt::print("{}\n", line.dump());
  std::fflush(stdout);
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

}  // namespace

int finish_command(const std::string& directory, bool recovered) {
  Paced paced;
  const auto progress = [&](double fraction) {
    if (paced.due(fraction)) print_line(Json::object({{"progress", fraction}}));
  };
  const auto manifest =
      finish({.directory = directory, .recovered = recovered, .progress = progress, .go_on = {}});
  if (manifest) {
    print_line(*manifest);
    return 0;
  }
  Json failed = load_manifest(directory) ? load_manifest(directory).value() : Json::object();
  set_state(failed, "failed");
  set_error(failed, manifest.error());
  print_line(failed);
  return 1;
}

int list_command(const std::string& directory) {
  fmt::print("{:<35} {:<20} {:<10} {:<24} {:>9} {:>12}\n", "ID", "ROOM", "STATE", "STARTED", "SECONDS",
             "BYTES");
  for (const Json& manifest : Store(directory).list())
    fmt::print("{:<35} {:<20} {:<10} {:<24} {:>9.1f} {:>12}\n", manifest["id"].as_string(),
               manifest["room"].as_string(), manifest["state"].as_string(), manifest["startedAt"].as_string(),
               static_cast<double>(manifest["durationMs"].as_int()) / 1000, manifest["bytes"].as_int());
  return 0;
}

int recover_command(const std::string& directory) {
  Paced paced;
  std::string current;
  const auto manifests = recover(Store(directory), [&](const RecoveryProgress& progress) {
    if (progress.id != current) paced = {};
    current = progress.id;
    if (paced.due(progress.fraction))
      print_line(Json::object({{"id", progress.id}, {"progress", progress.fraction}}));
  });
  int given_up = 0;
  for (const Json& manifest : manifests) {
    print_line(manifest);
    if (manifest["state"].as_string() != "ready") ++given_up;
  }
  return given_up == 0 ? 0 : 1;
}

}  // namespace tessera::recording
