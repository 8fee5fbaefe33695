// The subcommands that need no server.

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/descriptors.hpp"
#include "config/host_addresses.hpp"
#include "config/layouts.hpp"
#include "config/pipelines.hpp"
#include "sandbox/cgroup.hpp"
#include "sandbox/enter.hpp"
#include "server/auth.hpp"
#include "server/connection_table.hpp"
#include "server/names.hpp"
#include "server/options.hpp"
#include "server/reach.hpp"

namespace tessera::server {
namespace {

// Prints what is wrong, or that nothing is. Returns whether it is sound.
bool report(const std::string& what, const Result<void>& result) {
  if (result)
    fmt::print("{}: ok\n", what);
  else
    fmt::print(stderr, "{}:\n{}\n", what, result.error().message);
  return result.ok();
}

// The soft limit of open files is raised as `tessera serve` does it.
bool report_connections(const config::ServerConfig& config) {
  const std::size_t soft = descriptor_limit();
  raise_descriptor_limit();
  const std::size_t limit = descriptor_limit();
  const std::size_t most = connection_budget(config.http.max_connections, limit, config.limits.max_rooms);
  const std::string what = fmt::format("{} open files{}, at most {} connections", limit,
                                       soft < limit ? fmt::format(" (raised from {})", soft) : "", most);
  if (most < limit) return report(what, {});
  return report(
      what, error("bad-config",
                  "http.maxConnections: {} connections do not fit into {} open files; raise LimitNOFILE (or "
                  "ulimit -n), or lower it",
                  most, limit));
}

Result<void> without_value(const auto& result) {
  if (result) return {};
  return result.error();
}

// What of the sandbox holds on this machine; tried before anything starts threads.
Result<void> report_sandbox(const config::SandboxConfig& config) {
  fmt::print("sandbox (mode {}):\n", config.mode);
  const auto line = [](const std::string& name, bool holds, const std::string& detail) {
    fmt::print("  {:<14} {:<12} {}\n", name, holds ? "in force" : "not in force", detail);
  };
  if (config.mode == "off") {
    line("everything", false, "sandbox.mode is off");
    return {};
  }
  const auto mechanisms = sandbox::probe();
  for (const auto& one : mechanisms) line(one.name, one.in_force, one.detail);
  const auto divided = sandbox::CgroupTree::check_own();
  line("cgroup", divided.ok(),
       divided ? "each room has its own memory.max and pids.max" : divided.error().message);
  return sandbox::check_required(mechanisms, sandbox::mode_from(config.mode));
}

}  // namespace

int check(const ServeOptions& options, const PipelineCheck& check_pipelines) {
  auto config = configuration(options);
  bool sound = report("configuration", config ? config->validate() : Result<void>(config.error()));
  if (!config) return 2;
  for (const auto& warning : config->warnings()) fmt::print(stderr, "configuration: warning: {}\n", warning);
  if (!config->auth.open()) sound &= report("token keys", without_value(Authenticator::create(config->auth)));
  if (auto held = report_sandbox(config->sandbox); !held) sound &= report("sandbox", held);
  auto layouts = config::Layouts::load(config->paths.layouts);
  Result<void> layouts_sound = without_value(layouts);
  if (layouts && !layouts->find(config->room.layout))
    layouts_sound = error("bad-config", "room.layout: there is no layout \"{}\" in {}", config->room.layout,
                          config->paths.layouts);
  sound &= report(fmt::format("layouts in {}", config->paths.layouts), layouts_sound);
  sound &= report_connections(*config);
  sound &= report("addresses of this machine", config::check_host_addresses(config->ice));
  fmt::print("to be open between clients and this machine:\n");
  for (const auto& line : needed_reach(*config)) fmt::print("  {}\n", line);
  auto pipelines = config::Pipelines::load(config->paths.pipelines);
  Result<void> built = without_value(pipelines);
  if (built && check_pipelines) built = check_pipelines(config->paths.pipelines);
  sound &= report(fmt::format("pipelines in {}", config->paths.pipelines), built);
  return sound ? 0 : 2;
}

int layout_list(const ServeOptions& options) {
  auto config = configuration(options);
  if (!config) return wrong_configuration(config.error());
  auto layouts = config::Layouts::load(config->paths.layouts);
  if (!layouts) return wrong_configuration(layouts.error());
  for (const auto& name : layouts->names()) fmt::print("{:<20} {}\n", name, layouts->find(name)->title);
  return 0;
}

int layout_check(const ServeOptions& options, const std::vector<std::string>& files) {
  if (files.empty()) {
    auto config = configuration(options);
    if (!config) return wrong_configuration(config.error());
    const auto layouts = config::Layouts::load(config->paths.layouts);
    return report(fmt::format("layouts in {}", config->paths.layouts), without_value(layouts)) ? 0 : 2;
  }
  bool sound = true;
  for (const auto& file : files) sound &= report(file, without_value(config::load_layout_file(file)));
  return sound ? 0 : 2;
}

Result<std::string> layout_file(const ServeOptions& options, const std::string& path_or_name) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  if (path_or_name.find('/') != std::string::npos || path_or_name.ends_with(".json") ||
      fs::is_regular_file(path_or_name, ignored))
    return path_or_name;
  auto config = configuration(options);
  if (!config) return config.error();
  const fs::path file = fs::path(config->paths.layouts) / (path_or_name + ".json");
  if (!fs::is_regular_file(file, ignored))
    return error("unknown-layout", "there is no layout \"{}\": {} is not a file", path_or_name,
                 file.string());
  return file.string();
}

Result<std::string> recordings_directory(const ServeOptions& options) {
  auto config = configuration(options);
  if (!config) return config.error();
  return config->recording.directory;
}

Result<std::string> layouts_directory(const ServeOptions& options) {
  auto config = configuration(options);
  if (!config) return config.error();
  return config->paths.layouts;
}

int token(const ServeOptions& options, const TokenOptions& wanted) {
  auto config = configuration(options);
  if (!config) return wrong_configuration(config.error());
  const auto role = role_from(wanted.role);
  if (!role)
    return wrong_configuration(
        error("bad-usage", "--role: viewer, speaker, operator or admin, not \"{}\"", wanted.role));
  if (wanted.room != "*" && !is_room_name(wanted.room))
    return wrong_configuration(
        error("bad-usage", "--room: 1 to 64 of the characters A-Z a-z 0-9 _ -, or \"*\""));
  if (!is_display_name(wanted.name))
    return wrong_configuration(error("bad-usage", "--name: at most 64 characters"));
  const auto lifetime = parse_duration(wanted.ttl);
  if (!lifetime)
    return wrong_configuration(
        error("bad-usage", "--ttl: a time such as 90s, 15m, 1h or 7d, not \"{}\"", wanted.ttl));

  for (const auto& right : wanted.rights)
    if (right != right_to_delete_recordings)
      return wrong_configuration(
          error("bad-usage", "--right: \"{}\" is unknown; there is {}", right, right_to_delete_recordings));
  const auto& keys = config->auth.keys;
  const auto listed = std::find_if(keys.begin(), keys.end(),
                                   [&](const config::AuthKey& one) { return one.kid == wanted.kid; });
  const bool rsa = !wanted.private_key_file.empty();
  std::string key = config->auth.key, kid = wanted.kid;
  if (!kid.empty()) {
    if (listed == keys.end())
      return wrong_configuration(error("bad-usage", "--kid: auth.keys holds no key named \"{}\"", kid));
    if (listed->key.empty() != rsa)
      return wrong_configuration(
          error("bad-usage", "--kid {}: {}", kid,
                rsa ? "is a secret (HS256), which --private-key cannot replace"
                    : "is a public key (RS256): give --private-key FILE, the key that belongs to it"));
    key = listed->key;
  } else if (!rsa && key.empty()) {
    // The first secret of the list: where a new key goes once every server knows it.
    const auto first =
        std::find_if(keys.begin(), keys.end(), [](const config::AuthKey& one) { return !one.key.empty(); });
    if (first != keys.end()) key = first->key, kid = first->kid;
  }
  if (rsa) {
    std::ifstream file(wanted.private_key_file);
    std::stringstream text;
    text << file.rdbuf();
    key = text.str();
    if (!file)
      return wrong_configuration(
          error("bad-usage", "--private-key: {} cannot be read", wanted.private_key_file));
  }
  if (key.empty())
    return wrong_configuration(
        error("bad-config",
              "no key to sign with: set auth.key in the configuration or TESSERA_AUTH_KEY, or "
              "give --private-key FILE (an open server needs no tokens)"));
  TokenClaims claims{wanted.subject.empty() ? wanted.name : wanted.subject, wanted.room, *role, wanted.name,
                     *lifetime};
  claims.kid = kid;
  claims.issuer = config->auth.issuer;
  claims.audience = config->auth.audience;
  claims.rights = wanted.rights;
  auto made = make_token(claims, key, rsa);
  if (!made) {
    fmt::print(stderr, "tessera: {}\n", made.error().message);
    return 1;
  }
  fmt::print("{}\n", *made);
  return 0;
}

}  // namespace tessera::server
