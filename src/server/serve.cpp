#include "server/serve.hpp"

#include <fmt/core.h>

#include <csignal>
#include <filesystem>

#include "base/descriptors.hpp"
#include "base/log.hpp"
#include "config/host_addresses.hpp"
#include "config/pipelines.hpp"
#include "recording/files.hpp"
#include "sandbox/enter.hpp"
#include "sandbox/own_secrets.hpp"
#include "server/front.hpp"
#include "server/options.hpp"

namespace tessera::server {
namespace {

// Rooms and finishers run elsewhere: they need the same folders whatever their working directory is.
std::string absolute(const std::string& path) {
  std::error_code failure;
  const auto whole = std::filesystem::absolute(path, failure);
  return failure ? path : whole.lexically_normal().string();
}

void announce(const Front& front, const config::ServerConfig& config) {
  fmt::print("Tessera is at {}\n", front.url());
  if (front.open_mode())
    fmt::print(
        "  open: no token key is set, so everybody on this machine may do everything, and nobody else gets "
        "in\n");
  else
    fmt::print("  closed: tokens are required; make one with  tessera token --room ROOM --role ROLE\n");
  fmt::print("  recordings go to {}\n", config.recording.directory);
  std::fflush(stdout);
}

/// A command for a process that confines itself (confine_options.hpp).
std::vector<std::string> confined(std::vector<std::string> command, const config::SandboxConfig& sandbox) {
  command.insert(command.end(), {"--confine", sandbox.mode});
  for (const auto& path : sandbox.readable) command.insert(command.end(), {"--may-read", path});
  for (const auto& path : sandbox.writable) command.insert(command.end(), {"--may-write", path});
  return command;
}

/// Tells what does not hold of the sandbox, and refuses to run without what is required. Before any thread.
Result<void> look_at_sandbox(const config::SandboxConfig& sandbox) {
  const auto mode = sandbox::mode_from(sandbox.mode);
  if (mode == sandbox::Mode::off) {
    log::warn("sandbox.mode is off: whoever takes over a room process has all rights of this server");
    return {};
  }
  const auto mechanisms = sandbox::probe();
  for (const auto& one : mechanisms)
    if (!one.in_force) log::warn("sandbox: {} is not in force: {}", one.name, one.detail);
  return sandbox::check_required(mechanisms, mode);
}

/// Rooms get groups of their own where the server was given one to divide.
std::shared_ptr<sandbox::CgroupTree> take_cgroup(const config::SandboxConfig& sandbox) {
  if (sandbox.mode == "off") return nullptr;
  auto tree = sandbox::CgroupTree::take_own();
  if (tree) return std::move(*tree);
  log::info("rooms share the server's limits of memory and threads: {}", tree.error().message);
  return nullptr;
}

}  // namespace

int serve(const ServeOptions& options, const std::string& executable) {
  auto config = configuration(options);
  if (!config) return wrong_configuration(config.error());
  if (auto valid = config->validate(); !valid) return wrong_configuration(valid.error());
  if (auto here = config::check_host_addresses(config->ice); !here) return wrong_configuration(here.error());
  log::configure(log::level_from(config->log.level), "serve");
  for (const auto& warning : config->warnings()) log::warn("{}", warning);
  // The keys are in the configuration now. What is read of this process by others shows none of them.
  sandbox::wipe_environment(config::secret_variables());
  if (auto sound = look_at_sandbox(config->sandbox); !sound) return wrong_configuration(sound.error());
  if (config->sandbox.mode != "off")
    if (auto hidden = sandbox::hide_memory(); !hidden) log::warn("{}", hidden.error().message);
  config->recording.directory = absolute(config->recording.directory);
  if (auto& copies = config->recording.upload.directory; !copies.empty()) {
    copies = absolute(copies);
    if (std::error_code failure; !std::filesystem::is_directory(copies, failure))
      log::warn(
          "recording.upload.directory: there is no folder {}; make it, or mount what it is in: nothing is "
          "copied there until then",
          copies);
  }
  config->paths.layouts = absolute(config->paths.layouts);
  config->paths.pipelines = absolute(config->paths.pipelines);
  config->paths.announcements = absolute(config->paths.announcements);
  auto layouts = config::Layouts::load(config->paths.layouts);
  if (!layouts) return wrong_configuration(layouts.error());
  if (!layouts->find(config->room.layout))
    return wrong_configuration(error("bad-config", "room.layout: there is no layout \"{}\" in {}",
                                     config->room.layout, config->paths.layouts));
  if (auto pipelines = config::Pipelines::load(config->paths.pipelines); !pipelines)
    return wrong_configuration(pipelines.error());

  // What the configuration names must be a folder. One that cannot be written now may be again (a disk that
  // went read-only): meetings go on without it, /readyz and the log say so.
  if (auto folder = recording::ensure_folder(config->recording.directory); !folder) {
    if (folder.error().code == "not-a-directory")
      return wrong_configuration(error("bad-config", "recording.directory: {}", folder.error().message));
    log::error("nothing can be recorded: {}", folder.error().message);
  }

  std::signal(SIGPIPE, SIG_IGN);
  raise_descriptor_limit();  // each room is a socket, each client another
  Loop loop;
  FrontSpec spec;
  spec.config = *config;
  spec.layouts = std::move(*layouts);
  spec.room_command = {executable, "room", "--fd", "3", "--black-box", "4"};
  spec.finish_command = confined({executable, "recording", "finish", "--json"}, config->sandbox);
  spec.upload_command = confined({executable, "recording", "upload", "--fd", "3"}, config->sandbox);
  spec.preview_command = confined({executable, "layout", "preview"}, config->sandbox);
  spec.cgroup = take_cgroup(config->sandbox);
  auto front = Front::create(loop, std::move(spec));
  if (!front) {
    fmt::print(stderr, "tessera: {}\n", front.error().message);
    return front.error().code == "bad-config" ? 2 : 1;
  }
  announce(**front, *config);

  // The second signal means it: at once.
  int signals = 0;
  const auto on_signal = [&] {
    if (++signals > 1) return loop.quit();
    (*front)->shut_down([&loop] { loop.quit(); });
  };
  const SourceGuard terminated = loop.on_signal(SIGTERM, on_signal);
  const SourceGuard interrupted = loop.on_signal(SIGINT, on_signal);
  loop.run();
  front->reset();
  return 0;
}

}  // namespace tessera::server
