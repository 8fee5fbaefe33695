#pragma once
// Owning pointers for objects of GIO.

#include <glib-object.h>

#include <memory>

namespace tessera::server {

struct UnrefObject {
  void operator()(gpointer object) const { g_object_unref(object); }
};
template <typename T>
using GioPtr = std::unique_ptr<T, UnrefObject>;

/// Takes over a reference that the call gave us (transfer full). Null stays null.
template <typename T>
[[nodiscard]] GioPtr<T> adopt_object(T* object) {
  return GioPtr<T>(object);
}

/// Adds a reference to something borrowed (transfer none).
template <typename T>
[[nodiscard]] GioPtr<T> ref_object(T* object) {
  if (object) g_object_ref(object);
  return GioPtr<T>(object);
}

struct FreeError {
  void operator()(GError* failure) const { g_error_free(failure); }
};
using ErrorPtr = std::unique_ptr<GError, FreeError>;

}  // namespace tessera::server
