// Reads arguments and hands over.

#include <sys/prctl.h>

#include <CLI/CLI.hpp>
#include <cstdio>

#include "confine_options.hpp"
#include "gst/element.hpp"
#include "recording_cli.hpp"
#include "remix/remix_command.hpp"
#include "room/check_pipelines.hpp"
#include "room/preview_command.hpp"
#include "room/room_process.hpp"
#include "server/serve.hpp"

namespace {

constexpr int wrong_usage = 2;

// What stands on disk is taken from the file that runs, also when it has been replaced since (an update).
constexpr const char* this_executable = "/proc/self/exe";

void add_common(CLI::App& command, tessera::server::ServeOptions& options) {
  command.add_option("--config", options.config_file,
                     "Configuration file (default: tessera.json when there is one)");
  command.add_option("--recordings", options.recordings, "Folder of the recordings");
  command.add_option("--layouts", options.layouts, "Folder of the layouts");
  command.add_option("--pipelines", options.pipelines, "Folder of the GStreamer descriptions");
}

void add_serving(CLI::App& command, tessera::server::ServeOptions& options) {
  add_common(command, options);
  command.add_option("--listen", options.listen, "Address and port, as in 127.0.0.1:8080");
  command.add_option("--ice-address", options.ice_addresses, "Local IP address for media; may be repeated");
  command.add_option("--log-level", options.log_level, "debug, info, warn or error");
}

// A preview is of a file, or of a layout in the folder by its name.
int preview(const tessera::server::ServeOptions& options, tessera::room::PreviewOptions wanted,
            const tessera::ConfineOptions& confine) {
  namespace sandbox = tessera::sandbox;
  if (!wanted.source.empty()) {  // the server asks
    // GStreamer looks for new plugins in places that are out of reach afterwards, and starts a program for
    // that.
    tessera::gst::ensure_initialised();
    const auto policy =
        sandbox::preview_policy(wanted.images, sandbox::Surroundings::of_this_process(), confine.extra);
    const auto confined = confine.enter(policy);
    if (confined) return tessera::room::preview_command(wanted);
    std::fprintf(stderr, "tessera: %s\n", confined.error().message.c_str());
    return 1;
  }
  auto file = tessera::server::layout_file(options, wanted.file);
  if (file) {
    wanted.file = *file;
    return tessera::room::preview_command(wanted);
  }
  std::fprintf(stderr, "tessera: %s\n", file.error().message.c_str());
  return wrong_usage;
}

void add_preview(CLI::App& command, tessera::room::PreviewOptions& wanted) {
  command.add_option("layout", wanted.file, "A layout file, or the name of a layout in the folder");
  // How the server asks: it has the text, which may not be that of the file any more.
  command.add_option("--source", wanted.source, "The layout's JSON instead of a file")->group("");
  command.add_option("--images", wanted.images, "Folder of its images")->group("");
  command.add_option("-o,--output", wanted.output, "PNG file to write; - for standard output")->required();
  command.add_option("-n,--participants", wanted.crowd.participants, "How many people")
      ->capture_default_str();
  command.add_flag("--screen", wanted.crowd.screen, "Somebody shares a screen");
  command.add_option("--speaking", wanted.crowd.speaking, "Whose floor it is, from 1; 0: nobody's")
      ->capture_default_str();
  command.add_option("--pinned", wanted.crowd.pinned, "Who is pinned, from 1");
  command.add_flag("--portrait", wanted.crowd.portrait, "Every third camera is upright");
  command.add_option("--size", wanted.size, "Of the canvas, in pixels")->capture_default_str();
}

void add_mix(CLI::App& command, tessera::remix::RemixOptions& wanted) {
  command.add_option("recording", wanted.target, "A recording's id, or its folder")->required();
  command.add_option(
      "--layout", wanted.layout,
      "A layout of the folder by its name, or a layout file (default: those that the room had)");
  command.add_option("--size", wanted.size, "Of the picture, as in 1280x720 (default: as recorded)");
  command.add_option("--fps", wanted.framerate, "Pictures a second, 1 to 60 (default: as recorded)");
  command
      .add_option("--only", wanted.only, "Names or ids of the people that are wanted (default: everybody)")
      ->allow_extra_args(false);
  command.add_option("-o,--output", wanted.output,
                     "File to make: .mp4, .m4v, .mov, .mkv (H.264, AAC) or .webm (VP8, Opus)");
  command.add_flag("--force", wanted.force, "Replaces a file that is there");
  command.add_flag("--json", wanted.json, "Prints JSON lines instead of a progress bar");
}

int mix(const tessera::server::ServeOptions& options, const tessera::remix::RemixOptions& wanted) {
  const auto recordings = tessera::server::recordings_directory(options);
  const auto layouts = tessera::server::layouts_directory(options);
  if (recordings && layouts) return tessera::remix::remix_command(wanted, *recordings, *layouts);
  std::fprintf(stderr, "tessera: %s\n", (recordings ? layouts : recordings).error().message.c_str());
  return wrong_usage;
}

}  // namespace

int main(int argc, char** argv) {
  namespace server = tessera::server;
  CLI::App app("Tessera mixes, forwards and records WebRTC rooms.", "tessera");
  app.set_version_flag("--version", TESSERA_VERSION);
  app.require_subcommand(1);
  server::ServeOptions options;
  server::TokenOptions wanted;
  tessera::room::PreviewOptions wanted_preview;
  std::vector<std::string> files;
  int fd = -1;

  auto* serve = app.add_subcommand("serve", "Runs the server");
  add_serving(*serve, options);

  auto* check = app.add_subcommand("check", "Checks configuration, layouts and pipelines");
  add_serving(*check, options);

  auto* layout = app.add_subcommand("layout", "Lists, checks and previews layouts")->require_subcommand(1);
  auto* layout_list = layout->add_subcommand("list", "Layouts there are");
  add_common(*layout_list, options);
  auto* layout_check = layout->add_subcommand("check", "Checks layout files, or all of the folder");
  add_common(*layout_check, options);
  layout_check->add_option("files", files, "Layout files");
  auto* layout_preview = layout->add_subcommand("preview", "Draws a layout with people who are not there");
  add_common(*layout_preview, options);
  add_preview(*layout_preview, wanted_preview);
  tessera::ConfineOptions confine_preview;
  confine_preview.add_to(*layout_preview);

  tessera::RecordingCli recording(app);

  tessera::remix::RemixOptions wanted_mix;
  auto* recording_mix = app.get_subcommand("recording")
                            ->add_subcommand("mix", "Renders another composite from a recording's tracks");
  add_common(*recording_mix, options);
  add_mix(*recording_mix, wanted_mix);

  auto* token = app.add_subcommand("token", "Makes an access token");
  token->add_option("--config", options.config_file, "Configuration file with auth.key");
  token->add_option("--room", wanted.room, "Room, or * for every room")->required();
  token->add_option("--role", wanted.role, "viewer, speaker, operator or admin")->required();
  token->add_option("--ttl", wanted.ttl, "How long it is good for: 90s, 15m, 1h, 7d")->capture_default_str();
  token->add_option("--name", wanted.name, "Name that is shown");
  token->add_option("--subject", wanted.subject, "Who it is for (default: the name)");
  token->add_option("--kid", wanted.kid, "Which key of auth.keys signs it (default: auth.key)");
  token->add_option("--right", wanted.rights, "delete-recordings: may delete every recording of its rooms")
      ->allow_extra_args(false);
  token->add_option("--private-key", wanted.private_key_file, "PEM private key, for RS256");

  auto* room = app.add_subcommand("room", "A room process; started by serve")->group("");
  room->add_option("--fd", fd, "Socket to the server")->required();
  int black_box = -1;
  room->add_option("--black-box", black_box, "Memory shared with the server (see base/black_box.hpp)");

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& stop) {
    return app.exit(stop) == 0 ? 0 : wrong_usage;
  }

  if (room->parsed()) {
    prctl(PR_SET_NAME,
          "tessera-room");  // started as /proc/self/exe, it would be called "exe" in process lists
    return tessera::room::run_room_process(fd, black_box);
  }
  if (serve->parsed()) return server::serve(options, this_executable);
  if (check->parsed()) return server::check(options, tessera::room::check_pipelines);
  if (layout_list->parsed()) return server::layout_list(options);
  if (layout_check->parsed()) return server::layout_check(options, files);
  if (layout_preview->parsed() && wanted_preview.file.empty() && wanted_preview.source.empty()) {
    std::fputs("tessera: layout preview: which layout?\n", stderr);
    return wrong_usage;
  }
  if (layout_preview->parsed()) return preview(options, wanted_preview, confine_preview);
  if (recording_mix->parsed()) return mix(options, wanted_mix);
  if (const auto status = recording.run()) return *status;
  if (token->parsed()) return server::token(options, wanted);
  return wrong_usage;
}
