#pragma once
// Things attached to a GStreamer object that undo themselves: signal handlers, pad probes, bus watches.
// Declare them after what their callbacks touch, so that they go first.

#include <functional>
#include <utility>

#include "base/loop.hpp"
#include "gst/ptr.hpp"

namespace tessera::gst {

/// One connected signal handler. `callback` is a plain C function whose user data is `data`; it may run on
/// any thread, and disconnecting does not wait for a call under way: let `data` be something that outlives it
/// (an atomic or weak holder freed by `destroy`), or disconnect when the element is NULL.
class Signal {
 public:
  Signal() = default;
  template <typename Callback>
  Signal(gpointer instance, const char* name, Callback callback, gpointer data,
         GClosureNotify destroy = nullptr)
      : instance_(G_OBJECT(g_object_ref(instance))),
        id_(g_signal_connect_data(instance, name, G_CALLBACK(callback), data, destroy, GConnectFlags(0))) {}
  Signal(Signal&& other) noexcept
      : instance_(std::exchange(other.instance_, nullptr)), id_(std::exchange(other.id_, 0)) {}
  Signal& operator=(Signal&& other) noexcept {
    if (this != &other) {
      reset();
      instance_ = std::exchange(other.instance_, nullptr);
      id_ = std::exchange(other.id_, 0);
    }
    return *this;
  }
  ~Signal() { reset(); }
  void reset() {
    if (!instance_) return;
    if (g_signal_handler_is_connected(instance_, id_)) g_signal_handler_disconnect(instance_, id_);
    g_object_unref(instance_);
    instance_ = nullptr;
  }

 private:
  GObject* instance_ = nullptr;
  gulong id_ = 0;
};

/// One pad probe; the callback runs on a streaming thread.
class PadProbe {
 public:
  using Callback = std::function<GstPadProbeReturn(GstPad*, GstPadProbeInfo*)>;
  PadProbe() = default;
  PadProbe(GstPad* pad, GstPadProbeType type, Callback callback);
  PadProbe(PadProbe&& other) noexcept : pad_(std::move(other.pad_)), id_(std::exchange(other.id_, 0)) {}
  PadProbe& operator=(PadProbe&& other) noexcept;
  ~PadProbe() { reset(); }
  void reset();

 private:
  Ptr<GstPad> pad_;
  gulong id_ = 0;
};

/// Delivers every message of a bus to `callback` on the loop's thread, until dropped. Dropping also flushes
/// what is left, so that no message keeps an element alive.
class BusWatch {
 public:
  BusWatch() = default;
  BusWatch(Loop& loop, GstBus* bus, std::function<void(GstMessage*)> callback);
  BusWatch(BusWatch&&) noexcept = default;
  BusWatch& operator=(BusWatch&&) noexcept = default;
  ~BusWatch();

 private:
  Ptr<GstBus> bus_;
  SourceGuard source_;
};

}  // namespace tessera::gst
