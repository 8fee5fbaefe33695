#pragma once
// The event loop of a control thread: post work to it from any thread, run timers on it.

#include <glib.h>

#include <chrono>
#include <functional>
#include <memory>
#include <utility>

namespace tessera {

/// A GSource that is removed when this goes. Movable; the default one is empty.
class SourceGuard {
 public:
  SourceGuard() = default;
  explicit SourceGuard(GSource* attached) : source_(attached) {}  ///< takes the reference
  SourceGuard(SourceGuard&& other) noexcept : source_(std::exchange(other.source_, nullptr)) {}
  SourceGuard& operator=(SourceGuard&& other) noexcept {
    if (this != &other) {
      reset();
      source_ = std::exchange(other.source_, nullptr);
    }
    return *this;
  }
  ~SourceGuard() { reset(); }
  void reset();
  explicit operator bool() const { return source_ != nullptr; }

 private:
  GSource* source_ = nullptr;
};

/// Wraps one GMainContext. Owned by main() (or a test); every other object keeps a reference and lives on
/// its thread. `post` and `quit` may be called from any thread; everything else from the loop's own.
class Loop {
 public:
  /// Uses the default main context, which libsoup and GLib's own sources use.
  Loop();
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  /// Runs `work` on the loop's thread, in the order posted. Never waits.
  void post(std::function<void()> work);
  /// Runs `work` once after `delay`, unless the guard is dropped first.
  [[nodiscard]] SourceGuard after(std::chrono::milliseconds delay, std::function<void()> work);
  /// Runs `work` every `period` until the guard is dropped.
  [[nodiscard]] SourceGuard every(std::chrono::milliseconds period, std::function<void()> work);
  /// Calls `work(condition)` whenever `fd` has one of `conditions` (G_IO_IN…), until the guard is dropped.
  [[nodiscard]] SourceGuard watch(int fd, GIOCondition conditions, std::function<void(GIOCondition)> work);
  /// Calls `work` for a UNIX signal (SIGINT, SIGTERM, SIGHUP).
  [[nodiscard]] SourceGuard on_signal(int number, std::function<void()> work);

  void run();  ///< until quit()
  void quit();
  /// Runs the loop until `done()` is true or `limit` has passed; returns done(). For tests and orderly ends.
  bool run_until(const std::function<bool()>& done, std::chrono::milliseconds limit);

  [[nodiscard]] GMainContext* context() const { return context_; }

 private:
  GMainContext* context_;
  GMainLoop* loop_;
};

}  // namespace tessera
