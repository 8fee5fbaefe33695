#include "server/layout_library.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "server/live_room.hpp"

namespace tessera::server {
namespace {

/// Editors and copies write a file in several steps: it is read when it has been quiet for so long.
constexpr std::chrono::milliseconds quiet{150};

}  // namespace

LayoutLibrary::LayoutLibrary(Loop& loop, config::Layouts initial, std::string needed, Listener listener)
    : loop_(loop),
      layouts_(std::move(initial)),
      needed_(std::move(needed)),
      listener_(std::move(listener)),
      changed_at_(utc_now()) {
  if (layouts_.size() > 0) watch();
}

LayoutLibrary::~LayoutLibrary() = default;

void LayoutLibrary::watch() {
  GFile* folder = g_file_new_for_path(layouts_.directory().c_str());
  GError* problem = nullptr;
  monitor_.reset(g_file_monitor_directory(folder, G_FILE_MONITOR_WATCH_MOVES, nullptr, &problem));
  g_object_unref(folder);
  if (!monitor_) {
    log::warn("changes of the layouts in {} will not be seen: {}", layouts_.directory(), problem->message);
    g_error_free(problem);
    return;
  }
  const auto changed = +[](GFileMonitor*, GFile* file, GFile* other, GFileMonitorEvent, gpointer self) {
    for (GFile* one : {file, other}) {
      if (!one) continue;
      char* name = g_file_get_basename(one);
      static_cast<LayoutLibrary*>(self)->on_file_event(name);
      g_free(name);
    }
  };
  g_signal_connect(monitor_.get(), "changed", G_CALLBACK(changed), this);
}

void LayoutLibrary::on_file_event(const std::string& name) {
  if (!name.ends_with(".json")) images_touched_ = true;
  pending_ = loop_.after(quiet, [this] { loop_.post([this] { reload(); }); });
}

void LayoutLibrary::reload() {
  std::vector<config::RefusedLayout> refused;
  auto next = layouts_.reload(needed_, refused);
  for (const auto& one : refused) {
    if (std::find(refused_.begin(), refused_.end(), one) != refused_.end()) continue;
    ++refusals_;
    log::error("a layout file is refused, and what was there stays:\n{}", one.reason);
    if (listener_.on_refused) listener_.on_refused(one);
  }
  refused_ = std::move(refused);
  const bool images = std::exchange(images_touched_, false);
  if (next == layouts_ && !images) return;
  layouts_ = std::move(next);
  ++reloads_;
  changed_at_ = utc_now();
  log::info("layouts: {} of them now", layouts_.size());
  if (listener_.on_changed) listener_.on_changed();
}

Json LayoutLibrary::describe() const {
  Json refused = Json::array();
  for (const auto& one : refused_) refused.push(Json::object({{"file", one.file}, {"reason", one.reason}}));
  return Json::object({{"layouts", layouts_.titles()}, {"refused", refused}, {"changedAt", changed_at_}});
}

}  // namespace tessera::server
