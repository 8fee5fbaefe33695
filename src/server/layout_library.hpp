#pragma once
// The layouts of the server, kept as their folder is: changed files are checked and taken while rooms are
// live.

#include <gio/gio.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/loop.hpp"
#include "config/layouts.hpp"

namespace tessera::server {

/// Owned by the Front, on the control thread. A bad file changes nothing but what is said about it.
class LayoutLibrary {
 public:
  struct Listener {
    std::function<void()> on_changed;  ///< other layouts, or files of their images
    std::function<void(const config::RefusedLayout& file)> on_refused;  ///< once for every new refusal
  };

  /// `needed`: the layout that never goes (room.layout). Watches from now on; when the folder cannot be
  /// watched it says so in the log and stays as it is.
  LayoutLibrary(Loop& loop, config::Layouts initial, std::string needed, Listener listener);
  ~LayoutLibrary();
  LayoutLibrary(const LayoutLibrary&) = delete;
  LayoutLibrary& operator=(const LayoutLibrary&) = delete;

  /// Always the same object, with other content after a change.
  [[nodiscard]] const config::Layouts& layouts() const { return layouts_; }
  [[nodiscard]] const std::vector<config::RefusedLayout>& refused() const { return refused_; }
  [[nodiscard]] std::uint64_t reloads() const { return reloads_; }
  [[nodiscard]] std::uint64_t refusals() const { return refusals_; }
  /// {layouts: [{name, title}], refused: [{file, reason}], changedAt}
  [[nodiscard]] Json describe() const;

 private:
  struct MonitorDeleter {
    void operator()(GFileMonitor* monitor) const {
      g_file_monitor_cancel(monitor);
      g_object_unref(monitor);
    }
  };
  void watch();
  void on_file_event(const std::string& name);
  void reload();

  Loop& loop_;
  config::Layouts layouts_;
  const std::string needed_;
  Listener listener_;
  std::vector<config::RefusedLayout> refused_;
  std::string changed_at_;
  std::uint64_t reloads_ = 0, refusals_ = 0;
  bool images_touched_ = false;
  SourceGuard pending_;
  std::unique_ptr<GFileMonitor, MonitorDeleter> monitor_;
};

}  // namespace tessera::server
