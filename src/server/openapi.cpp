#include "server/openapi.hpp"

#include <gio/gio.h>

extern "C" GResource* tessera_server_get_resource();

namespace tessera::server {

std::string_view openapi_document() {
  // Static data of the program: the bytes stay when the reference to them goes.
  GBytes* bytes = g_resource_lookup_data(tessera_server_get_resource(), "/tessera/server/openapi.json",
                                         G_RESOURCE_LOOKUP_FLAGS_NONE, nullptr);
  gsize size = 0;
  const auto* data = static_cast<const char*>(g_bytes_get_data(bytes, &size));
  g_bytes_unref(bytes);
  return {data, size};
}

}  // namespace tessera::server
