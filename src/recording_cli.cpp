#include "recording_cli.hpp"

#include <cstdio>

#include "recording/commands.hpp"
#include "upload/commands.hpp"

namespace tessera {
namespace {

constexpr int wrong_usage = 2;

}  // namespace

RecordingCli::RecordingCli(CLI::App& app) {
  auto* recording = app.add_subcommand("recording", "Lists, checks, finishes, exports and uploads recordings")
                        ->require_subcommand(1);
  recording->footer(
      "A recording is named by its id, as `tessera recording list` shows it, or by the path of its folder.\n"
      "Exit status: 0 all well, 1 something is wrong with a recording or cannot be read, 2 wrong usage, no "
      "such\n"
      "recording or no such folder, 130 interrupted.\n"
      "Without --recordings, a folder that is not there yet is no mistake to `list` and `recover`: nothing "
      "was\n"
      "recorded. The others, and all of them with --recordings, end with 2.");

  list_ = recording->add_subcommand(
      "list", "Recordings there are, newest first; * marks those recovered after a crash");
  list_->footer(
      "interrupted: not finished, and nobody works on it. no manifest: media whose recording.json is missing "
      "or\n"
      "broken. For both: tessera recording recover");
  list_->add_option("--room", room_, "Only those of this room");
  verify_ = recording->add_subcommand(
      "verify", "Hashes recordings and reads them back; 1 when one is damaged, interrupted or failed");
  verify_->add_option("recording", recordings_, "Ids or folders (default: all)");
  recover_ = recording->add_subcommand("recover",
                                       "Finishes what a crash left behind; what is running is left alone");
  export_ = recording->add_subcommand("export", "Copies recordings elsewhere, with check sums and sidecars");
  export_->add_option("recording", recordings_, "Ids or folders")->required();
  export_
      ->add_option("-o,--output", output_,
                   "Folder to make <room>-<start>/ in, or a file name such as talk.mp4 for the medium alone")
      ->required();
  export_->add_flag("--force", force_, "Replaces what is there already");
  upload_ = recording->add_subcommand("upload", "Uploads recordings to the place in the configuration");
  upload_->add_option("recording", recordings_, "Ids (default: all that were not yet uploaded)");
  upload_->add_option("--fd", fd_, "Socket to the server")->group("");
  finish_ = recording->add_subcommand("finish", "Finishes one recording");
  finish_->add_option("directory", directory_, "Folder of the recording")->required();
  finish_->add_flag("--recovered", recovered_, "It was left behind by a crash");

  for (auto* command : {finish_, upload_}) confine_.add_to(*command);
  for (auto* command : {list_, verify_, recover_, export_, upload_}) add_places(*command);
  for (auto* command : {list_, verify_, recover_, export_, finish_})
    command->add_flag("--json", json_, "Prints JSON instead of text");
}

void RecordingCli::add_places(CLI::App& command) {
  command.add_option("--config", options_.config_file,
                     "Configuration file (default: tessera.json when there is one)");
  command.add_option("--recordings", options_.recordings, "Folder of the recordings");
}

std::optional<int> RecordingCli::run() {
  if (finish_->parsed()) return finish();
  if (upload_->parsed() && fd_ >= 0)
    return upload::upload_process(fd_, sandbox::mode_from(confine_.mode), confine_.extra);
  for (auto* command : {list_, verify_, recover_, export_, upload_})
    if (command->parsed()) return in_folder();
  return std::nullopt;
}

int RecordingCli::finish() {
  const auto policy =
      sandbox::finisher_policy(directory_, sandbox::Surroundings::of_this_process(), confine_.extra);
  if (auto confined = confine_.enter(policy); !confined) {
    std::fprintf(stderr, "tessera: %s\n", confined.error().message.c_str());
    return 1;
  }
  return recording::finish_command(directory_, recovered_, json_);
}

int RecordingCli::in_folder() {
  const auto config = server::configuration(options_);
  if (!config) {
    std::fprintf(stderr, "tessera: %s\n", config.error().message.c_str());
    return wrong_usage;
  }
  const std::string& folder = config->recording.directory;
  const bool may_be_missing = options_.recordings.empty();
  if (list_->parsed()) return recording::list_command(folder, room_, json_, may_be_missing);
  if (verify_->parsed()) return recording::verify_command(folder, recordings_, json_);
  if (recover_->parsed()) return recording::recover_command(folder, json_, may_be_missing);
  if (export_->parsed()) return recording::export_command(folder, recordings_, output_, force_, json_);
  return upload::upload_command(config->recording, recordings_);
}

}  // namespace tessera
