#pragma once
// Owning pointers for every GObject, GstMiniObject and GStreamer structure that we hold.
// A type without a deleter here does not compile.

#include <gst/gst.h>
#include <gst/video/video.h>

#include <memory>

namespace tessera::gst {

template <typename T>
struct Deleter;  // not defined: an unknown type is a compile error

#define TESSERA_GST_DELETER(Type, function)                     \
  template <>                                                   \
  struct Deleter<Type> {                                        \
    void operator()(Type* pointer) const { function(pointer); } \
  };
TESSERA_GST_DELETER(GstElement, gst_object_unref)
TESSERA_GST_DELETER(GstBin, gst_object_unref)
TESSERA_GST_DELETER(GstPipeline, gst_object_unref)
TESSERA_GST_DELETER(GstPad, gst_object_unref)
TESSERA_GST_DELETER(GstBus, gst_object_unref)
TESSERA_GST_DELETER(GstClock, gst_object_unref)
TESSERA_GST_DELETER(GstObject, gst_object_unref)
TESSERA_GST_DELETER(GObject, g_object_unref)
TESSERA_GST_DELETER(GstBuffer, gst_buffer_unref)
TESSERA_GST_DELETER(GstBufferPool, gst_object_unref)
TESSERA_GST_DELETER(GstCaps, gst_caps_unref)
TESSERA_GST_DELETER(GstSample, gst_sample_unref)
TESSERA_GST_DELETER(GstMessage, gst_message_unref)
TESSERA_GST_DELETER(GstEvent, gst_event_unref)
TESSERA_GST_DELETER(GstPromise, gst_promise_unref)
TESSERA_GST_DELETER(GstStructure, gst_structure_free)
TESSERA_GST_DELETER(GstVideoConverter, gst_video_converter_free)
TESSERA_GST_DELETER(GError, g_error_free)
TESSERA_GST_DELETER(gchar, g_free)
#undef TESSERA_GST_DELETER

template <typename T>
using Ptr = std::unique_ptr<T, Deleter<T>>;

/// Takes over a reference that the call gave us (transfer full). Null stays null.
template <typename T>
[[nodiscard]] Ptr<T> adopt(T* pointer) {
  return Ptr<T>(pointer);
}

/// Takes a floating reference (a new element).
template <typename T>
[[nodiscard]] Ptr<T> sink(T* pointer) {
  if (pointer) gst_object_ref_sink(pointer);
  return Ptr<T>(pointer);
}

/// Adds a reference to something borrowed (transfer none).
template <typename T>
[[nodiscard]] Ptr<T> ref(T* pointer) {
  if (pointer) gst_object_ref(pointer);
  return Ptr<T>(pointer);
}
[[nodiscard]] inline Ptr<GstBuffer> ref(GstBuffer* buffer) {
  return Ptr<GstBuffer>(buffer ? gst_buffer_ref(buffer) : nullptr);
}
[[nodiscard]] inline Ptr<GstCaps> ref(GstCaps* caps) {
  return Ptr<GstCaps>(caps ? gst_caps_ref(caps) : nullptr);
}
[[nodiscard]] inline Ptr<GstSample> ref(GstSample* sample) {
  return Ptr<GstSample>(sample ? gst_sample_ref(sample) : nullptr);
}

}  // namespace tessera::gst
