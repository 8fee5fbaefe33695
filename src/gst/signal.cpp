#include "gst/signal.hpp"

namespace tessera::gst {
namespace {

GstPadProbeReturn call_probe(GstPad* pad, GstPadProbeInfo* info, gpointer data) {
  return (*static_cast<PadProbe::Callback*>(data))(pad, info);
}
void destroy_probe(gpointer data) {
  delete static_cast<PadProbe::Callback*>(data);
}

using MessageCallback = std::function<void(GstMessage*)>;
gboolean call_watch(GstBus*, GstMessage* message, gpointer data) {
  (*static_cast<MessageCallback*>(data))(message);
  return G_SOURCE_CONTINUE;
}
void destroy_watch(gpointer data) {
  delete static_cast<MessageCallback*>(data);
}

}  // namespace

PadProbe::PadProbe(GstPad* pad, GstPadProbeType type, Callback callback)
    : pad_(ref(pad)),
      id_(gst_pad_add_probe(pad, type, call_probe, new Callback(std::move(callback)), destroy_probe)) {}

PadProbe& PadProbe::operator=(PadProbe&& other) noexcept {
  if (this != &other) {
    reset();
    pad_ = std::move(other.pad_);
    id_ = std::exchange(other.id_, 0);
  }
  return *this;
}

void PadProbe::reset() {
  if (pad_ && id_) gst_pad_remove_probe(pad_.get(), id_);
  pad_.reset();
  id_ = 0;
}

BusWatch::BusWatch(Loop& loop, GstBus* bus, std::function<void(GstMessage*)> callback) : bus_(ref(bus)) {
  GSource* source = gst_bus_create_watch(bus);
  g_source_set_callback(source, reinterpret_cast<GSourceFunc>(reinterpret_cast<void (*)()>(call_watch)),
                        new MessageCallback(std::move(callback)), destroy_watch);
  g_source_attach(source, loop.context());
  source_ = SourceGuard(source);
}

BusWatch::~BusWatch() {
  source_.reset();
  if (bus_) gst_bus_set_flushing(bus_.get(), TRUE);
}

}  // namespace tessera::gst
