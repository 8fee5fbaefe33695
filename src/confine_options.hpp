#pragma once
// How `tessera serve` asks the processes it starts to confine themselves (server/serve.cpp writes these
// options).

#include <CLI/CLI.hpp>
#include <string>

#include "sandbox/enter.hpp"

namespace tessera {

struct ConfineOptions {
  std::string mode = "off";  ///< what a person starts runs with that person's rights
  sandbox::Extra extra;

  void add_to(CLI::App& command) {
    command.add_option("--confine", mode, "auto, required or off")->group("");
    command.add_option("--may-read", extra.readable)->group("")->allow_extra_args(false);
    command.add_option("--may-write", extra.writable)->group("")->allow_extra_args(false);
  }
  /// Error "sandbox".
  [[nodiscard]] Result<void> enter(const sandbox::Policy& policy) const {
    return sandbox::enter(policy, sandbox::mode_from(mode));
  }
};

}  // namespace tessera
