#include "media/composer.hpp"

#include "base/log.hpp"
#include "gst/cpu_stage.hpp"
#include "gst/element.hpp"
#include "media/frame.hpp"

namespace tessera::media {

Result<std::unique_ptr<Composer>> Composer::create(Loop& loop, const CanvasSpec& spec, Output output) {
  std::unique_ptr<Composer> composer(new Composer(spec, std::move(output)));
  if (auto built = composer->build(loop); !built) return std::move(built).error();
  return composer;
}

Result<void> Composer::build(Loop& loop) {
  auto compositor = gst::make("compositor");
  if (!compositor) return std::move(compositor).error();
  pipeline_ = gst::make_pipeline("canvas");
  compositor_ = gst::ref(compositor->get());
  // One thread: splitting 1–2 ms of copying over several costs more in waking them. Sizes of pads stay unset:
  // pictures come in the size of their tile and are never scaled here.
  g_object_set(compositor_.get(), "max-threads", 1u, nullptr);
  gst_bin_add(GST_BIN(pipeline_.get()), compositor_.get());

  const auto caps = i420_caps(spec_.width, spec_.height, spec_.framerate);
  const auto pad_template =
      gst::sink(GST_OBJECT(gst_pad_template_new("sink", GST_PAD_SINK, GST_PAD_ALWAYS, caps.get())));
  sink_ = gst::sink(gst_pad_new_from_template(GST_PAD_TEMPLATE(pad_template.get()), "canvas-out"));
  gst_pad_set_element_private(sink_.get(), this);
  gst_pad_set_chain_function(sink_.get(), on_frame);
  gst_pad_set_active(sink_.get(), TRUE);
  const auto src = gst::adopt(gst_element_get_static_pad(compositor_.get(), "src"));
  if (gst_pad_link(src.get(), sink_.get()) != GST_PAD_LINK_OK)
    return error("missing-plugin", "this compositor does not make I420 {}×{}", spec_.width, spec_.height);

  const auto bus = gst::adopt(gst_element_get_bus(pipeline_.get()));
  bus_watch_ = gst::BusWatch(loop, bus.get(), [](GstMessage* message) {
    if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR) log::error("canvas: {}", gst::describe(message));
  });
  if (!add_slot()) return error("missing-plugin", "this compositor gives no sink pad");
  return gst::set_state(pipeline_.get(), GST_STATE_PLAYING);
}

void Composer::stop() {
  if (pipeline_) gst_element_set_state(pipeline_.get(), GST_STATE_NULL);
}

Composer::~Composer() {
  stop();
  for (Slot& slot : slots_) {
    gst_pad_set_active(slot.feed.get(), FALSE);
    gst_pad_unlink(slot.feed.get(), slot.input.get());
    gst_element_release_request_pad(compositor_.get(), slot.input.get());
  }
  if (sink_) gst_pad_set_active(sink_.get(), FALSE);
}

bool Composer::add_slot() {
  Slot slot;
  slot.input = gst::adopt(gst_element_request_pad_simple(compositor_.get(), "sink_%u"));
  slot.feed = gst::sink(gst_pad_new(nullptr, GST_PAD_SRC));
  if (!slot.input) return false;
  gst_pad_set_active(slot.feed.get(), TRUE);
  if (gst_pad_link_full(slot.feed.get(), slot.input.get(), GST_PAD_LINK_CHECK_NOTHING) != GST_PAD_LINK_OK)
    return false;
  slots_.push_back(std::move(slot));
  return true;
}

/// Brings a pad to a rectangle. True when the aggregator has to renegotiate for it.
bool Composer::use(Slot& slot, const Rect& rect) {
  const bool first = slot.rect.w == 0, resized = first || slot.rect.w != rect.w || slot.rect.h != rect.h;
  GstPad* feed = slot.feed.get();
  const bool woken = !slot.in_use;
  if (woken) {
    const std::string id = fmt::format("tile-{}", &slot - slots_.data());
    gst_pad_push_event(feed, gst_event_new_stream_start(id.c_str()));  // takes the pad out of EOS
    slot.in_use = true;
  }
  if (woken || resized) {
    const auto caps = i420_caps(rect.w, rect.h, spec_.framerate);
    gst_pad_push_event(feed, gst_event_new_caps(caps.get()));
  }
  if (woken) {
    GstSegment segment;
    gst_segment_init(&segment, GST_FORMAT_TIME);
    gst_pad_push_event(feed, gst_event_new_segment(&segment));
  }
  if (first || slot.rect != rect) g_object_set(slot.input.get(), "xpos", rect.x, "ypos", rect.y, nullptr);
  slot.rect = rect;
  return woken || resized;
}

bool Composer::compose(std::vector<Input> inputs, GstClockTime time) {
  const gst::StageTimer timer(gst::Stage::compose);
  while (slots_.size() < inputs.size())
    if (!add_slot()) return false;
  bool renegotiated = false;
  // Every event goes before any buffer: a pad that leaves EOS must be waited for from this frame on.
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    Slot& slot = slots_[i];
    if (i < inputs.size()) {
      renegotiated = use(slot, inputs[i].rect) || renegotiated;
    } else if (slot.in_use) {
      gst_pad_push_event(slot.feed.get(), gst_event_new_eos());
      slot.in_use = false;
    }
  }
  if (!push(inputs, time, true)) return false;
  // After new caps the aggregator takes the buffers, renegotiates, and then waits for more before it makes
  // the frame (GstVideoAggregator, "Need reconfigure"). A second set lets it finish now; the frame made of
  // that one is dropped.
  return !renegotiated || push(inputs, time, false);
}

bool Composer::push(const std::vector<Input>& inputs, GstClockTime time, bool wanted) {
  {
    const std::lock_guard lock(mutex_);
    frames_.push_back({time, wanted});
  }
  ++in_flight_;
  const auto fps = static_cast<guint64>(spec_.framerate);
  const GstClockTime start = gst_util_uint64_scale(number_, GST_SECOND, fps);
  const GstClockTime end = gst_util_uint64_scale(++number_, GST_SECOND, fps);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    GstBuffer* buffer = gst_buffer_copy(inputs[i].picture.get());  // shares the pixels, has its own time
    GST_BUFFER_PTS(buffer) = start;
    GST_BUFFER_DTS(buffer) = GST_CLOCK_TIME_NONE;
    GST_BUFFER_DURATION(buffer) = end - start;
    if (const GstFlowReturn flow = gst_pad_push(slots_[i].feed.get(), buffer); flow != GST_FLOW_OK) {
      log::debug("canvas: the compositor refused tile {}: {}", i, gst_flow_get_name(flow));
      return false;
    }
  }
  return true;
}

GstFlowReturn Composer::on_frame(GstPad* pad, GstObject*, GstBuffer* buffer) {
  static_cast<Composer*>(gst_pad_get_element_private(pad))->deliver(gst::adopt(buffer));
  return GST_FLOW_OK;
}

void Composer::deliver(gst::Ptr<GstBuffer> frame) {
  gst::stage_counters()[static_cast<std::size_t>(gst::Stage::compose)].fetch_add(
      gst::thread_cpu_ns() - cpu_mark_, std::memory_order_relaxed);
  Frame asked{0, false};
  {
    const std::lock_guard lock(mutex_);
    if (!frames_.empty()) {
      asked = frames_.front();
      frames_.pop_front();
    }
  }
  if (asked.wanted) {
    frame = gst::adopt(gst_buffer_make_writable(frame.release()));
    GST_BUFFER_PTS(frame.get()) = asked.time;
    GST_BUFFER_DTS(frame.get()) = GST_CLOCK_TIME_NONE;
    output_(std::move(frame));
  }
  --in_flight_;
  cpu_mark_ = gst::thread_cpu_ns();
}

}  // namespace tessera::media
