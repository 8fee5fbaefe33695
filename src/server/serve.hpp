#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace tessera::server {

/// What the command line says over the file and the environment. Unset: leave it.
struct ServeOptions {
  std::optional<std::string> config_file;
  std::string listen;
  std::string recordings;
  std::string layouts;
  std::string pipelines;
  std::string log_level;
  std::vector<std::string> ice_addresses;
};

/// `tessera serve`: runs until SIGTERM or SIGINT. `executable` is what rooms and finishers are started with.
/// Returns the exit status: 0 done, 1 failed, 2 wrong configuration.
int serve(const ServeOptions& options, const std::string& executable);

/// Builds every pipeline of a directory; an error lists those that do not build, one a line.
using PipelineCheck = std::function<Result<void>(const std::string& directory)>;
/// `tessera check`: configuration, layouts and pipelines, each mistake with file, path and reason.
int check(const ServeOptions& options, const PipelineCheck& check_pipelines);

/// `tessera layout list` and `tessera layout check [FILE…]`.
int layout_list(const ServeOptions& options);
int layout_check(const ServeOptions& options, const std::vector<std::string>& files);
/// The file of a layout that is named by its path or, in the layouts' folder, by its name. Errors:
/// "bad-config" and its like, "unknown-layout".
Result<std::string> layout_file(const ServeOptions& options, const std::string& path_or_name);

/// The recordings' folder that the options mean, for `tessera recording …`. Error: "bad-config" and its like.
Result<std::string> recordings_directory(const ServeOptions& options);
/// The layouts' folder likewise.
Result<std::string> layouts_directory(const ServeOptions& options);

struct TokenOptions {
  std::string room, role, name, subject, ttl = "1h", private_key_file;
  std::string kid;                  ///< of auth.keys; empty: auth.key, else the list's first secret
  std::vector<std::string> rights;  ///< "delete-recordings"
};
/// `tessera token`: prints a token made with the configured key, or with a private key file (RS256), for the
/// configured issuer and audience.
int token(const ServeOptions& options, const TokenOptions& wanted);

}  // namespace tessera::server
