#pragma once
// GStreamer's WebRTC types and how to own them.

#ifndef GST_USE_UNSTABLE_API
#define GST_USE_UNSTABLE_API
#endif
#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>
#include <gst/rtp/gstrtcpbuffer.h>
#include <gst/rtp/rtp.h>
#include <gst/sdp/sdp.h>
#include <gst/webrtc/webrtc.h>

#include <string>

#include "gst/ptr.hpp"

namespace tessera::gst {

template <>
struct Deleter<GstWebRTCSessionDescription> {
  void operator()(GstWebRTCSessionDescription* pointer) const {
    gst_webrtc_session_description_free(pointer);
  }
};
template <>
struct Deleter<GstWebRTCRTPTransceiver> {
  void operator()(GstWebRTCRTPTransceiver* pointer) const { gst_object_unref(pointer); }
};
template <>
struct Deleter<GstWebRTCDTLSTransport> {
  void operator()(GstWebRTCDTLSTransport* pointer) const { gst_object_unref(pointer); }
};

/// A property that holds an object, with a reference of our own.
template <typename T>
[[nodiscard]] Ptr<T> object_property(gpointer object, const char* name) {
  T* value = nullptr;
  g_object_get(object, name, &value, nullptr);
  return Ptr<T>(value);
}

/// An enumeration property by its nick ("connected", "failed" …).
inline std::string enum_property(gpointer object, const char* name) {
  GParamSpec* spec = g_object_class_find_property(G_OBJECT_GET_CLASS(object), name);
  if (!spec || !G_IS_PARAM_SPEC_ENUM(spec)) return "";
  gint value = 0;
  g_object_get(object, name, &value, nullptr);
  const GEnumValue* found = g_enum_get_value(G_PARAM_SPEC_ENUM(spec)->enum_class, value);
  return found ? found->value_nick : "";
}

}  // namespace tessera::gst
