#pragma once
// The arguments of `tessera recording …`.

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include "confine_options.hpp"
#include "server/options.hpp"

namespace tessera {

class RecordingCli {
 public:
  /// Adds the subcommands. Lives as long as `app` parses.
  explicit RecordingCli(CLI::App& app);
  RecordingCli(const RecordingCli&) = delete;
  RecordingCli& operator=(const RecordingCli&) = delete;

  /// Runs what was asked for and gives the exit status; nothing when it was something else.
  std::optional<int> run();

 private:
  void add_places(CLI::App& command);
  int in_folder();

  int finish();

  server::ServeOptions options_;
  ConfineOptions confine_;
  std::vector<std::string> recordings_;
  std::string directory_, room_, output_;
  bool recovered_ = false, json_ = false, force_ = false;
  int fd_ = -1;
  CLI::App *list_, *verify_, *recover_, *export_, *finish_, *upload_;
};

}  // namespace tessera
