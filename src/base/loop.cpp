#include "base/loop.hpp"

#include <glib-unix.h>

namespace tessera {
namespace {

using Work = std::function<void()>;

gboolean run_once(gpointer data) {
  (*static_cast<Work*>(data))();
  return G_SOURCE_REMOVE;
}

gboolean run_again(gpointer data) {
  (*static_cast<Work*>(data))();
  return G_SOURCE_CONTINUE;
}

gboolean run_on_fd(gint, GIOCondition condition, gpointer data) {
  (*static_cast<std::function<void(GIOCondition)>*>(data))(condition);
  return G_SOURCE_CONTINUE;
}

template <typename T>
void destroy(gpointer data) {
  delete static_cast<T*>(data);
}

SourceGuard attach(GMainContext* context, GSource* source, GSourceFunc callback, Work work) {
  g_source_set_callback(source, callback, new Work(std::move(work)), destroy<Work>);
  g_source_attach(source, context);
  return SourceGuard(source);
}

}  // namespace

void SourceGuard::reset() {
  if (!source_) return;
  g_source_destroy(source_);
  g_source_unref(source_);
  source_ = nullptr;
}

Loop::Loop()
    : context_(g_main_context_ref(g_main_context_default())), loop_(g_main_loop_new(context_, FALSE)) {}

Loop::~Loop() {
  // Work that was posted and never ran may own objects: let it go now, not at exit.
  while (g_main_context_iteration(context_, FALSE)) {
  }
  g_main_loop_unref(loop_);
  g_main_context_unref(context_);
}

void Loop::post(Work work) {
  GSource* source = g_idle_source_new();
  g_source_set_priority(source, G_PRIORITY_DEFAULT);
  g_source_set_callback(source, run_once, new Work(std::move(work)), destroy<Work>);
  g_source_attach(source, context_);
  g_source_unref(source);
}

SourceGuard Loop::after(std::chrono::milliseconds delay, Work work) {
  return attach(context_, g_timeout_source_new(static_cast<guint>(std::max<long>(0, delay.count()))),
                run_once, std::move(work));
}

SourceGuard Loop::every(std::chrono::milliseconds period, Work work) {
  return attach(context_, g_timeout_source_new(static_cast<guint>(period.count())), run_again,
                std::move(work));
}

SourceGuard Loop::watch(int fd, GIOCondition conditions, std::function<void(GIOCondition)> work) {
  GSource* source = g_unix_fd_source_new(fd, conditions);
  using Callback = std::function<void(GIOCondition)>;
  g_source_set_callback(source, reinterpret_cast<GSourceFunc>(reinterpret_cast<void (*)()>(run_on_fd)),
                        new Callback(std::move(work)), destroy<Callback>);
  g_source_attach(source, context_);
  return SourceGuard(source);
}

SourceGuard Loop::on_signal(int number, Work work) {
  return attach(context_, g_unix_signal_source_new(number), run_again, std::move(work));
}

void Loop::run() {
  g_main_loop_run(loop_);
}

void Loop::quit() {
  g_main_loop_quit(loop_);
}

bool Loop::run_until(const std::function<bool()>& done, std::chrono::milliseconds limit) {
  bool expired = false;
  const SourceGuard deadline = after(limit, [&] { expired = true; });
  while (!done() && !expired) g_main_context_iteration(context_, TRUE);
  return done();
}

}  // namespace tessera
