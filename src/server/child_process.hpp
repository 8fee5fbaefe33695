#pragma once
#include <sys/types.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace tessera::server {

struct ChildSpec {
  std::vector<std::string> command;  ///< path and arguments; no search in PATH
  int pass_fd = -1;  ///< becomes descriptor `pass_as` of the child; the caller closes its copy
  int pass_as = 3;
  int pass_fd_too = -1;  ///< becomes descriptor `pass_as` + 1; the caller closes its copy
  int niceness = 0;
  /// Variables of config::secret_variables() that this child needs. It inherits none of the others, and
  /// everything that is no secret.
  std::vector<std::string> secrets = {};
};

/// One child process, watched until it ends and always reaped, also when this object has gone before it.
/// Standard input is /dev/null; every other descriptor but 1, 2 and the passed one is closed. The child
/// ignores SIGINT: Ctrl-C reaches a terminal's whole process group, and how children end is the server's
/// business. Lives on the control thread (the default main context).
class ChildProcess {
 public:
  /// `on_exit` gets the status as waitpid() reports it, from the loop, unless this object has gone by then.
  /// Error "cannot-spawn", also for a program that is not there.
  static Result<std::unique_ptr<ChildProcess>> spawn(const ChildSpec& spec,
                                                     std::function<void(int status)> on_exit);
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  [[nodiscard]] pid_t pid() const;
  [[nodiscard]] bool running() const;
  /// Sends a signal while the child runs; its process id cannot have been taken by another until it is
  /// reaped.
  void signal(int number);

 private:
  struct State;
  explicit ChildProcess(std::shared_ptr<State> state) : state_(std::move(state)) {}
  std::shared_ptr<State> state_;  ///< shared with the child watch
};

/// "exit status 1", "signal 11 (Segmentation fault)".
std::string describe_exit(int status);

}  // namespace tessera::server
