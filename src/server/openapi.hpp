#pragma once
#include <string_view>

namespace tessera::server {

/// The REST interface as an OpenAPI 3.1 document: openapi.json, which is compiled in.
std::string_view openapi_document();

}  // namespace tessera::server
